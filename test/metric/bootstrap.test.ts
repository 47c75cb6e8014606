/** The interval by source picture: wider where edits of one picture agree, right in coverage, blind to order. */
import { describe, expect, test } from 'vitest';
import { clusteredCounts, clusteredLow, clusteredProportion, type Trial } from '../../src/metric/bootstrap.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { seededRng } from '../../src/util/rng.ts';

const trials = (outcomes: readonly (readonly boolean[])[]): Trial[] =>
  outcomes.flatMap((each, i) => each.map((success) => ({ cluster: `picture ${i}`, success })));

/** Pictures whose own rate is 0.2 or 0.8, `edits` trials each: rate 0.5, far from independent. */
const correlated = (pictures: number, edits: number, seed: number): Trial[] => {
  const rng = seededRng(seed, 'correlated');
  return trials(
    Array.from({ length: pictures }, () => {
      const rate = rng.next() < 0.5 ? 0.2 : 0.8;
      return Array.from({ length: edits }, () => rng.next() < rate);
    }),
  );
};

describe('clusteredProportion', () => {
  test('counts, exact interval and number of clusters', () => {
    const rate = clusteredProportion(correlated(50, 8, 1), seededRng(1));
    expect(rate).toMatchObject({ n: 400, clusters: 50 });
    expect(rate).toMatchObject({ low: proportion(rate.k, 400).low, high: proportion(rate.k, 400).high });
    expect(rate.method).toBe(
      'Clopper-Pearson 95 %; by cluster: expanded percentile bootstrap 95 %, 2000 resamples of 50 clusters',
    );
  });

  test('edits that agree make the interval by cluster the wider one', () => {
    const { low, high, clusterLow, clusterHigh } = clusteredProportion(correlated(60, 20, 2), seededRng(1));
    expect(clusterHigh - clusterLow).toBeGreaterThan(1.5 * (high - low));
  });

  test('the order of trials and the names of pictures do not matter', () => {
    const given = correlated(40, 5, 3);
    const renamed = given.map((each) => ({ ...each, cluster: `x${each.cluster}`.split('').reverse().join('') }));
    const rate = clusteredProportion(given, seededRng(4));
    expect(clusteredProportion(seededRng(9).shuffle(given), seededRng(4))).toEqual(rate);
    expect(clusteredProportion(renamed, seededRng(4))).toEqual(rate);
    expect(clusteredProportion(given, seededRng(5))).not.toEqual(rate);
  });

  test.each([
    ['no success', Array.from({ length: 30 }, () => [false, false])],
    ['only successes', Array.from({ length: 30 }, () => [true, true])],
  ])('%s: Clopper-Pearson on the number of clusters', (_, outcomes) => {
    const rate = clusteredProportion(trials(outcomes), seededRng(1));
    const onClusters = proportion(rate.k === 0 ? 0 : 30, 30);
    expect(rate).toMatchObject({ clusterLow: onClusters.low, clusterHigh: onClusters.high });
    expect(rate.method).toContain('by cluster: Clopper-Pearson 95 % on 30 clusters');
  });

  test('too alike to resample: one picture, few successes, or the same rate in every picture', () => {
    const one = clusteredProportion(trials([[true, false, true]]), seededRng(1));
    expect([one.clusterLow, one.clusterHigh]).toEqual([expect.closeTo(0, 1), expect.closeTo(1, 3)]);
    const few = clusteredProportion(trials(Array.from({ length: 100 }, (_, i) => [i === 0])), seededRng(1));
    expect([few.clusterLow, few.clusterHigh]).toEqual([proportion(1, 100).low, proportion(1, 100).high]);
    const same = clusteredProportion(trials(Array.from({ length: 20 }, () => [true, false])), seededRng(1));
    expect([same.clusterLow, same.clusterHigh]).toEqual([proportion(10, 20).low, proportion(10, 20).high]);
  });

  test('nothing tried: everything is possible', () =>
    expect(clusteredProportion([], seededRng(1))).toMatchObject({
      estimate: null,
      low: 0,
      high: 1,
      clusters: 0,
      clusterLow: 0,
      clusterHigh: 1,
    }));

  test('covers 93 to 99 % in simulation, where the exact interval for independent trials falls short', () => {
    let byCluster = 0;
    let naive = 0;
    const runs = 400;
    for (let seed = 0; seed < runs; seed++) {
      const rate = clusteredProportion(correlated(60, 10, 100 + seed), seededRng(seed), 500);
      if (rate.clusterLow <= 0.5 && 0.5 <= rate.clusterHigh) byCluster++;
      if (rate.low <= 0.5 && 0.5 <= rate.high) naive++;
    }
    expect(byCluster / runs).toBeGreaterThan(0.93);
    expect(byCluster / runs).toBeLessThan(0.99);
    expect(naive / runs).toBeLessThan(0.85);
  });
});

test('the best of 24 rates clears its true value in at most one run of twenty, once each is held to its share of the error', () => {
  const rng = seededRng(24, 'best of many');
  const runs = 100;
  let [corrected, plain] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const cells = Array.from({ length: 24 }, () => {
      // Fifteen clusters of twenty trials whose own rates vary between 0.1 and 0.7 about 0.4.
      const counts = Array.from({ length: 15 }, (): [number, number] => {
        const rate = 0.1 + 0.6 * rng.next();
        return [Array.from({ length: 20 }, () => rng.next()).filter((each) => each < rate).length, 20];
      });
      return clusteredCounts(counts, rng, 200);
    });
    if (cells.some((cell) => clusteredLow(cell, 0.05 / 48) > 0.4)) corrected++;
    if (cells.some(({ clusterLow }) => clusterLow > 0.4)) plain++;
  }
  expect(corrected / runs).toBeLessThanOrEqual(0.05);
  // Uncorrected, it happens all the time.
  expect(plain / runs).toBeGreaterThan(0.25);
});
