/** Estimates of mutual information against the biases of the private-matching reference, section 2.3. */
import { describe, expect, test } from 'vitest';
import {
  type CountTable,
  countTable,
  type InformationEstimate,
  mutualInformation,
  plugInApplies,
} from '../../src/metric/mutual-information.ts';
import { normalCdf } from '../../src/metric/special.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';

/** n samples of a uniform secret of k values; the view is the secret with that probability more than any other value, all else evenly. */
function sampled(k: number, extra: number, n: number, rng: Rng): CountTable {
  const counts = Array.from({ length: k }, () => Array<number>(k).fill(0));
  for (let i = 0; i < n; i++) {
    const x = rng.int(k);
    counts[x]![rng.next() < extra ? x : rng.int(k)]!++;
  }
  return counts;
}

/** Means of both estimates over 24 samples. */
function meanEstimates(k: number, extra: number, n: number): { plugIn: number; millerMadow: number } {
  const found = Array.from({ length: 24 }, (_, i) =>
    mutualInformation(sampled(k, extra, n, seededRng(i, `${k} ${n}`)), seededRng(0), 0),
  );
  const mean = (of: (each: InformationEstimate) => number) => found.reduce((sum, each) => sum + of(each), 0) / 24;
  return { plugIn: mean((each) => each.plugInBits), millerMadow: mean((each) => each.millerMadowBits) };
}

describe('bias', () => {
  test.each([
    [200, 0.917, 0.528],
    [1_000, 0.175, 0.017],
    [5_000, 0.0325, 0],
    [20_000, 0.0081, 0],
  ])('independent 16 x 16, n = %d: plug-in %f bits, Miller-Madow %f', (n, plugIn, millerMadow) => {
    const found = meanEstimates(16, 0, n);
    const tolerance = 6 / n + 0.0005;
    expect(Math.abs(found.plugIn - plugIn)).toBeLessThan(tolerance);
    expect(Math.abs(found.millerMadow - millerMadow)).toBeLessThan(tolerance);
  });

  test.each([
    [1_000, 0.272, 0.116],
    [20_000, 0.103, 0.0947],
  ])('16-ary randomised response, ε = ln 3, truly 0.0942 bits, n = %d', (n, plugIn, millerMadow) => {
    // Truth with 3/18 and 1/18 for each other value: even with 16/18, and the truth on top of it with 2/18.
    const found = meanEstimates(16, 2 / 18, n);
    // Four standard errors: log2 C / p(y) is 1.415 with probability 1/6 and -0.170 otherwise, so its deviation is 0.59 bits.
    const tolerance = (4 * 0.59) / Math.sqrt(24 * n) + 0.0005;
    expect(Math.abs(found.plugIn - plugIn)).toBeLessThan(tolerance);
    expect(Math.abs(found.millerMadow - millerMadow)).toBeLessThan(tolerance);
  });
});

describe('test of zero leakage', () => {
  test('worked example: 16 x 16, n = 1 000: 5 % of independent samples exceed 0.1883 bits', () => {
    const { zeroLeakBits } = mutualInformation(sampled(16, 0, 1000, seededRng(1)), seededRng(1), 0);
    expect(zeroLeakBits).toBeCloseTo(0.1883, 4);
  });

  test('by hand: the likelihood-ratio statistic of a 2 x 2 table', () => {
    const counts = [
      [10, 20],
      [30, 40],
    ];
    const statistic =
      2 * (10 * Math.log(10 / 12) + 20 * Math.log(20 / 18) + 30 * Math.log(30 / 28) + 40 * Math.log(40 / 42));
    const found = mutualInformation(counts, seededRng(2), 0);
    expect(found.plugInBits).toBeCloseTo(statistic / (200 * Math.LN2), 12);
    expect(found.chiSquare).toBeCloseTo(2 * normalCdf(-Math.sqrt(statistic)), 10);
    expect(found.millerMadowBits).toBeCloseTo(found.plugInBits - 1 / (200 * Math.LN2), 12);
  });

  test('by hand: two of the six ways to shuffle two pairs keep them apart', () => {
    const counts = [
      [2, 0],
      [0, 2],
    ];
    const found = mutualInformation(counts, seededRng(3), 6000);
    expect(found.plugInBits).toBeCloseTo(1, 12);
    expect(Math.abs(found.permutation - 1 / 3)).toBeLessThan(0.02);
  });

  test('with nothing to leak both tests reject at their level, over 400 samples', () => {
    const found = Array.from({ length: 400 }, (_, i) => {
      const rng = seededRng(i, 'independent');
      return mutualInformation(sampled(4, 0, 320, rng), rng, 99);
    });
    // Binomial(400, 0.05): 4 to 39 hold it with probability above 0.999.
    for (const test of ['permutation', 'chiSquare'] as const) {
      const rejected = found.filter((each) => each[test] <= 0.05).length;
      expect(rejected, test).toBeGreaterThanOrEqual(4);
      expect(rejected, test).toBeLessThanOrEqual(39);
    }
  });

  test('a leak is found by both', () => {
    const found = mutualInformation(sampled(4, 0.3, 320, seededRng(5)), seededRng(5));
    expect(found.permutation).toBe(0.001);
    expect(found.chiSquare).toBeLessThan(1e-6);
    expect(found.applies).toBe(true);
  });
});

test('a table of names: sorted, whatever the order of the samples', () => {
  const samples = [
    { secret: 'b', view: '1' },
    { secret: 'a', view: '2' },
    { secret: 'a', view: '1' },
    { secret: 'a', view: '2' },
  ];
  const counts = [
    [1, 2],
    [1, 0],
  ];
  expect(countTable(samples)).toEqual(counts);
  expect(countTable(samples.toReversed())).toEqual(counts);
});

test('a secret that never varies has no information, and is no evidence', () => {
  const found = mutualInformation([[30, 20]], seededRng(6), 99);
  expect(found).toMatchObject({ plugInBits: 0, millerMadowBits: 0, permutation: 1, chiSquare: 1, zeroLeakBits: 0 });
});

test('the rule: 20 samples for each cell, of at most 4 096', () => {
  expect(plugInApplies(5120, 16, 16)).toBe(true);
  expect(plugInApplies(5119, 16, 16)).toBe(false);
  expect(plugInApplies(1e6, 64, 64)).toBe(true);
  expect(plugInApplies(1e6, 64, 65)).toBe(false);
  expect(mutualInformation([[1, 2, 0]], seededRng(7), 0).applies).toBe(false);
});

test('one sentence for each bad input', () => {
  const estimate = (counts: CountTable) => () => mutualInformation(counts, seededRng(8), 0);
  expect(estimate([[1, 2], [3]])).toThrow('Expected 2 counts in row 1, as in row 0, but received 1.');
  expect(estimate([[1, -2]])).toThrow('Expected whole counts from 0 in row 0 but received -2.');
  expect(estimate([[0.5]])).toThrow(RangeError);
  expect(estimate([])).toThrow('Expected at least one sample in the table of counts but received none.');
  expect(estimate([[0, 0]])).toThrow(RangeError);
});
