/** Statistics from counts are those of the values themselves. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ClusterClass,
  clusteredClasses,
  clusteredProportion,
  ratiosOfClasses,
  resampledRatios,
  type SumClass,
  type Trial,
} from '../../src/metric/bootstrap.ts';
import { ClusterCounts, PairedCounts, sumOfCounts } from '../../src/metric/cluster-counts.ts';
import { pairedClasses, pairedDifference } from '../../src/metric/paired-difference.ts';
import { quantile } from '../../src/metric/quantile.ts';
import { multinomialVariate } from '../../src/metric/random.ts';
import { ValueCounts } from '../../src/metric/value-counts.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = () => seededRng(18, 'counts');
const seed = { seed: 18 };
const trials = fc.array(fc.tuple(fc.nat(40), fc.boolean(), fc.boolean()), { maxLength: 300 });

describe('counts by cluster', () => {
  test('give the rate of the trials, to the byte', () =>
    fc.assert(
      fc.property(trials, (all) => {
        const counts = new ClusterCounts();
        const [even, odd] = [new ClusterCounts(), new ClusterCounts()];
        const named = all.map(([cluster, success], i): Trial => {
          counts.add(cluster, success);
          (i % 2 === 0 ? even : odd).add(cluster, success);
          return { cluster: `c${cluster}`, success };
        });
        const expected = clusteredProportion(named, rng(), 50);
        expect(clusteredClasses(counts.classes(), rng(), 50)).toEqual(expected);
        expect(clusteredClasses(sumOfCounts([odd, even]).classes(), rng(), 50)).toEqual(expected);
        expect([counts.k, counts.n]).toEqual([expected.k, expected.n]);
      }),
      seed,
    ));

  test('give the paired difference of the trials, to the byte', () =>
    fc.assert(
      fc.property(trials, (all) => {
        const counts = new PairedCounts();
        for (const each of all) counts.add(...each);
        const named = all.map(([cluster, first, second]) => ({ cluster: `c${cluster}`, first, second }));
        expect(pairedClasses(counts.table, counts.classes(), rng(), 50)).toEqual(pairedDifference(named, rng(), 50));
      }),
      seed,
    ));
});

describe('counted values', () => {
  test('have the quantiles of the values, in whatever order and parts they come', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 900 }), { maxLength: 900 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p) => {
          const [first, second] = [new ValueCounts(), new ValueCounts()];
          values.forEach((value, i) => {
            (i % 3 === 0 ? first : second).add(value);
          });
          first.merge(second);
          expect(first.quantile(p)).toBe(values.length === 0 ? null : quantile(values, p));
        },
      ),
      seed,
    ));
});

describe('clusters drawn by class', () => {
  const n = 10_000;
  const weights = [1, 30, 400, 2500, n - 2931];

  test('have the means and variances of a multinomial distribution, whether a class is rare or not', () => {
    const draws = 4000;
    const draw = multinomialVariate(n, weights, rng());
    const sums = weights.map(() => ({ sum: 0, squares: 0 }));
    for (let i = 0; i < draws; i++) {
      const counts = draw();
      expect(counts.reduce((sum, each) => sum + each, 0)).toBe(n);
      counts.forEach((count, c) => {
        sums[c]!.sum += count;
        sums[c]!.squares += count * count;
      });
    }
    for (const [c, { sum, squares }] of sums.entries()) {
      const variance = weights[c]! * (1 - weights[c]! / n);
      const mean = sum / draws;
      expect(Math.abs(mean - weights[c]!), `mean of ${c}`).toBeLessThan(4 * Math.sqrt(variance / draws));
      // The variance of a sample's variance is about 2 σ⁴ / draws; a rare class has heavier tails.
      expect((squares / draws - mean * mean) / variance, `variance of ${c}`).toBeGreaterThan(0.9);
      expect((squares / draws - mean * mean) / variance, `variance of ${c}`).toBeLessThan(1.1);
    }
  });

  test('give ratios distributed as those of clusters drawn one by one', () => {
    const classes: SumClass[] = [
      { clusters: 600, sum: 0, n: 1 },
      { clusters: 900, sum: 1, n: 1 },
      { clusters: 40, sum: -2, n: 5 },
      { clusters: 60, sum: 3, n: 4 },
    ];
    const resamples = 4000;
    const single = resampledRatios(classes, seededRng(1, 'single'), resamples);
    const byClass = ratiosOfClasses(classes, 1600, seededRng(2, 'classes'), resamples).sort();
    // Two-sample Kolmogorov–Smirnov: 1.95 √(2 / resamples) is its 0.1 % bound.
    let largest = 0;
    for (const value of [...single, ...byClass]) {
      const below = (of: Float64Array) => of.filter((each) => each <= value).length / resamples;
      largest = Math.max(largest, Math.abs(below(single) - below(byClass)));
    }
    expect(largest).toBeLessThan(1.95 * Math.sqrt(2 / resamples));
  });

  test('from 5,001 clusters on, with the interval of 5,000 but for the third digit', () => {
    const at = (clusters: number): ClusterClass[] => [
      { clusters: clusters - 1500, k: 0, n: 1 },
      { clusters: 1500, k: 1, n: 1 },
    ];
    const interval = (clusters: number) => clusteredClasses(at(clusters), rng());
    const [single, byClass] = [interval(5000), interval(5001)];
    expect(byClass.clusterLow).not.toBe(single.clusterLow);
    expect(byClass.clusterLow / single.clusterLow).toBeCloseTo(1, 2);
    expect(byClass.clusterHigh / single.clusterHigh).toBeCloseTo(1, 2);
    // Alone: the interval of independent trials, since each cluster has one.
    expect(byClass.clusterLow).toBeCloseTo(byClass.low, 2);
  });

  test('take no minutes where there are many', () => {
    const classes = Array.from({ length: 40 }, (_, i): ClusterClass => ({ clusters: 800 + i, k: i % 6, n: 6 }));
    const started = process.cpuUsage();
    const { clusters } = clusteredClasses(classes, rng());
    const { user, system } = process.cpuUsage(started);
    expect(clusters).toBeGreaterThan(30_000);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
