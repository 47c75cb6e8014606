/** One page on several detectors: a line for each, every figure from the run that measured it. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { comparisonOf, comparisonTables } from '../../src/compare/compare.ts';
import { matrixTables } from '../../src/compare/matrix.ts';
import { type FinishedRun, openRun } from '../../src/compare/open-run.ts';
import { type ThreatResult, threatsOf } from '../../src/compare/threats.ts';
import type { HashLeakageMetrics } from '../../src/experiment/hash-leakage/metrics.ts';
import { RunFolder } from '../../src/harness/run-folder.ts';
import { scratch } from '../cli/presend.ts';
import { writeRuns } from '../server/explorer-runs.ts';

const folder = scratch();
let runs: readonly FinishedRun[];

beforeAll(async () => {
  await writeRuns(folder);
  runs = await Promise.all(
    ['copies', 'first', 'second'].map(async (name) => {
      const run = (await openRun(new RunFolder(join(folder, name), { name })))!;
      return { ...run, metrics: run.metrics! };
    }),
  );
});

const threat = (detector: string, more: Partial<ThreatResult>): ThreatResult => ({
  run: 'leaks',
  kind: 'hash-leakage',
  detector,
  seed: 1,
  dataset: { name: 'made up', sha256: '' },
  topic: [],
  inversion: [],
  evasion: [],
  hidden: [],
  ...more,
});
const rate = (k: number, n: number) => ({ k, n, estimate: k / n, low: 0, high: 1, method: 'x' });

test('a line for each detector, with what was measured and “not measured” for the rest', async () => {
  const { detectors } = await comparisonOf(runs);
  const threats = [
    threat('pdq', {
      evasion: [
        {
          goal: 'evasion',
          threshold: 31,
          queries: 9,
          l2: 0.04,
          success: rate(3, 4),
          afterMessenger: rate(1, 4),
          medianL2: null,
          medianQueries: null,
        },
      ],
    }),
  ];
  const [table] = matrixTables({ runs, detectors, threats });
  const line = table!.lines.find(({ name }) => name === 'pdq')!;
  const cell = (title: string) => line.cells[table!.head.indexOf(title) - 1]!.plain;
  const recall = detectors.find(({ detector, kind }) => detector === 'pdq' && kind === 'copy-detection')!.points[0]!
    .recall!;
  expect(cell('recall under edits')).toContain(`${recall.k}/${recall.n}`);
  expect(cell('evaded')).toContain('3/4 75.0 %');
  expect(cell('topic from the hash, times chance')).toBe('not measured');
  expect(cell('innocent pictures that match the largest list')).toBe('not measured');
});

test('is not made of runs of one kind', async () => {
  const tradeoffs = runs.slice(1);
  const { detectors, threats } = await comparisonOf(tradeoffs);
  expect(matrixTables({ runs: tradeoffs, detectors, threats })).toEqual([]);
  const titles = comparisonTables(await comparisonOf(runs)).map(({ title }) => title);
  expect(titles.slice(0, 2)).toEqual(['The answer of each run', 'One line for each detector']);
});

test('attacks are those of a run, without its controls', () => {
  const topic = (control: 'none' | 'shuffled') => ({
    hash: 'pdq',
    source: 'dataset',
    control,
    first: { success: rate(5, 10) },
  });
  const metrics = {
    kind: 'hash-leakage',
    topics: [topic('shuffled'), topic('none')],
    inversions: [],
  } as unknown as HashLeakageMetrics;
  const [found, ...others] = threatsOf({ ...runs[0]!, kind: 'hash-leakage', metrics });
  expect(others).toEqual([]);
  expect(found!.topic).toHaveLength(1);
  expect(found!.topic[0]).toMatchObject({ control: 'none' });
});
