/** Account thresholds: tails down to 1e-96, and what varying rates do to them. */
import { describe, expect, test } from 'vitest';
import { logBinomialTail, logOverdispersedTail, logPoissonTail } from '../../src/metric/binomial.ts';

const near = (actual: number, expected: number, relative = 5e-4): void =>
  expect(Math.abs(actual / expected - 1), `${actual} against ${expected}`).toBeLessThan(relative);

describe('tails of counts', () => {
  test.each([
    [0.01, [0.00995, 4.967e-5, 2.731e-27, 3.734e-93, 1.204e-96]],
    [0.1, [0.09516, 4.679e-3, 2.516e-17, 3.422e-63, 1.104e-65]],
    [1, [0.6321, 0.2642, 1.114e-7, 1.433e-33, 4.618e-35]],
    [5, [0.9933, 0.9596, 0.03183, 2.818e-14, 4.518e-15]],
  ])('worked example: account thresholds 1, 2, 10, 30, 31 at %d expected false matches', (mean, row) => {
    for (const [i, k] of [1, 2, 10, 30, 31].entries()) near(Math.exp(logPoissonTail(k, mean)), row[i]!);
  });

  test('worked example: 10^-12 per account is reached at 5.773 (30) and 6.172 (31) expected false matches', () => {
    near(Math.exp(logPoissonTail(30, 5.77299)), 1e-12, 1e-4);
    near(Math.exp(logPoissonTail(31, 6.17197)), 1e-12, 1e-4);
  });

  test.each([
    [2, 1.41e-11],
    [3, 1.82e-9],
    [5, 1.04e-7],
    [10, 2.93e-6],
    [30, 5.77e-5],
  ])('worked example: threshold %d over 10^5 photos bears a rate of %d', (k, rate) =>
    near(Math.exp(logPoissonTail(k, 1e5 * rate)), 1e-12, 0.08),
  );

  test('worked example: exact binomial beside Poisson, 5 of 10^6 at 10^-6', () => {
    near(Math.exp(logBinomialTail(5, 1e6, 1e-6)), 0.0036598237, 1e-7);
    near(Math.exp(logPoissonTail(5, 1)), 0.0036598468, 1e-7);
  });

  test.each([
    [1, 9.95e6],
    [2, 49_668],
    [3, 165.4],
    [5, 8.3e-4],
  ])('worked example: 10^9 accounts, 10^4 photos each, threshold %d flags %d', (k, flagged) =>
    near(1e9 * Math.exp(logPoissonTail(k, 0.01)), flagged, 5e-3),
  );

  test.each([
    [0, 3.4e-63],
    [1, 5.7e-32],
    [3, 1.8e-12],
    [10, 1.7e-4],
  ])('worked example: 30 false matches where 0.1 are expected, rates varying with CV %d', (cv, expected) =>
    near(Math.exp(logOverdispersedTail(30, 0.1, cv)), expected, 0.02),
  );

  test.each([
    [1, 0.99, 0.998],
    [2, 0.783, 0.953],
    [5, 0.389, 0.716],
    [10, 0.121, 0.349],
    [30, 0.0011, 0.008],
  ])(
    'worked example: threshold %d keeps these shares of offenders and of images, geometric mean 5',
    (t, accounts, images) => {
      let [found, kept] = [0, 0];
      for (let held = 1; held < 400; held++) {
        const probability = 0.2 * 0.8 ** (held - 1) * Math.exp(logBinomialTail(t, held, 0.95));
        found += probability;
        kept += (held * probability) / 5;
      }
      near(found, accounts, 0.05);
      near(kept, images, 0.02);
    },
  );

  test('certain and impossible counts', () => {
    expect([logBinomialTail(0, 5, 0.1), logPoissonTail(0, 2), logOverdispersedTail(0, 2, 1)]).toEqual([0, 0, 0]);
    expect([logBinomialTail(6, 5, 0.1), logPoissonTail(1, 0)]).toEqual([-Infinity, -Infinity]);
  });
});
