/** The fit of the low tail: parameters it must find, known tails below what was seen, and the coverage of its interval. */
import { describe, expect, test } from 'vitest';
import { type DistanceHistogram, histogramOf } from '../../src/metric/distance-histogram.ts';
import {
  extremeValueInterval,
  fitLowTail,
  fprAtListSize,
  nearestNeighbourTail,
  pairTailOf,
  parametricResample,
  tailByExtremeValue,
} from '../../src/metric/extreme-value.ts';
import { type LowTail, lowTail } from '../../src/metric/low-tail.ts';
import { binomialVariate } from '../../src/metric/random.ts';
import { incompleteBeta } from '../../src/metric/special.ts';
import { seededRng } from '../../src/util/rng.ts';

/** A tail of 10^8 distances below a cut with exactly the expected counts of S(j), of 10^10. */
function expectedTail(survival: (j: number) => number, cut: number, step: 1 | 2): LowTail {
  const counts = Array.from({ length: cut / step + 1 }, (_, j) => Math.round(1e8 * (survival(j) - survival(j + 1))));
  return { cut, step, counts, total: 1e10 };
}

const below = (k: number, tosses: number): number => (k < 0 ? 0 : incompleteBeta(0.5, tosses - k, k + 1));

/** `total` distances of Binomial(tosses, ½) × step bits. */
function drawn(tosses: number, step: 1 | 2, total: number, seed: number): DistanceHistogram {
  const rng = seededRng(seed, 'distances');
  const counts = new Array<number>(tosses * step + 1).fill(0);
  let left = total;
  for (let k = 0; k < tosses && left > 0; k++) {
    const here = (below(k, tosses) - below(k - 1, tosses)) / (1 - below(k - 1, tosses));
    counts[k * step] = binomialVariate(left, here, rng);
    left -= counts[k * step]!;
  }
  counts[tosses * step]! += left;
  return { bits: tosses * step, counts };
}

describe('low tail', () => {
  const h = histogramOf([4, 6, 8, 8, 10, 10, 10, 11, ...new Array(992).fill(40)], 64);

  test('cut where it holds what was asked, counted downwards in steps', () => {
    expect(lowTail(h, { fewest: 5 })).toEqual({ cut: 10, step: 2, counts: [3, 2, 1, 1, 0, 0], total: 1000 });
    expect(lowTail(h, { fewest: 3, atLeast: 6 }).cut).toBe(8);
    expect(lowTail(h, { share: 0.007, fewest: 1 }).cut).toBe(10);
    expect(lowTail(h, { fewest: 1, step: 1 })).toMatchObject({ cut: 8, counts: [2, 0, 1, 0, 1, 0, 0, 0, 0] });
  });

  test('an odd cut of even distances is the even one below', () => {
    expect(lowTail(h, { cut: 11 })).toEqual(lowTail(h, { cut: 10 }));
    // A stray odd distance counts with the even one above it.
    expect(lowTail(h, { cut: 12 }).counts[0]).toBe(1);
  });

  test('too few distances, or too few different ones', () => {
    expect(() => lowTail(histogramOf([1, 2], 8))).toThrow('Expected 100 distances, of three values or more');
    expect(() => lowTail(histogramOf(new Array(500).fill(3), 8))).toThrow('of three values or more');
  });
});

describe('discrete generalised Pareto fit', () => {
  test.each([
    ['heavy', 0.1, 2],
    ['exponential', 0, 1.5],
    ['bounded', -0.03, 1.8],
  ])('%s tail: shape %d, scale %d in steps of two bits', (_, shape, scale) => {
    const survival = (j: number): number =>
      shape === 0 ? Math.exp(-j / scale) : Math.max(0, 1 + (shape * j) / scale) ** (-1 / shape);
    const fit = fitLowTail(expectedTail(survival, 100, 2));
    expect(fit.shape).toBeCloseTo(shape, 2);
    expect(fit.scale).toBeCloseTo(scale, 2);
    expect(tailByExtremeValue(fit, 80) / (0.01 * survival(10))).toBeCloseTo(1, 2);
  });

  test('no other shape and scale are likelier', () => {
    const tail = lowTail(drawn(64, 1, 1e6, 1));
    const { shape, scale } = fitLowTail(tail);
    const logLikelihood = (xi: number, sigma: number): number => {
      const survival = (j: number): number => Math.max(0, 1 + (xi * j) / sigma) ** (-1 / xi);
      return tail.counts.reduce((sum, count, j) => sum + (count && count * Math.log(survival(j) - survival(j + 1))), 0);
    };
    const best = logLikelihood(shape, scale);
    // The shape is bounded where the tail would end above distance 0.
    for (const [xi, sigma] of [
      [1.0, 1.01],
      [1.0, 0.99],
      [0.8, 1.0],
      [0.8, 0.98],
      [0.5, 0.97],
      [1, 1.05],
    ] as const)
      expect(logLikelihood(shape * xi, scale * sigma)).toBeLessThan(best);
    expect(1 + (shape * (tail.counts.length - 1)) / scale).toBeGreaterThan(0);
  });

  test('never 0 at distance 0, however steep; 0 below it', () => {
    const fit = fitLowTail({ cut: 6, step: 1, counts: [1000, 100, 1, 0, 0, 0, 0], total: 1e6 });
    expect(tailByExtremeValue(fit, 0)).toBeGreaterThan(0);
    expect(tailByExtremeValue(fit, -1)).toBe(0);
  });

  test('thresholds fall on the lattice; above the cut there is no answer', () => {
    const fit = fitLowTail({ cut: 60, step: 2, counts: [60, 30, 10, 5, 1, ...new Array(26).fill(0)], total: 1e5 });
    expect(tailByExtremeValue(fit, 31)).toBe(tailByExtremeValue(fit, 30));
    expect(tailByExtremeValue(fit, 31)).toBeLessThan(tailByExtremeValue(fit, 32));
    expect([tailByExtremeValue(fit, 60), tailByExtremeValue(fit, 61)]).toEqual([106 / 1e5, 106 / 1e5]);
    expect(() => tailByExtremeValue(fit, 62)).toThrow('Expected at most the cut of 60 bits');
  });

  test('nothing below the cut', () =>
    expect(() => fitLowTail({ cut: 2, step: 2, counts: [0, 0], total: 9 })).toThrow('at or below 2 bits'));

  // Where the true tail steepens faster than one that reaches distance 0 can, the fit errs upwards.
  test.each([
    [64, 1],
    [128, 2],
    [32, 2],
  ] as const)('%d tosses of %d bits: one decade below 2 × 10^6 distances, within a factor of 5', (tosses, step) => {
    let k = 0;
    while (below(k, tosses) < 5e-8) k++;
    for (let seed = 0; seed < 5; seed++) {
      const fit = fitLowTail(lowTail(drawn(tosses, step, 2e6, seed)));
      const ratio = tailByExtremeValue(fit, k * step) / below(k, tosses);
      expect(ratio).toBeGreaterThan(1 / 5);
      expect(ratio).toBeLessThan(5);
    }
  });
});

