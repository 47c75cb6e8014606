/** How metrics are written down: with as many digits as every version of Node agrees on. */

/** Ten significant digits: V8 versions differ in the last bit of powers, and the same rows shall give the same metrics everywhere. */
export function rounded<T>(value: T): T {
  if (typeof value === 'number') return (Number.isInteger(value) ? value : Number(value.toPrecision(10))) as T;
  if (Array.isArray(value)) return value.map(rounded) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rounded(each)])) as T;
}
