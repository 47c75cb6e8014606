/** Operating points of two detectors together. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowedOf, flags, jointPoint, thresholdAllowing } from '../../src/metric/joint-point.ts';

test('the threshold that allows k flags exactly k of different scores, and fewer where scores tie', () => {
  const scores = [0.1, 0.9, 0.5, 0.7];
  for (let k = 0; k < 4; k++) expect(scores.filter((each) => each >= thresholdAllowing(scores, k))).toHaveLength(k);
  expect(thresholdAllowing(scores, 4)).toBe(Number.NEGATIVE_INFINITY);
  expect(thresholdAllowing([], 0)).toBe(Number.POSITIVE_INFINITY);
  expect([1, 1, 1].filter((each) => each >= thresholdAllowing([1, 1, 1], 2))).toHaveLength(0);
  // Distances as negatives: at most one within 12 bits means that 12 itself is too far.
  expect([-10, -12, -12, -30].filter((each) => each >= thresholdAllowing([-10, -12, -12, -30], 1))).toEqual([-10]);
});

test('allowed counts compare k/n with the target as written', () => {
  expect(allowedOf(1000, 0.001)).toBe(1);
  expect(allowedOf(999, 0.001)).toBe(0);
  expect(allowedOf(0, 0.5)).toBe(0);
});

describe('both loosened alike', () => {
  const scores = fc.array(
    fc.record({ first: fc.integer({ min: 0, max: 30 }), second: fc.integer({ min: 0, max: 30 }) }),
    {
      minLength: 1,
      maxLength: 80,
    },
  );
  test.each(['and', 'or'] as const)('%s: never more false positives than allowed, and not one looser', (how) => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (negatives, target) => {
        const point = jointPoint(negatives, target, how);
        const flagged = negatives.filter((each) => flags(each, point, how)).length;
        const allowed = allowedOf(negatives.length, target);
        expect(flagged).toBe(point.calibrationFpr.k);
        expect(flagged).toBeLessThanOrEqual(allowed);
      }),
      { seed: 6 },
    );
  });

  test('AND of independent detectors is looser in each than OR', () => {
    const negatives = Array.from({ length: 100 }, (_, i) => ({ first: i % 10, second: Math.floor(i / 10) }));
    const and = jointPoint(negatives, 0.04, 'and');
    const or = jointPoint(negatives, 0.04, 'or');
    // Two of ten values each: 4 of 100 together.
    expect([and.first > 7 && and.first <= 8, and.calibrationFpr.k]).toEqual([true, 4]);
    expect([or.first > 9, or.calibrationFpr.k]).toEqual([true, 0]);
  });

  test('without negatives nothing is flagged', () => {
    const point = jointPoint([], 0.1, 'or');
    expect(flags({ first: 1e9, second: 1e9 }, point, 'or')).toBe(false);
  });
});
