/** The comparison with the median that pHash and wHash end in. */

/** Which of the values are above their median, which for an even count is the mean of the two in the middle. */
export function aboveMedian(values: ArrayLike<number>): boolean[] {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return Array.from(values, (value) => value > median);
}
