import { describe, expect, test } from 'vitest';
import { type Decision, expectedCalibrationError, reliability } from '../../src/metric/calibration.ts';
import { seededRng } from '../../src/util/rng.ts';

const decisions = (...pairs: [number, boolean][]): Decision[] => pairs.map(([score, right]) => ({ score, right }));

describe('calibration error', () => {
  test('by hand: two bins of a half', () => {
    // (0, 0.5]: scores 0.2 and 0.4, one right: |0.5 − 0.3|; (0.5, 1]: 0.9 and 0.7 and 0.8, two right: |2/3 − 0.8|.
    const some = decisions([0.2, true], [0.4, false], [0.9, true], [0.7, true], [0.8, false]);
    expect(expectedCalibrationError(some, 2)).toBeCloseTo((2 * 0.2 + 3 * (0.8 - 2 / 3)) / 5, 12);
  });

  test('bins are closed above; 0 and 1 have their place', () => {
    const bins = reliability(decisions([0, false], [0.5, true], [0.50001, true], [1, true]), 2);
    expect(bins.map(({ accuracy }) => accuracy.n)).toEqual([2, 2]);
    expect(bins.map(({ accuracy }) => accuracy.k)).toEqual([1, 2]);
    expect(bins[0]).toMatchObject({ low: 0, high: 0.5, meanScore: 0.25 });
    expect(reliability([], 3).map(({ meanScore }) => meanScore)).toEqual([null, null, null]);
    expect(() => expectedCalibrationError([]), 'runs A3: nothing is not perfectly calibrated').toThrow(RangeError);
  });

  test('of calibrated scores is small, of certain ones what they are wrong by', () => {
    const rng = seededRng(4, 'calibration');
    const fair = Array.from({ length: 20_000 }, () => {
      const score = rng.next();
      return { score, right: rng.next() < score };
    });
    expect(expectedCalibrationError(fair)).toBeLessThan(0.02);
    expect(expectedCalibrationError(fair.map(({ right }) => ({ score: 1, right })))).toBeCloseTo(0.5, 1);
  });
});
