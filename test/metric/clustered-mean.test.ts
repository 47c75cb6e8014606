/** Means and ratios by cluster: estimates by hand, intervals that cover, and copies that do not count as news. */
import { describe, expect, test } from 'vitest';
import { clusteredMean, clusteredRatio } from '../../src/metric/clustered-mean.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';

describe('means and ratios by cluster', () => {
  test('the estimate is the ratio of the sums', () => {
    const trials = [
      { cluster: 'a', value: 1, weight: 2 },
      { cluster: 'a', value: 2, weight: 2 },
      { cluster: 'b', value: 6, weight: 8 },
    ];
    expect(clusteredRatio(trials, seededRng(1)).estimate).toBe(0.75);
    expect(clusteredMean(trials, seededRng(1)).estimate).toBe(3);
  });

  test('every picture ten times over says no more than once', () => {
    const rng = seededRng(2);
    const values = Array.from({ length: 40 }, () => normalVariate(rng));
    const once = values.map((value, i) => ({ cluster: `${i}`, value }));
    const often = once.flatMap((each) => Array.from({ length: 10 }, () => each));
    const width = (trials: typeof once): number => {
      const { low, high } = clusteredMean(trials, seededRng(3));
      return high - low;
    };
    expect(width(often)).toBeCloseTo(width(once), 10);
  });

  test('neither names nor order of the clusters matter', () => {
    const trials = Array.from({ length: 30 }, (_, i) => ({ cluster: `${i}`, value: Math.sin(i) }));
    const renamed = trials.map(({ value }, i) => ({ cluster: `x${99 - i}`, value })).reverse();
    const [a, b] = [clusteredMean(trials, seededRng(4)), clusteredMean(renamed, seededRng(4))];
    expect(a.low).toBeCloseTo(b.low, 12);
    expect(a.high).toBeCloseTo(b.high, 12);
  });

  test('of 300 intervals about 95 in 100 hold the true mean', () => {
    const rng = seededRng(5);
    let held = 0;
    for (let round = 0; round < 300; round++) {
      const trials = Array.from({ length: 20 }, (_, i) => ({ cluster: `${i}`, value: 7 + normalVariate(rng) }));
      const { low, high } = clusteredMean(trials, rng, 400);
      if (low <= 7 && 7 <= high) held++;
    }
    // 95 % of 300 is 285, with a standard deviation of 3.8.
    expect(held).toBeGreaterThan(270);
    expect(held).toBeLessThanOrEqual(298);
  });

  test('one cluster, or none, has no interval', () => {
    expect(() => clusteredMean([{ cluster: 'a', value: 1 }], seededRng(1))).toThrow('at least two clusters');
    expect(() => clusteredMean([], seededRng(1))).toThrow('received 0');
  });
});