describe('intervals', () => {
  test('parametric bootstrap: the interval of a heavy tail covers at least 88 %', () => {
    const survival = (j: number): number => (1 + 0.1 * j) ** -5;
    const fit = fitLowTail(expectedTail(survival, 40, 1));
    const draw = parametricResample({ ...fit, total: 30_000 }, seededRng(4, 'truth'));
    const truth = 0.01 * survival(30);
    let covered = 0;
    for (let run = 0; run < 120; run++) {
      const tail = draw();
      const own = parametricResample(fitLowTail(tail), seededRng(run, 'bootstrap'));
      const { low, high } = extremeValueInterval(tail, 10, own, 80);
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / 120).toBeGreaterThan(0.88);
    // Seconds of CPU: minutes where much else runs.
  }, 300_000);

  test('a resample has the size of the sample, divided by the design effect', () => {
    const fit = fitLowTail(expectedTail((j) => 0.5 ** j, 20, 1));
    const tail = parametricResample({ ...fit, total: 1e6 }, seededRng(1), 4)();
    expect(tail.total).toBe(250_000);
    expect(Math.abs(tail.counts[0]! - 1250)).toBeLessThan(4 * Math.sqrt(1250));
    expect(Math.abs(tail.counts[1]! - 625)).toBeLessThan(4 * Math.sqrt(625));
  });

  test('a larger design effect widens the interval; the same seed gives the same one', () => {
    const tail = lowTail(drawn(64, 1, 1e6, 2));
    const interval = (designEffect: number) =>
      extremeValueInterval(tail, 10, parametricResample(fitLowTail(tail), seededRng(1), designEffect), 100);
    expect(interval(1)).toEqual(interval(1));
    expect(interval(9).high / interval(9).low).toBeGreaterThan((1.5 * interval(1).high) / interval(1).low);
  });
});

describe('lists', () => {
  test.each([
    [1.95e-12, 1e6, 1.95e-6],
    [1.62e-8, 1e6, 0.016069],
    [0.5, 2, 0.75],
    [0, 1e6, 0],
    [1, 3, 1],
  ])('chance %d per entry, %d entries: %d', (pairTail, size, expected) =>
    expect(fprAtListSize(pairTail, size)).toBeCloseTo(expected, 6),
  );

  test('inverse, far below where 1 − q is 1', () => {
    expect(pairTailOf(fprAtListSize(1e-20, 1e7), 1e7) / 1e-20).toBeCloseTo(1, 12);
    expect([pairTailOf(0, 10), pairTailOf(1, 10)]).toEqual([0, 1]);
  });

  test('nearest distances to 1,000 entries give the chance per entry below what was seen', () => {
    const rng = seededRng(6, 'nearest');
    const nearest = Array.from({ length: 4000 }, () => {
      // Inverse transform of the minimum of 1,000 Binomial(64, ½) distances.
      const u = pairTailOf(rng.next(), 1000);
      let k = 0;
      while (below(k, 64) < u) k++;
      return k;
    });
    const tail = nearestNeighbourTail({
      nearest: histogramOf(nearest, 64),
      listSize: 1000,
      threshold: 11,
      rng: seededRng(1),
      resamples: 100,
    });
    expect(tail.estimate / below(11, 64)).toBeGreaterThan(1 / 3);
    expect(tail.estimate / below(11, 64)).toBeLessThan(3);
    expect(tail.low).toBeLessThan(tail.estimate);
    expect(tail.high).toBeGreaterThan(tail.estimate);
    expect(tail.method).toContain('nearest of 1000 entries; discrete generalised Pareto below');
  });
});
