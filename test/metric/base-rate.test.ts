/** Base rates against the numbers that the references print, to their digits, and against what has to hold for any numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fprOfAccuracy,
  neededFpr,
  picturesToCertify,
  ppv,
  ppvBounds,
  volumeRow,
  wide,
} from '../../src/metric/base-rate.ts';
import { binomialVariate } from '../../src/metric/random.ts';
import { seededRng } from '../../src/util/rng.ts';

/** As printed: so many significant digits. */
const digits = (value: number | null, n: number): number => Number(value!.toPrecision(n));

describe('PPV at TPR 0.9, as printed in percent', () => {
  test.each([
    [1e-6, 1e-3, '0.09'],
    [1e-5, 1e-3, '0.9'],
    [1e-4, 1e-3, '8.3'],
    [1e-3, 1e-3, '47'],
    [1e-6, 1e-6, '47'],
    [1e-5, 1e-6, '90'],
    [1e-4, 1e-6, '98.9'],
  ])('prevalence %f, FPR %f: %s %%', (prevalence, fpr, printed) => {
    const decimals = printed.split('.')[1]?.length ?? 0;
    expect((100 * ppv(prevalence, 0.9, fpr)!).toFixed(decimals)).toBe(printed);
  });
});

test('99.9 % precision at 80 % recall and a prevalence of 3.8e-5 needs an FPR of about 3.0e-8', () => {
  const fpr = neededFpr(3.8e-5, 0.8, 0.999);
  expect(digits(fpr, 2)).toBe(3.0e-8);
  expect(ppv(3.8e-5, 0.8, fpr)).toBeCloseTo(0.999, 12);
  expect(() => neededFpr(3.8e-5, 0.8, 0)).toThrow('a wanted PPV');
});

describe('volume 1e9 a day, prevalence 3.29e-5, TPR 0.95, 30 s a review, 2,000 h a year', () => {
  const volume = {
    picturesPerDay: 1e9,
    prevalence: 12e6 / 3.65e11,
    tpr: 0.95,
    secondsPerReview: 30,
    hoursPerYear: 2000,
  };
  test.each([
    [1e-3, 1_000_000, 3.65e8, '0.0303', '1521'],
    [1e-4, 100_000, 3.65e7, '0.2380', '152'],
    [1e-5, 10_000, 3.65e6, '0.7575', '15.2'],
    [1e-6, 1000, 3.65e5, '0.9690', '1.52'],
    [1e-9, 1, 365, '1.0000', '0.0015'],
  ])('FPR %f', (fpr, perBillion, perYear, precision, people) => {
    const row = volumeRow(fpr, volume);
    expect(row.perBillion).toBeCloseTo(perBillion, 6);
    expect(row.perYear).toBeCloseTo(perYear, 4);
    expect(row.ppv!.toFixed(4)).toBe(precision);
    expect(row.reviewers.toFixed(people.split('.')[1]?.length ?? 0)).toBe(people);
  });
});

test('pictures without a false alarm that certify a rate: 2,995,731 for 1e-6, 2.9957e9 for 1e-9', () => {
  expect(picturesToCertify(1e-6)).toBe(2_995_731);
  expect(digits(picturesToCertify(1e-9), 5)).toBe(2.9957e9);
  expect(picturesToCertify(1)).toBe(1);
  expect(picturesToCertify(0)).toBe(Number.POSITIVE_INFINITY);
  for (const fpr of [0.5, 0.01, 1e-4]) {
    const n = picturesToCertify(fpr);
    expect((1 - fpr) ** n).toBeLessThanOrEqual(0.05 * (1 + 1e-9));
    expect((1 - fpr) ** (n - 1)).toBeGreaterThan(0.05);
  }
});

test('a detector that never flags is right 99.9962 % of the time at a prevalence of 3.8e-5', () => {
  expect(fprOfAccuracy(3.8e-5, 0, 1 - 3.8e-5)).toBeCloseTo(0, 15);
  expect(fprOfAccuracy(3.8e-5, 0.8, 0.9999999)).toBeLessThan(0);
  const fpr = fprOfAccuracy(0.01, 0.8, 0.97);
  expect(0.01 * 0.8 + 0.99 * (1 - fpr)).toBeCloseTo(0.97, 14);
});

test('bounds of the PPV hold the estimate, narrow with more pictures and are never wider than their parts', () => {
  const rate = fc
    .integer({ min: 1, max: 400 })
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }));
  fc.assert(
    fc.property(rate, rate, fc.double({ min: 1e-7, max: 0.5, noNaN: true }), (tpr, fpr, prevalence) => {
      const { estimate, low, high } = ppvBounds(prevalence, tpr, fpr);
      if (estimate !== null) {
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
      }
      const more = ppvBounds(prevalence, { k: tpr.k * 10, n: tpr.n * 10 }, { k: fpr.k * 10, n: fpr.n * 10 });
      expect(more.low).toBeGreaterThanOrEqual(low - 1e-12);
      expect(more.high).toBeLessThanOrEqual(high + 1e-12);
    }),
    { seed: 6 },
  );
  expect(ppvBounds(0.5, { assumed: 0.8 }, { k: 0, n: 0 })).toMatchObject({ estimate: null, high: 1 });
  expect(ppvBounds(3.8e-5, { assumed: 0.8 }, { k: 0, n: 1000 })).toMatchObject({ estimate: 1, high: 1 });
  expect(ppv(0.1, 0, 0)).toBeNull();
  expect(wide({ assumed: 0.3 })).toEqual({ estimate: 0.3, low: 0.3, high: 0.3 });
});

test('coverage: of simulated studies at most 5 % miss the true PPV', () => {
  const rng = seededRng(6, 'coverage');
  const [prevalence, tpr, fpr] = [1e-3, 0.8, 0.01];
  const truth = ppv(prevalence, tpr, fpr)!;
  const studies = 2000;
  let missed = 0;
  for (let i = 0; i < studies; i++) {
    const bounds = ppvBounds(
      prevalence,
      { k: binomialVariate(100, tpr, rng), n: 100 },
      { k: binomialVariate(1000, fpr, rng), n: 1000 },
    );
    if (truth < bounds.low || truth > bounds.high) missed++;
  }
  expect(missed / studies).toBeLessThan(0.05);
});
