/**
 * Rates whose trials come in clusters: twenty edits of one picture are not twenty pictures. Whole clusters are drawn with replacement
 * (Davison & Hinkley, "Bootstrap Methods and their Application" (1997), 3.8), and the percentiles are expanded for small numbers of clusters,
 * which plain ones make too narrow (Hesterberg, "What teachers should know about the bootstrap", The American Statistician 2015, 4.6).
 */
import type { Rng } from '../util/rng.ts';
import type { Proportion } from './interval.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from './proportion.ts';
import { quantileOfSorted } from './quantile.ts';
import { multinomialVariate } from './random.ts';
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

/** Clusters that are alike: how many, each with k successes of n trials. */
export interface ClusterClass {
  readonly clusters: number;
  readonly k: number;
  readonly n: number;
}

/** The clusters of trials, one class each. */
export function classesOf(trials: readonly Trial[]): ClusterClass[] {
  const counts = new Map<string, { clusters: 1; k: number; n: number }>();
  for (const { cluster, success } of trials) {
    const count = counts.get(cluster) ?? { clusters: 1, k: 0, n: 0 };
    if (success) count.k++;
    count.n++;
    counts.set(cluster, count);
  }
  return [...counts.values()];
}

/** The rate of success with both 95 % intervals. The order of the trials does not matter. */
export const clusteredProportion = (trials: readonly Trial[], rng: Rng, resamples = 2000): ClusteredProportion =>
  clusteredClasses(classesOf(trials), rng, resamples);

/** Whether clusters differ enough, and often enough, for resampling to tell how uncertain their rate is. */
function canResample(classes: readonly ClusterClass[]): boolean {
  const count = (of: readonly ClusterClass[]): number => of.reduce((sum, { clusters }) => sum + clusters, 0);
  const some = count(classes.filter(({ k }) => k > 0));
  const lacking = count(classes.filter(({ k, n }) => k < n));
  const sameRate = classes.every(({ k, n }) => k * classes[0]!.n === n * classes[0]!.k);
  return some >= fewest && lacking >= fewest && !sameRate;
}

/** The same from successes and trials of each cluster, of which none is without trials. */
export const clusteredCounts = (
  counts: readonly (readonly [k: number, n: number])[],
  rng: Rng,
  resamples = 2000,
): ClusteredProportion =>
  clusteredClasses(
    counts.map(([k, n]) => ({ clusters: 1, k, n })),
    rng,
    resamples,
  );

/** The same from classes of clusters. Their order does not matter, nor whether a class is split. */
export function clusteredClasses(classes: readonly ClusterClass[], rng: Rng, resamples = 2000): ClusteredProportion {
  const sum = (of: (each: ClusterClass) => number): number => classes.reduce((total, each) => total + of(each), 0);
  const clusters = sum((each) => each.clusters);
  const exact = proportion(
    sum((each) => each.clusters * each.k),
    sum((each) => each.clusters * each.n),
  );
  if (!canResample(classes)) {
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
  const rates = resampledRatios(
    classes.map(({ clusters: alike, k, n }) => ({ clusters: alike, sum: k, n })),
    rng,
    resamples,
  );
  const tail = expandedTail(clusters);
  return {
    ...exact,
    method: `${exact.method}; by cluster: expanded percentile bootstrap 95 %, ${resamples} resamples of ${clusters} clusters`,
    clusters,
    clusterLow: quantileOfSorted(rates, tail),
    clusterHigh: quantileOfSorted(rates, 1 - tail),
  };
}

/** Clusters that are alike: how many, each with that sum over its n trials. */
export interface SumClass {
  readonly clusters: number;
  readonly sum: number;
  readonly n: number;
}

/** Up to that many clusters are drawn one by one; of more, how many of each class are drawn: the same distribution from other random numbers. */
const mostDrawnSingly = 5000;

/** The ratio of sums to trials in each resample of the clusters, in ascending order. Only the number of clusters of each sum and n matters. */
export function resampledRatios(classes: readonly SumClass[], rng: Rng, resamples: number): Float64Array {
  const merged = new Map<string, SumClass>();
  for (const { clusters, sum, n } of classes) {
    const key = `${sum}/${n}`;
    merged.set(key, { clusters: clusters + (merged.get(key)?.clusters ?? 0), sum, n });
  }
  // Sorted by counts, not by name: the same counts give the same interval, whatever the pictures are called.
  const sorted = [...merged.values()].sort((a, b) => a.sum - b.sum || a.n - b.n);
  const clusters = sorted.reduce((all, each) => all + each.clusters, 0);
  const ratios =
    clusters <= mostDrawnSingly
      ? ratiosOfClusters(sorted, clusters, rng, resamples)
      : ratiosOfClasses(sorted, clusters, rng, resamples);
  return ratios.sort();
}

/** Draws clusters one by one. */
function ratiosOfClusters(classes: readonly SumClass[], clusters: number, rng: Rng, resamples: number): Float64Array {
  const [sums, trials] = [new Float64Array(clusters), new Float64Array(clusters)];
  let filled = 0;
  for (const { clusters: alike, sum, n } of classes) {
    sums.fill(sum, filled, filled + alike);
    trials.fill(n, filled, filled + alike);
    filled += alike;
  }
  const ratios = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    let sum = 0;
    let n = 0;
    for (let j = 0; j < clusters; j++) {
      const at = rng.int(clusters);
      sum += sums[at]!;
      n += trials[at]!;
    }
    ratios[i] = sum / n;
  }
  return ratios;
}

/** Draws how many clusters of each class there are in a resample: a multinomial variate. */
export function ratiosOfClasses(
  classes: readonly SumClass[],
  clusters: number,
  rng: Rng,
  resamples: number,
): Float64Array {
  // The largest class comes last, because the others leave its number without a draw.
  const ordered = [...classes].sort((a, b) => a.clusters - b.clusters || a.sum - b.sum || a.n - b.n);
  const draw = multinomialVariate(
    clusters,
    ordered.map((each) => each.clusters),
    rng,
  );
  const ratios = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    const drawn = draw();
    let sum = 0;
    let n = 0;
    for (const [at, each] of ordered.entries()) {
      sum += drawn[at]! * each.sum;
      n += drawn[at]! * each.n;
    }
    ratios[i] = sum / n;
  }
  return ratios;
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
