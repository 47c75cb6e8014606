/** Shares that are summed over accounts. */
import { expect, test } from 'vitest';
import { wilson } from '../../src/metric/proportion.ts';
import { binomialVariate } from '../../src/metric/random.ts';
import { ratioByAccount } from '../../src/metric/ratio.ts';
import { seededRng } from '../../src/util/rng.ts';

test('accounts of one trial each: about the interval of independent trials', () => {
  const { k, n, clusterLow, clusterHigh, clusters } = ratioByAccount([
    { accounts: 300, k: 1, n: 1 },
    { accounts: 700, k: 0, n: 1 },
  ]);
  const { low, high } = wilson(300, 1000);
  expect([k, n, clusters]).toEqual([300, 1000, 1000]);
  expect(clusterLow).toBeCloseTo(low, 3);
  expect(clusterHigh).toBeCloseTo(high, 3);
});

test('by hand: linearised variance of a ratio of three accounts', () => {
  const { estimate, clusterLow } = ratioByAccount([
    { accounts: 2, k: 1, n: 2 },
    { accounts: 1, k: 0, n: 4 },
  ]);
  // Share 1/4; deviations ½, ½, −1; variance 3/2 · 3/2 / 64; logit −ln 3.
  const half = (1.959963985 * Math.sqrt((1.5 * 1.5) / 64)) / (3 / 16);
  expect(estimate).toBe(0.25);
  expect(clusterLow).toBeCloseTo(1 / (1 + Math.exp(Math.log(3) + half)), 8);
});

test('the interval holds the truth in about 95 % of repetitions, where that of independent trials does not', () => {
  const rng = seededRng(1, 'ratio coverage');
  let [byAccount, byTrial] = [0, 0];
  for (let i = 0; i < 400; i++) {
    // An account has 1 to 12 pictures and finds all of them or none.
    const classes = Array.from({ length: 120 }, () => {
      const n = 1 + rng.int(12);
      return { accounts: 1, n, k: n * binomialVariate(1, 0.3, rng) };
    });
    const { low, high, clusterLow, clusterHigh } = ratioByAccount(classes);
    if (clusterLow <= 0.3 && 0.3 <= clusterHigh) byAccount++;
    if (low <= 0.3 && 0.3 <= high) byTrial++;
  }
  expect(byAccount).toBeGreaterThan(364);
  expect(byTrial).toBeLessThan(300);
});

test('all alike: the bound on accounts, by the weight of the largest; nobody: anything', () => {
  const none = ratioByAccount([
    { accounts: 9000, k: 0, n: 1 },
    { accounts: 1000, k: 0, n: 11 },
  ]);
  expect(none).toMatchObject({ estimate: 0, clusterLow: 0 });
  // 1 − 0.025^(1/10,000) of accounts, of 11 pictures where the mean is 2.
  expect(none.clusterHigh).toBeCloseTo(3.6882e-4 * (11 / 2), 6);
  expect(ratioByAccount([{ accounts: 10, k: 7, n: 7 }])).toMatchObject({ estimate: 1, clusterHigh: 1 });
  expect(ratioByAccount([{ accounts: 10, k: 7, n: 7 }]).clusterLow).toBeCloseTo(1 - 0.3085, 4);
  expect(ratioByAccount([])).toMatchObject({ estimate: null, clusterLow: 0, clusterHigh: 1 });
});
