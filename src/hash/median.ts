/** The median, and the comparison with it that pHash and wHash end in. */

/** The median of the values, which for an even count is the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Which of the values are above their median. */
export function aboveMedian(values: ArrayLike<number>): boolean[] {
  const limit = median(values);
  return Array.from(values, (value) => value > limit);
}
