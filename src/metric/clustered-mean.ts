/**
 * Means and ratios of sums over trials that come in clusters, with the bootstrap by cluster of bootstrap.ts: whole clusters are drawn, and
 * percentiles are expanded for small numbers of them.
 */

import type { Rng } from '../util/rng.ts';
import { expandedTail } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import { quantileOfSorted } from './quantile.ts';

/** One trial: the source picture that it came from, its value, and what it counts in the denominator (1 for a mean). */
interface Weighed {
  readonly cluster: string;
  readonly value: number;
  readonly weight: number;
}

/** Σ values / Σ weights with its 95 % interval by cluster. RangeError where there are fewer than two clusters or no weight. */
export function clusteredRatio(
  trials: readonly Weighed[],
  rng: Rng,
  resamples = 2000,
): Interval & { clusters: number } {
  const sums = new Map<string, [value: number, weight: number]>();
  for (const { cluster, value, weight } of trials) {
    const sum = sums.get(cluster) ?? [0, 0];
    sums.set(cluster, [sum[0] + value, sum[1] + weight]);
  }
  // Sorted by sums, not by name: the same numbers give the same interval, whatever the pictures are called.
  const sorted = [...sums.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const clusters = sorted.length;
  const ratio = (of: readonly (readonly [number, number])[]): number => {
    let [value, weight] = [0, 0];
    for (const each of of) {
      value += each[0];
      weight += each[1];
    }
    return value / weight;
  };
  const estimate = ratio(sorted);
  if (clusters < 2 || !Number.isFinite(estimate))
    throw new RangeError(`Expected at least two clusters with some weight but received ${clusters}`);
  const found = new Float64Array(resamples);
  const drawn = new Array<readonly [number, number]>(clusters);
  for (let i = 0; i < resamples; i++) {
    for (let j = 0; j < clusters; j++) drawn[j] = sorted[rng.int(clusters)]!;
    found[i] = ratio(drawn);
  }
  found.sort();
  const tail = expandedTail(clusters);
  return {
    estimate,
    low: quantileOfSorted(found, tail),
    high: quantileOfSorted(found, 1 - tail),
    method: `expanded percentile bootstrap 95 %, ${resamples} resamples of ${clusters} clusters`,
    clusters,
  };
}

/** The mean of values, one a trial, with its 95 % interval by cluster. */
export const clusteredMean = (
  trials: readonly { readonly cluster: string; readonly value: number }[],
  rng: Rng,
  resamples?: number,
): Interval & { clusters: number } =>
  clusteredRatio(
    trials.map((each) => ({ ...each, weight: 1 })),
    rng,
    resamples,
  );
