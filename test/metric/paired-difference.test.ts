/** Paired differences: the published examples, what they must hold to, and the coverage of both intervals. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mcnemarExact,
  newcombePaired,
  type PairedTrial,
  pairedDifference,
} from '../../src/metric/paired-difference.ts';
import { seededRng } from '../../src/util/rng.ts';

const tableOf = (both: number, onlyFirst: number, onlySecond: number, neither: number) => ({
  both,
  onlyFirst,
  onlySecond,
  neither,
});

const trials = (count: number, first: boolean, second: boolean, cluster = (i: number) => `${first}${second}${i}`) =>
  Array.from({ length: count }, (_, i): PairedTrial => ({ cluster: cluster(i), first, second }));

describe('Newcombe 1998, method 10', () => {
  test.each([
    [36, 12, 2, 0, 0.0569, 0.3404],
    [54, 0, 0, 0, -0.0664, 0.0664],
    [53, 0, 0, 1, -0.0729, 0.0729],
    [30, 0, 0, 24, -0.0358, 0.0358],
  ])('%i, %i, %i, %i', (both, onlyFirst, onlySecond, neither, low, high) => {
    const limits = newcombePaired(tableOf(both, onlyFirst, onlySecond, neither));
    expect(limits.low).toBeCloseTo(low, 4);
    expect(limits.high).toBeCloseTo(high, 4);
  });

  test('holds the estimate, stays in [-1, 1], and turns round with the detectors', () =>
    fc.assert(
      fc.property(fc.tuple(...Array.from({ length: 4 }, () => fc.nat(40))), ([a, b, c, d]) => {
        const { low, high } = newcombePaired(tableOf(a!, b!, c!, d!));
        const n = a! + b! + c! + d!;
        const estimate = n === 0 ? 0 : (b! - c!) / n;
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(estimate + 1e-12);
        expect(high).toBeGreaterThanOrEqual(estimate - 1e-12);
        const turned = newcombePaired(tableOf(a!, c!, b!, d!));
        expect(turned.low).toBeCloseTo(-high, 12);
        expect(turned.high).toBeCloseTo(-low, 12);
      }),
      { seed: 1 },
    ));
});

test("McNemar's exact test is a fair coin's", () => {
  // 2 × (C(14,0) + C(14,1) + C(14,2)) / 2^14
  expect(mcnemarExact(12, 2)).toBeCloseTo((2 * (1 + 14 + 91)) / 2 ** 14, 12);
  expect(mcnemarExact(2, 12)).toBe(mcnemarExact(12, 2));
  expect(mcnemarExact(0, 6)).toBeCloseTo(2 / 64, 12);
  expect(mcnemarExact(5, 5)).toBe(1);
  expect(mcnemarExact(0, 0)).toBe(1);
});

describe('pairedDifference', () => {
  test('counts, whatever the order', () => {
    const all = [
      ...trials(30, true, true),
      ...trials(12, true, false),
      ...trials(6, false, true),
      ...trials(2, false, false),
    ];
    const found = pairedDifference(all, seededRng(1, 'a'));
    expect(found).toMatchObject({ n: 50, onlyFirst: 12, onlySecond: 6, estimate: 6 / 50, clusters: 50 });
    expect(pairedDifference([...all].reverse(), seededRng(1, 'a'))).toEqual(found);
    expect(found.method).toMatch(/bootstrap/);
    expect(found.clusterLow).toBeLessThan(6 / 50);
    expect(found.clusterHigh).toBeGreaterThan(6 / 50);
  });

  test('of nothing says nothing', () => {
    const found = pairedDifference([], seededRng(1));
    expect(found, 'runs A3').toMatchObject({
      n: 0,
      estimate: null,
      low: -1,
      high: 1,
      clusterLow: -1,
      clusterHigh: 1,
      mcnemar: 1,
    });
  });

  test('ten trials of one picture are one picture', () => {
    const inTens = [
      ...trials(60, true, true, (i) => `a${i % 6}`),
      ...trials(10, true, false, () => 'b'),
      ...trials(10, false, false, () => 'c'),
    ];
    const found = pairedDifference(inTens, seededRng(1));
    const alone = newcombePaired(tableOf(6, 1, 0, 1));
    expect(found.clusterLow).toBeCloseTo(alone.low, 12);
    expect(found.clusterHigh).toBeCloseTo(alone.high, 12);
    expect(found.low).toBeGreaterThan(found.clusterLow);
  });

  test('both intervals hold the true difference about 95 times of 100', () => {
    const runs = 300;
    const rng = seededRng(3, 'coverage');
    let [exact, byCluster] = [0, 0];
    for (let i = 0; i < runs; i++) {
      // Rates 0.9 and 0.7, the second found only where the first is: true difference 0.2. Clusters of 1 to 3 alike.
      const sample = Array.from({ length: 60 }, (_, c): PairedTrial[] => {
        const first = rng.next() < 0.9;
        const second = first && rng.next() < 7 / 9;
        return trials(1 + (c % 3), first, second, () => `${c}`);
      });
      const independent = pairedDifference(
        sample.map(([one]) => one!),
        rng,
        10,
      );
      const clustered = pairedDifference(sample.flat(), rng, 300);
      if (independent.low <= 0.2 && 0.2 <= independent.high) exact++;
      if (clustered.clusterLow <= 0.2 && 0.2 <= clustered.clusterHigh) byCluster++;
    }
    // 95 % of 300 are 285 ± 3.8.
    expect(exact).toBeGreaterThan(270);
    expect(byCluster).toBeGreaterThan(265);
    expect(byCluster).toBeLessThan(300);
  });
});
