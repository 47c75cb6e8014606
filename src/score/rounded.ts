/** How metrics are written down: with as many digits as every version of Node agrees on, but thresholds to the last bit. */
/**
 * Names of numbers that decide: a score is compared with them. Rounded they would decide otherwise, since a threshold may lie between two
 * neighbouring doubles. They are scores of the rows, or next to one, so they are the same everywhere.
 */
const deciding: ReadonlySet<string> = new Set(['score', 'threshold', 'thresholds', 'thresholdScore']);

/** Ten significant digits: V8 versions differ in the last bit of powers, and the same rows shall give the same metrics everywhere. */
export function rounded<T>(value: T, exact = false): T {
  if (typeof value === 'number') return (exact || Number.isInteger(value) ? value : Number(value.toPrecision(10))) as T;
  if (Array.isArray(value)) return value.map((each) => rounded(each, exact)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, rounded(each, deciding.has(key) && !isRecord(each))]),
  ) as T;
}

/** An object with fields of its own, or a list of such: what decides in it is told by their names. */
const isRecord = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(isRecord) : typeof value === 'object' && value !== null;
