/** Decisions among several labels: confusion matrix, recall and precision of each label, macro F1. Sokolova & Lapalme (2009). */
import type { Rng } from '../util/rng.ts';
import { expandedTail } from './bootstrap.ts';
import type { Interval, Proportion } from './interval.ts';
import { wilson } from './proportion.ts';
import { quantileOfSorted } from './quantile.ts';

/** One picture: indices of its label and of the label decided for, and the source picture that it came from. */
interface Labelled {
  readonly actual: number;
  readonly decided: number;
  readonly cluster: string;
}

/** counts[actual][decided]. */
export function confusion(rows: readonly Omit<Labelled, 'cluster'>[], labels: number): number[][] {
  const counts = Array.from({ length: labels }, () => new Array<number>(labels).fill(0));
  for (const { actual, decided } of rows) counts[actual]![decided]!++;
  return counts;
}

/** How one label fares. */
interface LabelScore {
  readonly recall: Proportion;
  readonly precision: Proportion;
  /** Harmonic mean of the two, 2 TP / (2 TP + FP + FN); null where the label neither occurs nor is decided for. */
  readonly f1: number | null;
}

/** Every label of a confusion matrix, in its order. */
export function labelScores(counts: readonly (readonly number[])[]): LabelScore[] {
  return counts.map((row, label) => {
    const hits = row[label]!;
    const actual = row.reduce((sum, each) => sum + each, 0);
    const decided = counts.reduce((sum, each) => sum + each[label]!, 0);
    return {
      recall: wilson(hits, actual),
      precision: wilson(hits, decided),
      f1: actual + decided === 0 ? null : (2 * hits) / (actual + decided),
    };
  });
}

/** Mean F1 over the labels that occur or are decided for; RangeError of nothing. */
export function macroF1(counts: readonly (readonly number[])[]): number {
  const known = labelScores(counts).flatMap(({ f1 }) => (f1 === null ? [] : [f1]));
  if (known.length === 0) throw new RangeError('Expected at least one decision but received none.');
  return known.reduce((sum, each) => sum + each, 0) / known.length;
}

/** Macro F1 with a 95 % interval: the expanded percentile bootstrap over source pictures (see bootstrap.ts). */
export function macroF1Interval(rows: readonly Labelled[], labels: number, rng: Rng, resamples = 1000): Interval {
  const clusters = new Map<string, Labelled[]>();
  for (const row of rows) clusters.set(row.cluster, [...(clusters.get(row.cluster) ?? []), row]);
  const groups = [...clusters.values()];
  const estimate = macroF1(confusion(rows, labels));
  const drawn = Float64Array.from({ length: resamples }, () =>
    macroF1(
      confusion(
        groups.flatMap(() => rng.pick(groups)),
        labels,
      ),
    ),
  ).sort();
  if (groups.length < 2) return { estimate, low: 0, high: 1, method: 'none: fewer than 2 source pictures' };
  const tail = expandedTail(groups.length);
  return {
    estimate,
    low: quantileOfSorted(drawn, tail),
    high: quantileOfSorted(drawn, 1 - tail),
    method: `expanded percentile bootstrap 95 %, ${resamples} resamples of ${groups.length} source pictures`,
  };
}
