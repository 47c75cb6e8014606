/** Quantiles, by one definition everywhere: type 7 of Hyndman & Fan, "Sample quantiles in statistical packages" (1996). */

/** The p-quantile (0 <= p <= 1) of values in ascending order; NaN when there are none. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const value = sorted[below]!;
  return at === below ? value : value + (at - below) * (sorted[below + 1]! - value);
}

/**
 * Quantiles of values in any order, `ps` ascending; NaN when there are none. The values are reordered: only what the quantiles need is put in its place, which for
 * a few quantiles of many values takes a fraction of the time of sorting (Hoare, "Algorithm 65: find", CACM 1961).
 */
export function quantilesOf(values: Float64Array, ps: readonly number[]): number[] {
  const last = values.length - 1;
  // NaN is neither below nor above anything; sorting puts it at the end.
  if (values.some(Number.isNaN)) values.sort();
  else
    for (let [i, from] = [0, 0]; i < ps.length; i++) {
      const below = Math.floor(last * ps[i]!);
      for (const rank of [below, Math.min(last, below + 1)]) {
        if (rank < from) continue;
        select(values, rank, from, last);
        from = rank + 1;
      }
    }
  return ps.map((p) => quantileOfSorted(values, p));
}

/** Puts the element of a rank in its place between `from` and `to`, none larger before it and none smaller after it. */
function select(values: Float64Array, rank: number, from: number, to: number): void {
  while (from < to) {
    const pivot = middleOf(values[from]!, values[(from + to) >>> 1]!, values[to]!);
    let [left, right] = [from, to];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const moved = values[left]!;
      values[left++] = values[right]!;
      values[right--] = moved;
    }
    if (rank <= right) to = right;
    else if (rank >= left) from = left;
    else return;
  }
}

const middleOf = (a: number, b: number, c: number): number =>
  a < b ? (b < c ? b : Math.max(a, c)) : a < c ? a : Math.max(b, c);

/** The p-quantile of values in any order. */
export const quantile = (values: readonly number[], p: number): number =>
  quantileOfSorted(Float64Array.from(values).sort(), p);

/** The median of values in any order. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The median of the values; null of none. */
export const medianOrNull = (values: readonly number[]): number | null => (values.length === 0 ? null : median(values));

/** The median of the values; 0 of none, so that a record of nothing stays a number. */
export const medianOrZero = (values: readonly number[]): number => (values.length === 0 ? 0 : median(values));
