/** Account thresholds, against every worked number of the model, and against plain sums over binomials. */
import { describe, expect, test } from 'vitest';
import { logBinomialTail, logPoissonTail } from '../../src/metric/binomial.ts';
import {
  betaShape,
  type Detection,
  flaggedPictures,
  geometricHeld,
  type Held,
  type Innocent,
  largestRate,
  logInnocentFlagged,
  missAll,
  thresholdCurve,
  zipfHeld,
} from '../../src/metric/threshold-model.ts';

/** Equal to the digits that a worked number is printed with. */
const printed = (actual: number, expected: string): void => {
  const [digits, exponent = '0'] = expected.split('e');
  const last = 10 ** (Number(exponent) - (digits!.split('.')[1]?.length ?? 0));
  expect(Math.abs(actual - Number(expected)), `${actual} against ${expected}`).toBeLessThanOrEqual(0.501 * last);
};
const innocent = (pictures: number, rate: number, more: Partial<Innocent> = {}): Innocent => ({
  pictures,
  rate,
  spread: 0,
  ...more,
});
const flagged = (t: number, account: Innocent): number => Math.exp(logInnocentFlagged(t, account));
const independent: Detection = { rate: 0.95, correlation: 0 };

describe('innocent accounts', () => {
  test.each([
    [1e4, '0.00995 4.967e-5 2.731e-27 3.734e-93 1.204e-96'],
    [1e5, '0.09516 4.679e-3 2.516e-17 3.422e-63 1.104e-65'],
    [1e6, '0.6321 0.2642 1.114e-7 1.433e-33 4.618e-35'],
    [5e6, '0.9933 0.9596 0.03183 2.818e-14 4.518e-15'],
  ])('worked table: %d pictures at 10^-6 each, thresholds 1, 2, 10, 30, 31', (pictures, row) => {
    for (const [i, t] of [1, 2, 10, 30, 31].entries()) {
      const expected = row.split(' ')[i]!;
      printed(Math.exp(logPoissonTail(t, pictures * 1e-6)), expected);
      // The table is Poisson; the binomial differs by about t² / 2N.
      expect(Math.abs(flagged(t, innocent(pictures, 1e-6)) / Number(expected) - 1)).toBeLessThan(
        1e-3 + (t * t) / (1.9 * pictures),
      );
    }
  });

  test('worked example: 10^-12 an account is reached at 5.77299 (30) and 6.17197 (31) expected false matches', () => {
    expect(largestRate(30, 1, 1e-12)).toBe(1);
    expect(1e7 * largestRate(30, 1e7, 1e-12)).toBeCloseTo(5.77299, 5);
    expect(1e7 * largestRate(31, 1e7, 1e-12)).toBeCloseTo(6.17197, 5);
  });

  test.each([
    [2, '1.41e-11'],
    [3, '1.82e-9'],
    [5, '1.04e-7'],
    [10, '2.93e-6'],
    [30, '5.77e-5'],
  ])('worked example: threshold %d over 10^5 pictures bears a rate of %s', (t, rate) =>
    printed(largestRate(t, 1e5, 1e-12), rate),
  );

  test('worked example: exact binomial beside Poisson, 5 of 10^6 at 10^-6', () => {
    // In exact arithmetic 0.00365982383490; worked examples that say …8237 lost the last digit.
    printed(flagged(5, innocent(1e6, 1e-6)), '0.00365982383490');
    printed(Math.exp(logPoissonTail(5, 1)), '0.0036598468');
  });

  test.each([
    [1, '9.95e6'],
    [2, '49668'],
    [3, '165.4'],
    [5, '8.3e-4'],
  ])('worked example: of 10^9 accounts with 10^4 pictures at 10^-6 each threshold %d flags %s', (t, accounts) => {
    printed(1e9 * Math.exp(logPoissonTail(t, 0.01)), accounts);
    expect(Math.abs((1e9 * flagged(t, innocent(1e4, 1e-6))) / Number(accounts) - 1)).toBeLessThan(0.01);
  });

  test.each([
    [0, '3.4e-63'],
    [1, '5.7e-32'],
    [3, '1.8e-12'],
    [10, '1.7e-4'],
  ])('worked example: threshold 30 at 0.1 expected, rates varying with CV %d: %s', (spread, expected) =>
    printed(flagged(30, innocent(1e6, 1e-7, { spread })), expected),
  );

  test('worked example: ten bursts of 30 near-duplicates bring 10^-5, not 10^-63', () => {
    const bursts = { count: 10, size: 30 };
    expect(flagged(30, innocent(1e5, 1e-6, { bursts }))).toBeCloseTo(1e-5, 9);
    // Threshold 31 needs a burst and one more.
    expect(flagged(31, innocent(1e5, 1e-6, { bursts }))).toBeCloseTo(1e-5 * -Math.expm1(-0.1), 8);
    const single = { count: 10, size: 1 };
    expect(flagged(2, innocent(1e5, 1e-6, { bursts: single }))).toBeCloseTo(flagged(2, innocent(1e5, 1e-6)), 12);
  });
});

