/** How metrics are written down: with as many digits as every version of Node agrees on. */
import { toDecimal } from '../../metric/decimal.ts';

/** Ten significant digits: the same rows shall give the same metrics everywhere. Thresholds have no more to begin with. */
export function rounded<T>(value: T): T {
  if (typeof value === 'number') return (Number.isInteger(value) ? value : toDecimal(value)) as T;
  if (Array.isArray(value)) return value.map(rounded) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rounded(each)])) as T;
}
