/** Counting rows in one go, in batches, or in shards that are merged gives the same metrics; and cohorts are one strategy. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { metricsOf } from '../../../src/experiment/tradeoff/score.ts';
import { classifierMetrics } from '../../../src/experiment/tradeoff/score-classifier.ts';
import { copyNotes } from '../../../src/experiment/tradeoff/score-copies.ts';
import { TradeoffCounts } from '../../../src/experiment/tradeoff/score-counts.ts';
import { equalityGap } from '../../../src/experiment/tradeoff/score-equality.ts';
import { evidenceOn } from '../../../src/experiment/tradeoff/score-evidence.ts';
import { hashMetrics } from '../../../src/experiment/tradeoff/score-matches.ts';
import { strategyMetrics } from '../../../src/experiment/tradeoff/score-strategy.ts';
import { folded } from '../../../src/schema/fold.ts';
import { everyRow } from '../../../src/schema/row.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { view } from '../../harness/scenario/rows.ts';
import { experimentWith } from '../../harness/tiny.ts';
import { slow } from '../../helpers/slow.ts';
import { counted } from './counted.ts';
import { randomRun } from './random-rows.ts';

const experiment = experimentWith({
  grid: {
    hash: ['phash', 'dhash'],
    strategy: ['server-scan', 'e2ee', 'client-list', 'client-classifier', 'psi', 'threshold-psi', 'escrow'],
  },
  messages: {
    hash: 'phash',
    offendingAccounts: 2,
    accounts: 9,
    head: { kind: 'logistic', trainingShare: 0.5 },
  },
});
const context = {
  experiment,
  dataset: { name: 'made up', sha256: sha256Hex('') },
  listEntries: 40,
  listBytes: 500,
  notes: [],
};
const run = randomRun({ experiment, pictures: 300, seed: 1 });

/** Everything that is computed from counts before the trade-off model, which would take most of the time. */
function measured(counts: TradeoffCounts): string {
  const { grid, messages } = experiment;
  const { calibration, pictures, refused } = counts;
  const bits = (hash: string): number => calibration.hashThreshold(experiment, hash, true).bits;
  const thresholds = { near: bits(messages.hash), second: bits(messages.secondHash) };
  const own = { experiment, operatingPoint: '', listBytes: 500, listEntries: 40, plainBytes: 7 };
  return JSON.stringify({
    ...{ count: pictures.count, groups: pictures.groups, content: pictures.content, refused },
    notes: copyNotes(counts.hashOf, calibration, experiment),
    strategies: grid.strategy.map((name) => ({
      ...strategyMetrics(counts, name, own),
      evidence: evidenceOn(name, counts.messagesOf, { experiment, thresholds, listEntries: 40 }),
    })),
    hashes: grid.hash.map((name) => hashMetrics(counts.hashOf(name), calibration, experiment)),
    gap: equalityGap(counts.equality, experiment, thresholds.near),
    classifiers: Object.values(counts.detectors).map((each) =>
      classifierMetrics(counts.detectorOf(each), counts, experiment),
    ),
  });
}
const rows = await everyRow(run);

describe('counts of a run', () => {
  const whole = measured(counted(rows, experiment));
  const inOneGo = JSON.stringify(metricsOf(counted(rows, experiment), context));

  test('measure something of everything', () => {
    const metrics = JSON.parse(inOneGo) as ReturnType<typeof metricsOf>;
    expect(metrics.dataset.refused.length).toBeGreaterThan(0);
    for (const { auc, fprAtAuthors, recall } of metrics.hashes) {
      expect([auc!.estimate > 0.5, fprAtAuthors.n > 90, recall.length]).toEqual([true, true, 8]);
      expect(recall.every(({ meanOwnBits }) => meanOwnBits !== null)).toBe(true);
    }
    expect(metrics.equalityGap!.listed).toHaveLength(6);
    expect(metrics.classifier!.auc!.estimate).toBeGreaterThan(0.6);
    expect(metrics.untrained).toBeTruthy();
    for (const { detection, leakage, accounts, evidence, traffic } of metrics.strategies) {
      expect(detection.byEdit).toHaveLength(5);
      expect([leakage.length, traffic.map(({ packet }) => packet)]).toEqual([12, ['table', 'flag', 'envelope']]);
      expect(accounts!.offending.n + accounts!.innocent.n).toBe(9);
      expect(evidence).toBeTruthy();
    }
    const { against } = metrics.strategies[3]!.evidence!;
    expect(typeof against === 'string' ? [] : against.pictures.length).toBeGreaterThan(5);
  });

  test('are the same in batches, whatever their sizes', async () => {
    const batched = await folded(
      randomRun({ experiment, pictures: 300, seed: 1, batch: 37 }),
      new TradeoffCounts(experiment, 1),
    );
    expect(JSON.stringify(metricsOf(batched, context))).toBe(inOneGo);
  });

  test(
    'are the same from shards, in whatever grouping they are merged',
    () =>
      fc.assert(
        fc.property(
          fc.array(fc.nat(rows.length), { minLength: 1, maxLength: 6 }),
          fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }),
          (cuts, order) => {
            const ends = [0, ...cuts.sort((a, b) => a - b), rows.length];
            const shards = ends.slice(1).map((end, i) => counted(rows.slice(ends[i], end), experiment));
            for (const each of order) {
              if (shards.length === 1) break;
              const at = each % (shards.length - 1);
              shards[at]!.merge(shards[at + 1]!);
              shards.splice(at + 1, 1);
            }
            const [first, ...rest] = shards;
            for (const each of rest) first!.merge(each);
            expect(measured(first!)).toBe(whole);
          },
        ),
        { seed: 18, numRuns: slow ? 5 : 2 },
      ),
    120_000,
  );
});

