/** Quantiles, by one definition everywhere: type 7 of Hyndman & Fan, "Sample quantiles in statistical packages" (1996). */

/** The p-quantile (0 <= p <= 1) of values in ascending order; NaN when there are none. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const value = sorted[below]!;
  return at === below ? value : value + (at - below) * (sorted[below + 1]! - value);
}

/** The p-quantile of values in any order. */
export const quantile = (values: readonly number[], p: number): number =>
  quantileOfSorted(Float64Array.from(values).sort(), p);

/** The median of values in any order. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The median of the values; null of none. */
export const medianOrNull = (values: readonly number[]): number | null => (values.length === 0 ? null : median(values));

/** The median of the values; 0 of none, so that a record of nothing stays a number. */
export const medianOrZero = (values: readonly number[]): number => (values.length === 0 ? 0 : median(values));
