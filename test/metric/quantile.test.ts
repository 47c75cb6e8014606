/** Quantiles by hand. */
import { expect, test } from 'vitest';
import { median, quantile } from '../../src/metric/quantile.ts';

test('type 7, by hand', () => {
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
  expect([quantile([5, 7], 0), quantile([5, 7], 1), median([3, 1, 2]), median([])]).toEqual([5, 7, 2, Number.NaN]);
});
