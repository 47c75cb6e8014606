/**
 * Two detectors on the same trials: by how much the rate of the first exceeds that of the second. What both find and what neither finds
 * says nothing about it, so the test is McNemar's, "Note on the sampling error of the difference between correlated proportions"
 * (Psychometrika 1947), exact; the interval is Newcombe's method 10, "Improved confidence intervals for the difference between binomial
 * proportions based on paired data" (Statistics in Medicine 1998), and beside it the bootstrap by cluster, as in bootstrap.ts.
 */
import type { Rng } from '../util/rng.ts';
import { logBinomialTail } from './binomial.ts';
import { expandedTail, resampledRatios, type SumClass } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import { wilson } from './proportion.ts';
import { quantileOfSorted } from './quantile.ts';

/** One trial under both detectors, and the source picture that it came from. */
export interface PairedTrial {
  readonly cluster: string;
  readonly first: boolean;
  readonly second: boolean;
}

/** first rate − second rate, in [-1, 1], with both 95 % intervals. */
export interface PairedDifference extends Omit<Interval, 'estimate'> {
  /** Null without a trial. */
  readonly estimate: number | null;
  readonly n: number;
  /** Successes of the first detector only, and of the second only. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Exact two-sided p-value of McNemar's test, trials assumed independent: both are equally often alone in success. */
  readonly mcnemar: number;
  readonly clusters: number;
  readonly clusterLow: number;
  readonly clusterHigh: number;
}

/** The 2 × 2 table of paired outcomes; counts need not be whole. */
export interface PairedTable {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/** Newcombe's method 10: Wilson limits of both rates, combined with the correlation of the outcomes. [-1, 1] of nothing. */
export function newcombePaired({ both, onlyFirst, onlySecond, neither }: PairedTable): { low: number; high: number } {
  const n = both + onlyFirst + onlySecond + neither;
  if (n === 0) return { low: -1, high: 1 };
  const margins = [both + onlyFirst, both + onlySecond] as const;
  const [first, second] = margins.map((k) => ({ rate: k / n, ...limits(k, n) })) as [Limits, Limits];
  const product = margins[0] * (n - margins[0]) * margins[1] * (n - margins[1]);
  const excess = both * neither - onlyFirst * onlySecond;
  const corrected = excess > 0 ? Math.max(excess - n / 2, 0) : excess;
  const phi = product > 0 ? corrected / Math.sqrt(product) : 0;
  const reach = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = first.rate - second.rate;
  return {
    low: Math.max(-1, difference - reach(first.rate - first.low, second.high - second.rate)),
    high: Math.min(1, difference + reach(first.high - first.rate, second.rate - second.low)),
  };
}

interface Limits {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

const limits = (k: number, n: number): { low: number; high: number } => {
  const { low, high } = wilson(k, n);
  return { low, high };
};

/** Exact two-sided p-value of McNemar's test: as likely as a fair coin that falls so unevenly. */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  return Math.min(1, 2 * Math.exp(logBinomialTail(Math.max(onlyFirst, onlySecond), n, 0.5)));
}

/** With fewer clusters in which the detectors differ, resampling has too little to vary and its intervals are too short. */
const fewest = 5;

/** The difference of the two rates. The order of the trials does not matter. */
export function pairedDifference(trials: readonly PairedTrial[], rng: Rng, resamples = 2000): PairedDifference {
  const count = (holds: (trial: PairedTrial) => boolean): number => trials.filter(holds).length;
  const byCluster = new Map<string, { clusters: 1; sum: number; n: number }>();
  for (const { cluster, first, second } of trials) {
    const each = byCluster.get(cluster) ?? { clusters: 1, sum: 0, n: 0 };
    byCluster.set(cluster, { clusters: 1, sum: each.sum + Number(first) - Number(second), n: each.n + 1 });
  }
  return pairedClasses(
    {
      both: count(({ first, second }) => first && second),
      onlyFirst: count(({ first, second }) => first && !second),
      onlySecond: count(({ first, second }) => !first && second),
      neither: count(({ first, second }) => !first && !second),
    },
    [...byCluster.values()],
    rng,
    resamples,
  );
}

/** The same from the table of all trials, and from classes of clusters: `sum` is successes of the first less those of the second. */
export function pairedClasses(
  table: PairedTable,
  classes: readonly SumClass[],
  rng: Rng,
  resamples = 2000,
): PairedDifference {
  const { both, onlyFirst, onlySecond, neither } = table;
  const n = both + onlyFirst + onlySecond + neither;
  const countOf = (of: readonly SumClass[]): number => of.reduce((total, each) => total + each.clusters, 0);
  const clusters = countOf(classes);
  const exact = newcombePaired(table);
  const found = {
    n,
    onlyFirst,
    onlySecond,
    mcnemar: mcnemarExact(onlyFirst, onlySecond),
    estimate: n === 0 ? null : (onlyFirst - onlySecond) / n,
    ...exact,
    clusters,
  };
  const differing = countOf(classes.filter(({ sum }) => sum !== 0));
  if (differing < fewest || clusters - differing < fewest) {
    // Each cluster counts as one trial: for full dependence within clusters, so on the safe side.
    const share = n === 0 ? 0 : clusters / n;
    const { low, high } = newcombePaired({
      both: both * share,
      onlyFirst: onlyFirst * share,
      onlySecond: onlySecond * share,
      neither: neither * share,
    });
    const method = `Newcombe 95 %, paired; by cluster: the same on ${clusters} clusters, too alike to resample`;
    return { ...found, method, clusterLow: low, clusterHigh: high };
  }
  const differences = resampledRatios(classes, rng, resamples);
  const tail = expandedTail(clusters);
  return {
    ...found,
    method: `Newcombe 95 %, paired; by cluster: expanded percentile bootstrap 95 %, ${resamples} resamples of ${clusters} clusters`,
    clusterLow: quantileOfSorted(differences, tail),
    clusterHigh: quantileOfSorted(differences, 1 - tail),
  };
}
