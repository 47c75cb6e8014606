/** Exact intervals against worked numbers, and their coverage. */
import { describe, expect, test } from 'vitest';
import { lowerBound, proportion, upperBound, wilson } from '../../src/metric/proportion.ts';
import { seededRng } from '../../src/util/rng.ts';

const near = (actual: number, expected: number, relative: number): void =>
  expect(Math.abs(actual / expected - 1), `${actual} against ${expected}`).toBeLessThan(relative);

describe('proportion', () => {
  test('nothing tried: no estimate, and the interval is everything', () =>
    expect(proportion(0, 0)).toEqual({ k: 0, n: 0, estimate: null, low: 0, high: 1, method: 'Clopper-Pearson 95 %' }));

  test('worked example: 0 of 1,000', () => {
    near(proportion(0, 1000).high, 0.003682, 1e-4);
    near(upperBound(0, 1000), 0.002991, 1e-4);
    expect(proportion(0, 1000).low).toBe(0);
  });

  test('worked example: 0 of 10^6', () => {
    near(proportion(0, 1e6).high, 3.689e-6, 1e-4);
    near(upperBound(0, 1e6), 2.996e-6, 1e-4);
  });

  test('worked example: 3 of 10^8', () => {
    near(proportion(3, 1e8).low, 6.19e-9, 1e-3);
    near(proportion(3, 1e8).high, 8.77e-8, 1e-3);
  });

  test('worked example: 950 of 1,000', () => {
    const { estimate, low, high } = proportion(950, 1000);
    expect(estimate).toBe(0.95);
    near(low, 0.934609512084506, 1e-12);
    near(high, 0.962664602395338, 1e-12);
  });

  test('worked example: 2 of 1.0241e12 pairs', () => {
    near(proportion(2, 1.0241e12).low, 2.37e-13, 3e-3);
    near(proportion(2, 1.0241e12).high, 7.05e-12, 1e-3);
  });

  test.each([
    [471, 4192, 0.103, 0.122],
    [99_375, 205_728, 0.4809, 0.4852],
  ])('worked example: %d of %d', (k, n, low, high) => {
    expect(proportion(k, n).low).toBeCloseTo(low, 3);
    expect(proportion(k, n).high).toBeCloseTo(high, 3);
  });

  test('worked example: 0 of 500,000, one-sided', () => near(upperBound(0, 500_000), 5.99e-6, 1e-3));

  test('worked example: disjoint pairs of 50,000 images, none matching', () =>
    near(upperBound(0, 25_000), 1.2e-4, 2e-3));

  test('worked example: images without a false positive that bound the rate by 10^-6', () => {
    expect(upperBound(0, 2_995_731)).toBeLessThan(1e-6);
    expect(upperBound(0, 2_995_730)).toBeGreaterThan(1e-6);
    near(upperBound(0, 2.9957e9), 1e-9, 1e-4);
  });

  test('rule of three', () => {
    for (const n of [100, 1000, 100_000]) near(upperBound(0, n), 3 / n, 0.02);
  });

  test('symmetric: failures are the mirror image of successes', () => {
    for (const [k, n] of [
      [0, 7],
      [1, 10],
      [13, 40],
      [50, 50],
    ] as const) {
      expect(proportion(k, n).low).toBeCloseTo(1 - proportion(n - k, n).high, 12);
      expect(lowerBound(k, n)).toBeCloseTo(1 - upperBound(n - k, n), 12);
    }
  });

  test('Wilson: 10 of 20 by hand, both ends', () => {
    const { low, high } = wilson(10, 20);
    expect([low, high]).toEqual([expect.closeTo(0.299298, 6), expect.closeTo(0.700702, 6)]);
    expect(wilson(0, 20).low).toBe(0);
    expect(wilson(20, 20).high).toBe(1);
    expect(wilson(0, 0)).toMatchObject({ estimate: null, low: 0, high: 1 });
  });

  test('Clopper–Pearson covers at least 95 % and at most 99 %, in simulation', () => {
    const rng = seededRng(1, 'coverage');
    for (const [rate, n] of [
      [0.1, 80],
      [0.5, 60],
      [0.9, 150],
    ] as const) {
      const runs = 2000;
      const intervals = Array.from({ length: n + 1 }, (_, k) => proportion(k, n));
      let covered = 0;
      for (let i = 0; i < runs; i++) {
        let k = 0;
        for (let j = 0; j < n; j++) if (rng.next() < rate) k++;
        if (intervals[k]!.low <= rate && rate <= intervals[k]!.high) covered++;
      }
      expect(covered / runs).toBeGreaterThan(0.945);
      expect(covered / runs).toBeLessThan(0.99);
    }
  });
});
