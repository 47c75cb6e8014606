/**
 * Rates whose trials come in clusters: twenty edits of one picture are not twenty pictures. Whole clusters are drawn with replacement
 * (Davison & Hinkley, "Bootstrap Methods and their Application" (1997), 3.8), and the percentiles are expanded for small numbers of clusters,
 * which plain ones make too narrow (Hesterberg, "What teachers should know about the bootstrap", The American Statistician 2015, 4.6).
 */
import type { Rng } from '../util/rng.ts';
import type { Proportion } from './interval.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from './proportion.ts';
import { quantileOfSorted } from './quantile.ts';
import { normalCdf, probit, studentQuantile } from './special.ts';

/** One trial, and the source picture that it came from. */
export interface Trial {
  readonly cluster: string;
  readonly success: boolean;
}

/** A proportion with its exact interval as if trials were independent and, beside it, the interval by cluster. */
export interface ClusteredProportion extends Proportion {
  readonly clusters: number;
  readonly clusterLow: number;
  readonly clusterHigh: number;
}

/** Below that many clusters with a success, or with a failure, resampling has too little to vary and its intervals are too short. */
const fewest = 5;

/** Percentile that gives a bootstrap of that many clusters the width of a t interval: 0.025 in the limit, less for few. */
export const expandedTail = (clusters: number): number =>
  normalCdf(-Math.sqrt(clusters / (clusters - 1)) * studentQuantile(0.975, clusters - 1));

/** The rate of success with both 95 % intervals. The order of the trials does not matter. */
export function clusteredProportion(trials: readonly Trial[], rng: Rng, resamples = 2000): ClusteredProportion {
  const counts = new Map<string, [k: number, n: number]>();
  for (const { cluster, success } of trials) {
    const count = counts.get(cluster) ?? [0, 0];
    if (success) count[0]++;
    count[1]++;
    counts.set(cluster, count);
  }
  return clusteredCounts([...counts.values()], rng, resamples);
}

/** Whether clusters differ enough, and often enough, for resampling to tell how uncertain their rate is. */
function canResample(counts: readonly (readonly [k: number, n: number])[]): boolean {
  const some = counts.filter(([k]) => k > 0).length;
  const lacking = counts.filter(([k, n]) => k < n).length;
  const sameRate = counts.every(([k, n]) => k * counts[0]![1] === n * counts[0]![0]);
  return some >= fewest && lacking >= fewest && !sameRate;
}

/** The same from successes and trials of each cluster, of which none is without trials. */
export function clusteredCounts(
  counts: readonly (readonly [k: number, n: number])[],
  rng: Rng,
  resamples = 2000,
): ClusteredProportion {
  // Sorted by counts, not by name: the same counts give the same interval, whatever the pictures are called.
  const sorted = [...counts].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const k = Float64Array.from(sorted, (each) => each[0]);
  const n = Float64Array.from(sorted, (each) => each[1]);
  const exact = proportion(
    k.reduce((sum, each) => sum + each, 0),
    n.reduce((sum, each) => sum + each, 0),
  );
  const clusters = sorted.length;
  if (!canResample(sorted)) {
    // Each cluster counts as one trial, its rate as a part of a success: for full dependence within clusters, so on the safe side.
    const whole = exact.k === exact.n ? clusters : (exact.estimate ?? 0) * clusters;
    return {
      ...exact,
      method: `${exact.method}; by cluster: Clopper-Pearson 95 % on ${clusters} clusters, too alike to resample`,
      clusters,
      clusterLow: clopperPearsonLow(whole, clusters, 0.025),
      clusterHigh: clopperPearsonHigh(whole, clusters, 0.025),
    };
  }
  const rates = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    let successes = 0;
    let drawn = 0;
    for (let j = 0; j < clusters; j++) {
      const at = rng.int(clusters);
      successes += k[at]!;
      drawn += n[at]!;
    }
    rates[i] = successes / drawn;
  }
  rates.sort();
  const tail = expandedTail(clusters);
  return {
    ...exact,
    method: `${exact.method}; by cluster: expanded percentile bootstrap 95 %, ${resamples} resamples of ${clusters} clusters`,
    clusters,
    clusterLow: quantileOfSorted(rates, tail),
    clusterHigh: quantileOfSorted(rates, 1 - tail),
  };
}

/**
 * Lower bound on a clustered rate that leaves `tail` below it, for a rate that is picked among many: Clopper–Pearson on the effective number
 * of trials that the interval by cluster implies, with the degrees of freedom of so many clusters (Korn & Graubard 1998), since resamples say
 * little about a tail of a thousandth.
 */
export function clusteredLow(
  { k, n, estimate, clusters, clusterLow, clusterHigh }: ClusteredCounts,
  tail: number,
): number {
  if (estimate === null || clusters < 2) return 0;
  const error = (clusterHigh - clusterLow) / (2 * studentQuantile(0.975, clusters - 1));
  const varied = k > 0 && k < n && error > 0;
  const few = (probit(1 - tail) / studentQuantile(1 - tail, clusters - 1)) ** 2;
  const effective = varied ? Math.min(n, (few * estimate * (1 - estimate)) / (error * error)) : clusters;
  return clopperPearsonLow(estimate * effective, effective, tail);
}

type ClusteredCounts = Pick<ClusteredProportion, 'k' | 'n' | 'estimate' | 'clusters' | 'clusterLow' | 'clusterHigh'>;