describe('offending accounts', () => {
  const thresholds = [1, 2, 5, 10, 30] as const;
  test.each<[string, Held, string, string]>([
    ['geometric, mean 5', geometricHeld(5), '.990 .783 .389 .121 .0011', '.998 .953 .716 .349 .0080'],
    ['Zipf(2), at most 20,000', zipfHeld(2, 20_000), '.969 .377 .128 .061 .0196', '.995 .900 .796 .725 .617'],
  ])('worked example: %s, at a rate of 0.95', (_, held, accounts, pictures) => {
    const curve = thresholdCurve(held, independent, 30);
    for (const [i, t] of thresholds.entries()) {
      printed(curve.accounts[t - 1]!, accounts.split(' ')[i]!);
      printed(curve.pictures[t - 1]!, pictures.split(' ')[i]!);
    }
  });

  test('means: geometric as asked for, Zipf(2) by its harmonic numbers', () => {
    expect(geometricHeld(5).mean).toBeCloseTo(5, 10);
    expect(zipfHeld(2, 3).mean).toBeCloseTo(11 / 6 / (49 / 36), 12);
  });

  test.each([
    ['Zipf(2), at most 20,000', zipfHeld(2, 20_000)],
    ['geometric, mean 5', geometricHeld(5)],
  ])('the pictures alone are those of the curve, to the last bit: %s', (_, held) => {
    for (const rate of [0.01, 0.3, 0.95, 1])
      expect(flaggedPictures(held, rate, 30)).toEqual(thresholdCurve(held, { rate, correlation: 0 }, 30).pictures);
  });

  test('agrees with sums over binomial tails', () => {
    const held = zipfHeld(1.5, 60);
    const curve = thresholdCurve(held, { rate: 0.3, correlation: 0 }, 12);
    for (let t = 1; t <= 12; t++) {
      let [accounts, pictures, opened] = [0, 0, 0];
      for (const [i, weight] of held.weights.entries()) {
        const k = i + 1;
        const tail = Math.exp(logBinomialTail(t, k, 0.3));
        accounts += weight * tail;
        pictures += (weight * k * tail) / held.mean;
        // E[X; X >= t] = kp P(Bin(k − 1, p) >= t − 1).
        opened += (weight * k * 0.3 * (t > k ? 0 : Math.exp(logBinomialTail(t - 1, k - 1, 0.3)))) / held.mean;
      }
      expect(curve.accounts[t - 1]).toBeCloseTo(accounts, 12);
      expect(curve.pictures[t - 1]).toBeCloseTo(pictures, 12);
      expect(curve.opened[t - 1]).toBeCloseTo(opened, 12);
      expect(curve.counted[t - 1]).toBeCloseTo(curve.accounts[0]! - accounts, 12);
    }
  });

  test('far tails keep their digits', () => {
    const curve = thresholdCurve(zipfHeld(2, 60), { rate: 1e-3, correlation: 0 }, 50);
    const { weights } = zipfHeld(2, 60);
    const expected = weights.reduce((sum, weight, i) => sum + weight * Math.exp(logBinomialTail(50, i + 1, 1e-3)), 0);
    expect(curve.accounts[49]! / expected).toBeCloseTo(1, 10);
    expect(curve.accounts[49]).toBeLessThan(1e-140);
    expect(curve.opened[49]).toBeLessThan(1e-140);
  });
});

describe('correlated misses', () => {
  const half: Detection = { rate: 0.5, correlation: 0.5 };

  test('worked example: P(all of m missed) at a mean rate of 0.5, independent and under Beta(1/2, 1/2)', () => {
    expect(betaShape(half)).toEqual([0.5, 0.5]);
    for (const [i, m] of [1, 2, 5, 10].entries()) {
      printed(missAll(m, { rate: 0.5, correlation: 0 }), ['.5', '.25', '.031', '.001'][i]!);
      printed(missAll(m, half), ['.5', '.375', '.246', '.176'][i]!);
    }
  });

  test('the curve is that of beta-binomial counts', () => {
    // Everybody sends 6 pictures: P(no match) is missAll; under Beta(1, 1), correlation 1/3, all counts are equally likely.
    const six: Held = { weights: Float64Array.from([0, 0, 0, 0, 0, 1]), mean: 6 };
    expect(thresholdCurve(six, half, 1).accounts[0]).toBeCloseTo(1 - missAll(6, half), 12);
    const even = thresholdCurve(six, { rate: 0.5, correlation: 1 / 3 }, 6);
    for (let t = 1; t <= 6; t++) {
      expect(even.accounts[t - 1]).toBeCloseTo((7 - t) / 7, 12);
      expect(even.opened[t - 1]).toBeCloseTo((21 - (t * (t - 1)) / 2) / 7 / 6, 12);
    }
  });

  test('a correlation near 0 is independence', () => {
    const [a, b] = [0, 1e-9].map((correlation) => thresholdCurve(geometricHeld(5), { rate: 0.95, correlation }, 10));
    for (let t = 1; t <= 10; t++) expect(a!.pictures[t - 1]).toBeCloseTo(b!.pictures[t - 1]!, 6);
  });
});
