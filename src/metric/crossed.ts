/**
 * Rates whose trials pair every one of some things with every one of others: each list with each picture. Trials that share either side
 * depend on each other, so both are resampled, one at a time, and on each side of the rate the wider interval counts.
 */
import type { Rng } from '../util/rng.ts';
import { type ClusteredProportion, canResample, clusteredCounts } from './bootstrap.ts';

/** Counts by the first side (one a list) and by the clusters of the second (one a group of pictures); both add up to the same. */
export interface CrossedCounts {
  readonly rows: readonly (readonly [k: number, n: number])[];
  readonly columns: readonly (readonly [k: number, n: number])[];
}

/**
 * The rate with the wider of both intervals by cluster. Where one of the sides has too few successes to be resampled, the other speaks
 * alone: a handful of lists without any success says less than hundreds of pictures do.
 */
export function crossedProportion({ rows, columns }: CrossedCounts, rng: Rng, resamples = 1000): ClusteredProportion {
  const [byRow, byColumn] = [clusteredCounts(rows, rng, resamples), clusteredCounts(columns, rng, resamples)];
  if (byRow.k !== byColumn.k || byRow.n !== byColumn.n)
    throw new RangeError(`Expected the same trials both ways but received ${byRow.n} and ${byColumn.n}`);
  if (!canResample(rows)) return byColumn;
  return {
    ...byRow,
    method: `${byRow.method}; crossed with ${byColumn.clusters} other clusters, the wider`,
    clusterLow: Math.min(byRow.clusterLow, byColumn.clusterLow),
    clusterHigh: Math.max(byRow.clusterHigh, byColumn.clusterHigh),
  };
}
