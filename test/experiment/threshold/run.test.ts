/** Threshold experiments: simulated accounts agree with exact values, the real protocol with the rule, and a run repeats byte by byte. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemas } from '../../../src/experiment/json-schema.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import type { ThresholdExperiment } from '../../../src/experiment/threshold/experiment.ts';
import { threshold } from '../../../src/experiment/threshold/kind.ts';
import { ThresholdMetrics } from '../../../src/experiment/threshold/metrics.ts';
import { settingName } from '../../../src/experiment/threshold/run.ts';
import { thresholdMetrics } from '../../../src/experiment/threshold/score.ts';
import { checkThreshold, thresholdCells } from '../../../src/experiment/threshold/score-cells.ts';
import { runProtocol, simulateAccounts } from '../../../src/experiment/threshold/tasks.ts';
import type { Finished } from '../../../src/harness/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { check } from '../../../src/schema/check.ts';
import { RunRecord, Timings } from '../../../src/schema/run-record.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { expectSame, readObservations } from '../../harness/finished-rows.ts';
import { scratch } from '../../harness/tiny.ts';
import { smallThreshold as small } from './rows.ts';

const options = (
  out: string,
  more: Partial<RunOptions<ThresholdExperiment>> = {},
): RunOptions<ThresholdExperiment> => ({
  experiment: small,
  asPassed: JSON.stringify(small),
  out,
  resume: false,
  threads: 1,
  command: 'presend run threshold',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

describe('a run', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let unbroken: Finished<ThresholdMetrics>;
  const text = (of: string, name: string): Promise<string> => readFile(join(of, name), 'utf8');

  beforeAll(async () => {
    folder = await scratch();
    unbroken = await runKind(threshold, options(join(folder.path, 'unbroken')));
  }, 120_000);
  afterAll(() => folder.remove());

  test('leaves its files, each as its schema says, and nothing that only an unfinished run needs', async () => {
    const { folder: out, metrics, record, timings } = unbroken;
    expect((await readdir(out)).sort()).toEqual(['metrics.json', 'rows', 'run.json', 'timings.json']);
    expect(check(ThresholdMetrics, JSON.parse(await text(out, 'metrics.json')), 'metrics')).toEqual(metrics);
    expect(check(RunRecord, JSON.parse(await text(out, 'run.json')), 'run')).toEqual(record);
    expect(check(Timings, JSON.parse(await text(out, 'timings.json')), 'timings')).toEqual(timings);
    for (const [i, row] of (await readObservations(out, threshold.rows)).entries())
      check(schemas.observation, row, `Row ${i + 1}`);
    expect(Object.keys(timings.detectMillis!)).toEqual(thresholdCells(small).protocol.map(settingName));
  });

  test('gives the same metrics when they are derived anew from what it left', async () =>
    expect((await reloadRun(unbroken.folder)).metrics).toEqual(unbroken.metrics));

  test('interrupted and resumed, it has the same bytes', async () => {
    const out = join(folder.path, 'broken');
    const stop = new AbortController();
    const interrupt = (_: string, done: number): void => {
      if (done >= 2) stop.abort();
    };
    await expect(runKind(threshold, options(out, { signal: stop.signal, onProgress: interrupt }))).rejects.toThrow(
      InterruptedError,
    );
    await runKind(threshold, options(out, { resume: true }));
    await expectSame(out, unbroken.folder);
  }, 60_000);

  test('there are no pictures to limit', async () =>
    expect(runKind(threshold, options(join(folder.path, 'limited'), { limit: 30 }))).rejects.toThrow(
      "--limit is for experiments on pictures; 'threshold-small' simulates accounts",
    ));
});

describe('simulated accounts', () => {
  const cells = thresholdCells(small);
  // One curve in a hundred fails at some seeds, as it should: of seeds 1 to 60 seven did, of 720 curves.
  const simulated = [...cells.offenders, ...cells.innocents, ...cells.knowledge].map((cell) =>
    simulateAccounts({ seed: 6, cell, batch: 0, accounts: 20_000 }),
  );
  const metrics = thresholdMetrics(simulated, small);

  test('are all tallied', () => {
    for (const { accounts, tally } of simulated)
      expect(tally.reduce((sum, [, , count]) => sum + count, 0)).toBe(accounts);
  });

  test.each(metrics.offenders.map((curve) => [`${curve.held.name}, ${curve.detection.name}`, curve] as const))(
    'offenders, %s: every exact value lies in its interval, all thresholds taken together',
    (_, { agreement, curve }) => {
      for (const each of Object.values(agreement)) expect(each).toMatchObject({ of: small.mostMatches, all: true });
      for (const { threshold, accounts, counted } of curve)
        if (threshold > 1) expect(accounts.simulated.k + counted.simulated.k).toBe(curve[0]!.accounts.simulated.k);
    },
  );

  test.each(
    metrics.innocents.curves.map(
      (curve) => [`${curve.falseMatch.name}, CV ${curve.spread}, bursts ${curve.bursts}`, curve] as const,
    ),
  )('innocents, %s', (_, { agreement }) => {
    expect(agreement.of).toBeGreaterThan(0);
    expect(agreement.all).toBe(true);
  });

  test('the best guess from counts does as well as it can', () => {
    for (const { measured, overBudget } of metrics.knowledge) {
      for (const { exact, simulated: guess } of measured) {
        expect(Math.abs(guess.estimate - exact)).toBeLessThan(2 * (guess.high - guess.low));
        expect(guess.high - guess.low).toBeLessThan(0.03);
      }
      expect(Math.abs((overBudget.simulated.estimate ?? 0) - overBudget.exact)).toBeLessThan(0.01);
    }
  });

  test('a wrong model is noticed', () => {
    const other = { ...small.offenders.detection[0]!, rate: 0.75 };
    const wrong = { ...small, offenders: { ...small.offenders, detection: [other] } };
    const renamed = simulated.map((row) =>
      row.cell === cells.offenders[0]!.id ? { ...row, cell: thresholdCells(wrong).offenders[0]!.id } : row,
    );
    expect(thresholdMetrics(renamed, wrong).offenders[0]!.agreement.accounts.all).toBe(false);
  });
});

describe('the real protocol', () => {
  test.each([
    [3, false],
    [3, true],
  ])(
    't = %d, synthetic vouchers %s: as the rule, copies counted by upload or by hash',
    async (threshold, synthetic) => {
      const cell = thresholdCells(small).protocol.find(
        (each) => each.threshold === threshold && each.synthetic === synthetic,
      )!;
      const { rows } = await runProtocol({ seed: 1, cell, protocol: { ...small.protocol, vouchers: 60 } });
      const { protocol } = thresholdMetrics(rows, small);
      const found = protocol.find((each) => each.threshold === threshold && each.synthetic === synthetic)!;
      expect(found.accounts).toBe(rows.length);
      expect(found.agreement).toMatchObject({ k: rows.length, n: rows.length });
      expect(found.detected).toMatchObject({
        below: { k: 0, n: rows.length / 7 },
        at: { estimate: 1 },
        above: { estimate: 1 },
        none: { estimate: 0 },
        burstByUpload: { estimate: 1 },
        burstByHash: { estimate: 0 },
      });
      expect(found.payloads.estimate).toBe(1);
      expect(found.rejected).toBe(0);
      // Without synthetic vouchers the provider counts exactly; with them, often not.
      if (synthetic) expect(found.counted.k).toBeLessThan(found.counted.n);
      else expect(found.counted.k).toBe(found.counted.n);
      if (!synthetic) expect(found.otherMethod.k).toBe(0);
    },
  );
});

describe('a wrong experiment', () => {
  test.each([
    [{ ...small, innocents: { ...small.innocents, bursts: { count: 100, size: 100, source: 'x' } } }, /more than the/],
    [{ ...small, knowledge: { ...small.knowledge, matches: [500] } }, /500 matches are more than/],
    [
      { ...small, offenders: { ...small.offenders, held: [small.offenders.held[0], small.offenders.held[0]] } },
      /two cells are equal/,
    ],
    [{ ...small, mostMatches: 1 }, /at \/mostMatches/],
  ])('%# is refused in one sentence', (value, sentence) =>
    expect(() => checkThreshold(value, 'Experiment x')).toThrow(sentence),
  );
});
