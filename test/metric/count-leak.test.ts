/** The sub-threshold count leak against exact values: private-matching reference, sections 0.8, 2.3 and 2.6. */
import { expect, test } from 'vitest';
import { logBinomialTail } from '../../src/metric/binomial.ts';
import {
  binomial,
  countAdvantage,
  openedVouchers,
  overBudget,
  picturesWithin,
  totalVariation,
} from '../../src/metric/count-leak.ts';

test.each([
  [1_000, 0.01, [0.1245, 0.2491, 0.5691, 0.887, 0.9988, 1]],
  [10_000, 0.01, [0.0397, 0.0793, 0.1964, 0.3815, 0.681, 0.8515]],
  [10_000, 0.001, [0.125, 0.2501, 0.5711, 0.8873, 0.9988, 1]],
])('%i pictures at p = %f: advantage at 1, 2, 5, 10, 20 and 29 matches', (m, p, wanted) => {
  const found = [1, 2, 5, 10, 20, 29].map((k) => Number(countAdvantage(m, k, p).toFixed(4)));
  expect(found).toEqual(wanted);
});

test('a thousand pictures at 1 %: ten matches are told from none with advantage 0.887', () => {
  expect(countAdvantage(1000, 10, 0.01)).toBeCloseTo(0.887, 3);
});

test('by hand: two pictures at one half, one of them a match', () => {
  // Z is 1 or 2, evenly, against 0, 1, 2 at 1/4, 1/2, 1/4: they differ by 1/4 at 0 and at 2.
  expect(countAdvantage(2, 1, 0.5)).toBeCloseTo(0.25, 15);
});

test('nothing synthetic hides nothing, everything synthetic hides all, and no match is no secret', () => {
  expect(countAdvantage(50, 1, 0)).toBe(1);
  expect(countAdvantage(50, 7, 1)).toBe(0);
  expect(countAdvantage(50, 0, 0.1)).toBe(0);
});

test('the advantage grows with the matches and shrinks with the synthetic share', () => {
  for (const k of [1, 2, 3, 10, 40])
    expect(countAdvantage(500, k + 1, 0.05)).toBeGreaterThan(countAdvantage(500, k, 0.05));
  for (const p of [0.001, 0.01, 0.1]) expect(countAdvantage(500, 5, p)).toBeGreaterThan(countAdvantage(500, 5, 2 * p));
});

test('the binomial agrees with the tail by the incomplete beta function, up to a million trials', () => {
  for (const [n, p] of [
    [7, 0.3],
    [1000, 0.01],
    [1_000_000, 0.25],
  ] as const) {
    const { from, weights } = binomial(n, p);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    for (const k of [Math.ceil(n * p), Math.ceil(n * p + Math.sqrt(n * p))]) {
      const tail = weights.slice(k - from).reduce((sum, weight) => sum + weight, 0);
      expect(tail).toBeCloseTo(Math.exp(logBinomialTail(k, n, p)), 10);
    }
  }
  expect(binomial(3, 0)).toEqual({ from: 0, weights: [1] });
  expect(binomial(3, 1)).toEqual({ from: 3, weights: [1] });
});

test('a distribution is at no distance from itself, and at distance 1 from one that it never meets', () => {
  const some = openedVouchers(100, 4, 0.05);
  expect(totalVariation(some, some)).toBe(0);
  expect(totalVariation({ from: 0, weights: [0.5, 0.5] }, { from: 7, weights: [1] })).toBe(1);
});

test('the budget: the chance to exceed it is the binomial tail, and the most pictures within it are that many', () => {
  expect(overBudget(100, 0.1, 8)).toBeCloseTo(Math.exp(logBinomialTail(9, 100, 0.1)), 12);
  expect(overBudget(8, 0.5, 8)).toBe(0);
  for (const [budget, p] of [
    [0, 0.01],
    [8, 0.1],
    [64, 0.01],
    [1000, 0.001],
  ] as const) {
    const most = picturesWithin(budget, p, 0.01);
    expect(overBudget(most, p, budget)).toBeLessThanOrEqual(0.01);
    expect(overBudget(most + 1, p, budget)).toBeGreaterThan(0.01);
  }
  expect(picturesWithin(8, 0, 0.01)).toBe(Infinity);
});
