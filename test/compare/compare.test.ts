/** Runs side by side: the figures are those of the runs, differences on the same pictures are paired, and what is not comparable is said. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Comparison, comparisonJson, comparisonOf, comparisonTables } from '../../src/compare/compare.ts';
import { comparisonReport } from '../../src/compare/compare-report.ts';
import { type FinishedRun, openRun } from '../../src/compare/open-run.ts';
import type { CopyDetectionMetrics } from '../../src/experiment/copy-detection/metrics.ts';
import type { Metrics } from '../../src/experiment/tradeoff/metrics.ts';
import { RunFolder } from '../../src/harness/run-folder.ts';
import { presend, scratch } from '../cli/presend.ts';
import { writeRuns } from '../server/explorer-runs.ts';

const folder = scratch();
const at = (...names: string[]): string => join(folder, ...names);
const opened = async (name: string): Promise<FinishedRun> => {
  const run = await openRun(new RunFolder(at(name), { name }));
  return { ...run!, metrics: run!.metrics! };
};
const compareRuns = async (...names: string[]): Promise<Comparison> =>
  comparisonOf(await Promise.all(names.map(opened)));

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await writeRuns(folder);
  cpSync(at('first'), at('again'), { recursive: true });
});

describe('detectors', () => {
  test('stand side by side with the rates of metrics.json, each with its counts', async () => {
    const comparison = await compareRuns('copies', 'first');
    const { metrics } = await opened('copies');
    const hash = (metrics as CopyDetectionMetrics).hashes.find(({ name }) => name === 'pdq')!;
    const own = comparison.detectors.find(({ detector, kind }) => detector === 'pdq' && kind === 'copy-detection')!;
    expect(own.points[0]).toMatchObject({
      own: true,
      threshold: 31,
      recall: hash.sets[0]!.atAuthors!.recall,
      pairs: hash.sets[0]!.atAuthors!.fpr,
    });
    expect(own.bits).toBe(256);
    const headline = comparisonTables(comparison).find(({ title }) => title === 'Detectors side by side');
    const line = headline!.lines.find(({ name }) => name === 'pdq')!;
    const { k, n } = hash.sets[0]!.atAuthors!.recall;
    expect(line.cells.map(({ plain }) => plain).join(' ')).toContain(`${k}/${n}`);
    expect(headline!.head.some((title) => title.startsWith('first, trade-off: largest measured list'))).toBe(true);
  });

  test('differ by what is counted on the same copies: the paired table adds up to both recalls', async () => {
    const { paired, detectors } = await compareRuns('copies', 'first');
    const own = paired.filter(({ measure }) => measure === 'recall under edits');
    expect(own.length).toBeGreaterThan(0);
    for (const { of, first, on, difference } of own) {
      const recallOf = (name: string) =>
        detectors
          .find(({ detector, set, run }) => detector === name && set === on && run === 'copies')!
          .points.find((point) => point.own)!.recall!;
      const [a, b] = [recallOf(of.detector!), recallOf(first.detector!)];
      expect(difference.n).toBe(a.n);
      expect(difference.onlyFirst - difference.onlySecond).toBe(a.k - b.k);
    }
  });
});

describe('strategies', () => {
  test('are answered in one table first: each run, and the difference with its interval', async () => {
    const runs = await Promise.all(['first', 'second'].map(opened));
    const changed = structuredClone(runs[1]!.metrics) as Metrics;
    const all = changed.strategies.find(({ name }) => name === 'client-list')!.falsePositives.all;
    const flagged = { ...all, k: 5, n: 40, estimate: 0.125, low: 0.04, high: 0.27, clusterLow: 0.03, clusterHigh: 0.2 };
    changed.strategies.find(({ name }) => name === 'client-list')!.falsePositives.all = flagged;
    const comparison = await comparisonOf([runs[0]!, { ...runs[1]!, metrics: changed }]);
    const [headline] = comparisonTables(comparison);
    expect(headline!.title).toBe('The answer of each run');
    expect(headline!.head).toEqual(['strategy', 'run', 'back', 'flagged', 'learnt']);
    const own = headline!.lines
      .filter(({ name }) => name === 'client-list')
      .map(({ cells }) => cells.map((cell) => cell.plain));
    expect(own.map(([run]) => run)).toEqual(['first', 'second', 'second less first']);
    expect(own[1]![2]).toBe('5/40 13 % [3.0 %, 27 %]');
    const before = (runs[0]!.metrics as Metrics).strategies.find(({ name }) => name === 'client-list')!;
    const points = 12.5 - 100 * before.falsePositives.all.estimate!;
    expect(Math.abs(Number.parseFloat(own[2]![2]!.replace('−', '-')) - points)).toBeLessThanOrEqual(0.5);
    expect(own[2]![2]).toMatch(/ points \[.+, .+\]$/);
    const { terminal } = comparisonReport(comparison);
    expect(terminal(80)).toMatch(/^The answer of each run/);
    expect(
      Math.max(
        ...terminal(80)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  test('of a run and its copy are the same, on one line each', async () => {
    const [headline] = comparisonTables(await compareRuns('first', 'again'));
    expect(new Set(headline!.lines.map(({ cells }) => cells[0]!.plain))).toEqual(new Set(['all the same']));
  });

  test('of two runs on the same pictures have paired differences; a run less itself is 0 with nobody alone', async () => {
    const comparison = await compareRuns('first', 'again');
    const own = comparison.paired.filter(({ on }) => on === 'client-list');
    expect(own.map(({ measure }) => measure).sort()).toContain('listed, as sent');
    for (const { difference } of own) expect(difference).toMatchObject({ estimate: 0, onlyFirst: 0, onlySecond: 0 });
    const { metrics } = await opened('first');
    const { asSent } = (metrics as Metrics).strategies.find(({ name }) => name === 'client-list')!.detection;
    expect(own.find(({ measure }) => measure === 'listed, as sent')!.difference.n).toBe(asSent.n);
    expect(comparison.notes).toEqual([]);
    const table = comparisonTables(comparison).find(({ title }) => title === 'By strategy: listed, as sent')!;
    expect(table.head).toEqual(['strategy', 'first', 'again', 'again less first']);
  });

  test('of runs on other pictures have none, and one sentence says why', async () => {
    const { paired, notes } = await compareRuns('first', 'second');
    expect(paired).toEqual([]);
    expect(notes).toEqual([
      'Not compared: the runs are on different pictures, so a difference between them is not one of detectors alone.',
    ]);
  });
});

test('what a kind does not measure is named, once', async () => {
  const { notes } = await compareRuns('first', 'copies');
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain('rates against lists (not measured by copies)');
  expect(notes[0]).toContain('strategies (not measured by copies)');
});

test('the report has the same figures in every format, and the same bytes each time', async () => {
  const [one, two] = [
    comparisonReport(await compareRuns('first', 'copies')),
    comparisonReport(await compareRuns('first', 'copies')),
  ];
  expect(one.html).toBe(two.html);
  expect(one.markdown).toBe(two.markdown);
  expect(one.markdown).toContain('### Detectors side by side');
  expect(one.html).toContain('What the detectors are');
  expect(one.terminal(100)).toContain('More in a file (--out)');
});

describe('the command', () => {
  test('prints a table, JSON, and writes a page', async () => {
    const page = at('compared.html');
    const { out, err, code } = await presend('compare', at('first'), at('copies'), '--json', '--out', page);
    expect(err).toContain(page);
    expect(code).toBe(0);
    const json = JSON.parse(out) as { runs: { name: string; dataset: { sha256: string } }[]; detectors: unknown[] };
    expect(json.runs.map(({ name }) => name)).toEqual(['first', 'copies']);
    expect(json.detectors.length).toBeGreaterThan(1);
    expect(readFileSync(page, 'utf8')).toContain('Detectors side by side');
    expect((await presend('compare', at('first'), at('copies'))).out).toContain('Detectors side by side');
  });

  test.each([
    ['one run', ['first'], /two runs or more/, 2],
    ['a run twice', ['first', 'first'], /named twice/, 2],
    ['an unfinished run', ['first', 'going-on'], /is not finished; continue with/, 2],
    ['no run', ['first', 'nowhere'], /No run in .*nowhere/, 3],
  ])('refuses %s in one sentence', async (_, names, sentence, expected) => {
    const { err, code } = await presend('compare', ...names.map((name) => at(name)));
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(sentence);
    expect(code).toBe(expected);
  });

  test('refuses a file that is neither a page nor Markdown, and does not overwrite', async () => {
    const to = (file: string) => presend('compare', at('first'), at('copies'), '--out', at(file));
    expect((await to('x.pdf')).err).toMatch(/\.html or \.md/);
    writeFileSync(at('there.md'), 'mine');
    expect((await to('there.md')).err).toMatch(/exists already/);
    expect(readFileSync(at('there.md'), 'utf8')).toBe('mine');
  });
});

test('the JSON has every detector with counts, and no curve', async () => {
  const json = comparisonJson(await compareRuns('first', 'copies')) as { detectors: Record<string, unknown>[] };
  for (const each of json.detectors) expect(Object.keys(each)).not.toContain('curve');
});
