/** Quantiles by hand. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, quantile, quantilesOf } from '../../src/metric/quantile.ts';

test('type 7, by hand', () => {
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
  expect([quantile([5, 7], 0), quantile([5, 7], 1), median([3, 1, 2]), median([])]).toEqual([5, 7, 2, Number.NaN]);
});

test('several quantiles of values that are not sorted are those of sorted ones, with ties, extremes and NaN', () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double());
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.array(share, { maxLength: 5 }), (values, unsorted) => {
      const ps = unsorted.sort((a, b) => a - b);
      // 0 and −0 are equal.
      const positive = (numbers: readonly number[]): number[] => numbers.map((each) => each + 0);
      expect(positive(quantilesOf(Float64Array.from(values), ps))).toEqual(
        positive(ps.map((p) => quantile(values, p))),
      );
    }),
    { seed: 1, numRuns: 2000 },
  );
});
