/** Compares values with their median, the last step of pHash and wHash. */

/** Which of the values are above their median. For an even count, the median is the mean of the two middle ones. */
export function aboveMedian(values: ArrayLike<number>): boolean[] {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return Array.from(values, (value) => value > median);
}
