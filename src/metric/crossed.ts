/**
 * Rates whose trials pair every one of some things with every one of others: each list with each picture. Trials that share either side
 * depend on each other, and both kinds of dependence are there at once, so their variances add up.
 */
import type { Rng } from '../util/rng.ts';
import { type ClusteredProportion, clusteredCounts } from './bootstrap.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from './proportion.ts';
import { probit, studentQuantile } from './special.ts';

type Counts = readonly (readonly [k: number, n: number])[];

/** Counts by the first side (one a list) and by the clusters of the second (one per group of pictures); both add up to the same. */
interface CrossedCounts {
  readonly rows: Counts;
  readonly columns: Counts;
}

/**
 * The rate with its 95 % interval by both sides. The variance is that by row and that by column, each of a ratio (Cochran, "Sampling
 * Techniques" (1977), 2.11), less that of independent trials, which is in both (Cameron, Gelbach & Miller, "Robust inference with multiway
 * clustering", Journal of Business & Economic Statistics 2011). The interval is Clopper–Pearson on the effective number of trials (Korn &
 * Graubard, Survey Methodology 1998), with the degrees of freedom of the sum (Satterthwaite, Biometrics Bulletin 1946): a handful of lists is
 * few, however many pictures each is tried on. Where all trials came out alike there is no variance, and where one side is a single thing
 * none by it; then the side with more clusters speaks alone.
 */
export function crossedProportion({ rows, columns }: CrossedCounts, rng: Rng, resamples = 1000): ClusteredProportion {
  const [byRow, byColumn] = [totalOf(rows), totalOf(columns)];
  if (byRow.k !== byColumn.k || byRow.n !== byColumn.n)
    throw new RangeError(`Expected the same trials both ways but received ${byRow.n} and ${byColumn.n}`);
  const { k, n } = byRow;
  const effective = k === 0 || k === n || rows.length < 2 || columns.length < 2 ? null : effectiveTrials(rows, columns);
  if (effective === null) return clusteredCounts(rows.length > columns.length ? rows : columns, rng, resamples);
  const exact = proportion(k, n);
  const rate = k / n;
  return {
    ...exact,
    method: `${exact.method}; by cluster: Clopper-Pearson 95 % on the effective number of trials, ${rows.length} clusters crossed with ${columns.length}`,
    clusters: rows.length,
    clusterLow: clopperPearsonLow(rate * effective, effective, 0.025),
    clusterHigh: clopperPearsonHigh(rate * effective, effective, 0.025),
  };
}

/** The same trials as so many independent ones as have their variance; of trials that came out alike, or of a side with a single thing, as many as the smaller side has. */
export function crossedEffective({ rows, columns }: CrossedCounts): { readonly k: number; readonly n: number } {
  const { k, n } = totalOf(rows);
  if (n === 0) return { k, n };
  // Without columns the rows speak alone: which trials were of one picture is not known.
  if (columns.length === 0) {
    const trials = k === 0 || k === n || rows.length < 2 ? rows.length : effectiveTrials(rows, [[k, n]]);
    return { k: (k / n) * trials, n: trials };
  }
  const alike = k === 0 || k === n || rows.length < 2 || columns.length < 2;
  const trials = alike ? Math.min(rows.length, columns.length) : effectiveTrials(rows, columns);
  return { k: (k / n) * trials, n: trials };
}

function effectiveTrials(rows: Counts, columns: Counts): number {
  const { k, n } = totalOf(rows);
  const rate = k / n;
  const independent = (rate * (1 - rate)) / n;
  const [one, other] = [rows, columns].map((side) =>
    side.length < 2 ? independent : Math.max(independent, varianceBy(side, rate, n)),
  ) as [number, number];
  const squares = one ** 2 / (rows.length - 1) + (columns.length < 2 ? 0 : other ** 2 / (columns.length - 1));
  const degrees = (columns.length < 2 ? one ** 2 : (one + other) ** 2) / squares;
  const widening = (studentQuantile(0.975, degrees) / probit(0.975)) ** 2;
  return (rate * (1 - rate)) / ((one + other - independent) * widening);
}

const totalOf = (side: Counts): { k: number; n: number } =>
  side.reduce((sum, [k, n]) => ({ k: sum.k + k, n: sum.n + n }), { k: 0, n: 0 });

/** Variance of the rate if the clusters of one side were drawn again. */
const varianceBy = (side: Counts, rate: number, n: number): number =>
  ((side.length / (side.length - 1)) * side.reduce((sum, [k, own]) => sum + (k - rate * own) ** 2, 0)) / n ** 2;
