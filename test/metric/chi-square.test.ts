/** The χ² tail against tables and closed forms. */
import { expect, test } from 'vitest';
import { chiSquareQuantile, chiSquareTail } from '../../src/metric/chi-square.ts';
import { normalCdf } from '../../src/metric/special.ts';

test.each([
  [1, 3.841458820694124],
  [2, 5.991464547107979],
  [10, 18.307038053275146],
  [100, 124.34211340400407],
])('the upper 5 % point with %d degrees of freedom', (degrees, value) => {
  expect(chiSquareTail(value, degrees)).toBeCloseTo(0.05, 12);
  expect(chiSquareQuantile(0.05, degrees) / value).toBeCloseTo(1, 12);
});

test('one degree is a squared normal, two an exponential, and four have a closed form, on both sides of the mean', () => {
  for (const x of [0.01, 0.5, 1.9, 2.1, 3, 8, 60]) {
    expect(chiSquareTail(x, 1) / (2 * normalCdf(-Math.sqrt(x)))).toBeCloseTo(1, 11);
    expect(chiSquareTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 12);
    expect(chiSquareTail(x, 4) / (Math.exp(-x / 2) * (1 + x / 2))).toBeCloseTo(1, 12);
  }
});

test('edges', () => {
  expect(chiSquareTail(0, 3)).toBe(1);
  expect(chiSquareTail(5, 0)).toBe(1);
  expect(chiSquareQuantile(0.05, 0)).toBe(0);
  expect(chiSquareQuantile(1, 7)).toBe(0);
  expect(() => chiSquareTail(1, -1)).toThrow('Expected degrees of freedom from 0 but received -1.');
  expect(() => chiSquareQuantile(0, 3)).toThrow(RangeError);
});
