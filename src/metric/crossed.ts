/**
 * Rates whose trials pair every one of some things with every one of others: each list with each picture. Trials that share either side
 * depend on each other, and both kinds of dependence are there at once, so their variances add up: Var = by rows + by columns − as if
 * independent, which both contain (Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 2007, section 3). The interval is
 * Clopper–Pearson on the number of independent trials that have this variance, shortened for its degrees of freedom (Korn & Graubard,
 * "Confidence intervals for proportions with small expected number of positive counts", Survey Methodology 1998; Satterthwaite 1946).
 */
import type { Rng } from '../util/rng.ts';
import { type ClusteredProportion, clusteredCounts } from './bootstrap.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from './proportion.ts';
import { studentQuantile } from './special.ts';

/** Counts by the first side (one a list) and by the clusters of the second (one a group of pictures); both add up to the same. */
export interface CrossedCounts {
  readonly rows: readonly (readonly [k: number, n: number])[];
  readonly columns: readonly (readonly [k: number, n: number])[];
}

/**
 * The rate with the interval for both sides together; `clusters` counts those of the rows. Without a success, or without a failure, there is no
 * variance to add, and the columns, of which there are more, speak alone.
 */
export function crossedProportion({ rows, columns }: CrossedCounts, rng: Rng, resamples = 1000): ClusteredProportion {
  const exact = proportion(sum(rows, 0), sum(rows, 1));
  if (exact.k !== sum(columns, 0) || exact.n !== sum(columns, 1))
    throw new RangeError(`Expected the same trials both ways but received ${exact.n} and ${sum(columns, 1)}`);
  if (exact.k === 0 || exact.k === exact.n || rows.length < 2 || columns.length < 2)
    return clusteredCounts(columns, rng, resamples);
  const rate = exact.k / exact.n;
  const single = (rate * (1 - rate)) / exact.n;
  const [byRow, byColumn] = [varianceBy(rows, exact), varianceBy(columns, exact)];
  const variance = Math.max(single, byRow, byColumn, byRow + byColumn - single);
  const freedom = variance ** 2 / (byRow ** 2 / (rows.length - 1) + byColumn ** 2 / (columns.length - 1));
  const shorter = (studentQuantile(0.975, exact.n - 1) / studentQuantile(0.975, Math.max(1, freedom))) ** 2;
  const trials = ((rate * (1 - rate)) / variance) * shorter;
  return {
    ...exact,
    method: `${exact.method}; crossed: Clopper-Pearson 95 % on ${trials.toFixed(1)} effective trials, variances by ${rows.length} rows and by ${columns.length} columns added`,
    clusters: rows.length,
    clusterLow: clopperPearsonLow(rate * trials, trials, 0.025),
    clusterHigh: clopperPearsonHigh(rate * trials, trials, 0.025),
  };
}

const sum = (counts: CrossedCounts['rows'], at: 0 | 1): number => counts.reduce((total, each) => total + each[at], 0);

/** Variance of a rate of clusters (a ratio estimate), linearised. */
function varianceBy(counts: CrossedCounts['rows'], { k, n }: { readonly k: number; readonly n: number }): number {
  const squares = counts.reduce((total, [own, trials]) => total + (own - (k / n) * trials) ** 2, 0);
  return (squares * counts.length) / ((counts.length - 1) * n * n);
}
