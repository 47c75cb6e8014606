/** Published numbers that other kinds of experiment measure: what a hash gives away, false alarms of a network, places put on a list. */
import type { BaseRateMetrics } from '../../schema/base-rate-metrics.ts';
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { RepurposingMetrics } from '../../schema/repurposing-metrics.ts';
import type { Measure, MeasureContext, Measured } from './measure.ts';

const metricsOf = async <M>(context: MeasureContext, experiment: string): Promise<M> =>
  (await context.run(experiment)).metrics as M;

/** A clustered rate with the wider bounds. */
const rated = ({ estimate, low, high, n, clusterLow, clusterHigh }: ClusteredRate): Measured => ({
  value: estimate ?? Number.NaN,
  low: Math.min(low, clusterLow),
  high: Math.max(high, clusterHigh),
  n,
});

export const kindMeasures = {
  'topic-from-hash': async (context) => {
    const { topics, dataset } = await metricsOf<HashLeakageMetrics>(context, 'hash-leakage');
    const own = topics.filter(
      ({ control, source, lift }) => control === 'none' && source === 'dataset' && lift !== null,
    );
    const best = own.toSorted(
      (a, b) => b.lowerBound / b.first.chance.commonest - a.lowerBound / a.first.chance.commonest,
    )[0];
    if (!best?.lift) return { values: {} };
    const { hash, attacker, lowerBound, first, lift, topics: classes } = best;
    return {
      values: {
        'success over chance, lower bound': { value: lowerBound / first.chance.commonest, n: first.success.n },
      },
      on: `${dataset.sources.find(({ source }) => source === 'dataset')?.pictures.test ?? 0} test photographs of ${classes} topics (${await context.sizes()})`,
      notes: [
        `Best of ${own.length} hashes: ${hash} by ${attacker}, ${first.success.k} of ${first.success.n}; ${lift.estimate.toFixed(1)} times the commonest topic [${lift.low.toFixed(1)}, ${lift.high.toFixed(1)}].`,
      ],
    };
  },
  'nsfwjs-benign': async (context) => {
    const { classifiers, thresholds, dataset } = await metricsOf<BaseRateMetrics>(context, 'base-rate');
    const { scorer, alarms } = classifiers[0]!;
    const { alarm, fpr } = alarms[0]!;
    return {
      values: { 'false-positive rate at 0.5': rated(fpr[thresholds.indexOf(0.5)]!) },
      on: `${dataset.pictures} photographs in ${dataset.groups} groups (${await context.sizes()})`,
      notes: [`${scorer.network}; flagged: ${alarm.labels.join(' + ')}.`],
    };
  },
  'scene-surveillance': async (context) => {
    const { hashes, locations } = await metricsOf<RepurposingMetrics>(context, 'repurposing');
    const pdq = hashes.find(({ name }) => name === 'pdq');
    const at = pdq?.thresholds.find(({ reasons }) => reasons.includes('authors'));
    const cell = at?.cells.find(({ share, choice }) => Math.abs(share - 0.05) < 1e-9 && choice === 'random');
    if (!pdq || !at || !cell) return { values: {} };
    return {
      values: { 'share matched at 5 %': rated(cell.hit) },
      on: `${locations.heldOut} held-out photographs of ${locations.evaluation} places`,
      notes: [`PDQ at ${at.bits} bits, ${cell.inserted} photographs of the place on the list.`],
    };
  },
} as const satisfies Record<string, Measure>;