describe('cohorts of accounts', () => {
  const traffic = (
    cohort: number,
    step: number,
    packet: string,
    crossings: number,
    medianBytes: number,
  ): TradeoffRow => ({
    ...{ row: 'traffic', cell: 'c', strategy: 'psi', step, phase: 'message', from: 'sender', to: 'relay', packet },
    ...{ crossings, messages: crossings, bytes: crossings * medianBytes, medianBytes },
    ...(cohort > 1 ? { cohort } : {}),
  });

  test('views are summed; of the list, which all have, the most that one saw counts', () => {
    const counts = counted([
      view('psi', { found: 3, messages: 10 }),
      view('psi', { role: 'sender', knowledge: 'list', messages: 50, allowed: 50, found: 20 }),
      view('psi', { found: 4, messages: 5, outside: 1, cohort: 2 }),
      view('psi', { role: 'sender', knowledge: 'list', messages: 50, allowed: 50, found: 30, cohort: 2 }),
    ]);
    expect(counts.viewsOf('psi').map(({ messages, found, outside }) => [messages, found, outside])).toEqual([
      [15, 7, 1],
      [50, 30, 0],
    ]);
  });

  test('what only a comparison of all cohorts tells is found, too', () => {
    const alike = (packets: string, messages: number, matched: number) => ({
      ...{ packets, messages, matched },
      ...{ more: messages, outside: 0 },
    });
    const of = (groups: ReturnType<typeof alike>[], more = {}) =>
      view('psi', { knowledge: 'match', found: 1, messages: 8, alike: groups, ...more });
    // In the first cohort nothing matches, and in the second everything does: only together do they tell.
    const counts = counted([of([alike('envelope', 7, 0)]), of([alike('envelope flag', 7, 7)], { cohort: 2 })]);
    expect(counts.viewsOf('psi')).toMatchObject([{ found: 16, messages: 16 }]);
    expect(counts.viewsOf('psi')[0]).not.toHaveProperty('alike');
    expect(counted([of([alike('envelope', 7, 0)])]).viewsOf('psi')).toMatchObject([{ found: 1 }]);
  });

  test('arrows are merged, their medians weighted by crossings; a step of a later cohort stands behind the one before it', () => {
    const arrows = counted([
      ...[traffic(1, 0, 'table', 1, 100), traffic(1, 1, 'envelope', 4, 1000)],
      ...[traffic(2, 0, 'table', 1, 300), traffic(2, 1, 'flag', 2, 5), traffic(2, 2, 'envelope', 1, 2000)],
    ]).trafficOf('psi');
    expect(arrows.map(({ packet, crossings, bytes, medianBytes }) => [packet, crossings, bytes, medianBytes])).toEqual([
      ['table', 2, 400, 200],
      ['flag', 2, 10, 5],
      ['envelope', 5, 6000, 1000],
    ]);
  });

  test('of deployments: the largest device, all rejections, the capacity of the first', () => {
    const deployment = { row: 'deployment', cell: 'c', strategy: 'psi' } as const;
    expect(
      counted([
        { ...deployment, deviceBytes: 10, hiddenCapacity: 7, rejected: 1 },
        { ...deployment, deviceBytes: 30, hiddenCapacity: 2, rejected: 2, cohort: 2 },
        { ...deployment, deviceBytes: 20, cohort: 3 },
      ]).deploymentOf('psi'),
    ).toMatchObject({ deviceBytes: 30, hiddenCapacity: 7, rejected: 3 });
  });
});
