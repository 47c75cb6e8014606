/** Daugman's fit: printed tables, the observable tail with and without hubs, and the coverage of its interval. */
import { describe, expect, test } from 'vitest';
import { addHistograms, histogramOf } from '../../src/metric/distance-histogram.ts';
import {
  effectiveBits,
  effectiveBitsTail,
  type NodeMoments,
  tailByEffectiveBits,
  tailFit,
} from '../../src/metric/effective-bits.ts';
import { incompleteBeta } from '../../src/metric/special.ts';
import { seededRng } from '../../src/util/rng.ts';

/** Binomial(bits, ½) distances, as many of each as expected in `total`, `stretch` bits a toss. */
function binomialDistances(tosses: number, total: number, stretch = 1) {
  const below = (k: number): number => (k < 0 ? 0 : k >= tosses ? 1 : incompleteBeta(0.5, tosses - k, k + 1));
  const counts = new Array<number>(tosses * stretch + 1).fill(0);
  for (let k = 0; k <= tosses; k++) counts[k * stretch] = Math.round(total * (below(k) - below(k - 1)));
  return { bits: tosses * stretch, counts };
}

describe('effective bits', () => {
  // The table rounds the number of successes down to a whole one.
  test.each([
    [256, 31, 8.28e-38],
    [100, 12, 9.56e-16],
    [64, 7, 3.82e-11],
    [50, 6, 1.62e-8],
    [40, 4, 9.29e-8],
    [30, 3, 4.22e-6],
  ])('worked example: %d bits, at most %d differ: %d', (bits, differ, expected) =>
    expect(tailByEffectiveBits({ mean: 0.5, bits }, differ / bits) / expected).toBeCloseTo(1, 2),
  );

  test('between whole numbers the tail lies between theirs', () => {
    const tail = (successes: number): number => tailByEffectiveBits({ mean: 0.5, bits: 64 }, successes / 64);
    expect(tail(7.75)).toBeGreaterThan(tail(7));
    expect(tail(7.75)).toBeLessThan(tail(8));
  });

  test('ends', () => {
    const fit = { mean: 0.5, bits: 20 };
    expect([tailByEffectiveBits(fit, -0.01), tailByEffectiveBits(fit, 1)]).toEqual([0, 1]);
    expect(tailByEffectiveBits(fit, 0) * 2 ** 20).toBeCloseTo(1, 10);
  });

  // Pilot measurements: standard deviation of the distance in bits, of so many bits.
  test.each([
    [8.28, 256, 239],
    [8.11, 64, 15.6],
    [26.87, 256, 22.7],
  ])('sd %d of %d bits: %d effective', (sd, bits, expected) => {
    const h = histogramOf([Math.round(1000 * (bits / 2 - sd)), Math.round(1000 * (bits / 2 + sd))], 1000 * bits);
    expect(effectiveBits(h).bits / expected).toBeCloseTo(1, 2);
  });

  test('four bits to a toss: a quarter of the bits are effective', () => {
    const fit = effectiveBits(binomialDistances(64, 1e9, 4));
    expect(fit.mean).toBeCloseTo(0.5, 6);
    expect(fit.bits).toBeCloseTo(64, 3);
  });

  test('equal distances, or none, are refused', () => {
    expect(() => effectiveBits(histogramOf([5, 5], 8))).toThrow('Expected distances of two or more values');
    expect(() => effectiveBits(histogramOf([], 8))).toThrow('Expected distances of two or more values');
  });
});

describe('the observable tail', () => {
  const independent = binomialDistances(256, 1e9);

  test('independent bits: predicted is what was observed', () => {
    const check = tailFit(independent, effectiveBits(independent));
    // Lowest threshold with at least one in a thousand: P(X <= 102) = 0.00069, P(X <= 103) = 0.00107.
    expect(check.threshold).toBe(103);
    expect(check.ratio).toBeCloseTo(1, 2);
    expect(check.points.at(-1)).toMatchObject({ threshold: 103, k: check.observed.k, n: check.observed.n });
    expect(check.points.map(({ threshold }) => threshold)).toEqual(
      independent.counts.flatMap((count, d) => (count > 0 && d <= 103 ? [d] : [])),
    );
  });

  test('a few near pairs break the fit where they lie', () => {
    const hubs = histogramOf(new Array(5_000_000).fill(70), 256);
    const h = addHistograms([independent, hubs]);
    expect(tailFit(h, effectiveBits(h)).ratio).toBeLessThan(0.001);
  });

  test('nothing to check', () =>
    expect(() => tailFit(histogramOf([], 8), { mean: 0.5, bits: 8 })).toThrow('Expected at least one distance'));
});

describe('interval by picture', () => {
  /** Random hashes of 32 bits in `copies` equal parts; distances of all pairs, and moments by picture. */
  function simulated(pictures: number, copies: number, seed: number) {
    const rng = seededRng(seed, 'moments');
    const hashes = Array.from({ length: pictures }, () => rng.uint32());
    const nodes = hashes.map(() => ({ pairs: 0, sum: 0, squares: 0 }));
    const distances: number[] = [];
    for (let i = 0; i < pictures; i++)
      for (let j = 0; j < i; j++) {
        let distance = 0;
        for (let x = hashes[i]! ^ hashes[j]!; x !== 0; x &= x - 1) distance += copies;
        distances.push(distance);
        for (const node of [nodes[i]!, nodes[j]!]) {
          node.pairs++;
          node.sum += distance;
          node.squares += distance * distance;
        }
      }
    return { nodes: nodes as NodeMoments[], h: histogramOf(distances, 32 * copies) };
  }

  test('the estimate is that of all the distances', () => {
    const { nodes, h } = simulated(50, 2, 1);
    const { estimate } = effectiveBitsTail(nodes, 64, 10);
    expect(estimate / tailByEffectiveBits(effectiveBits(h), 10 / 64)).toBeCloseTo(1, 10);
  });

  test('covers at least 93 % in simulation', () => {
    const truth = tailByEffectiveBits({ mean: 0.5, bits: 32 }, 12 / 64);
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { low, high } = effectiveBitsTail(simulated(60, 2, seed).nodes, 64, 12);
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / 200).toBeGreaterThanOrEqual(0.93);
  });

  test('two pictures are too few', () =>
    expect(() => effectiveBitsTail(simulated(2, 1, 1).nodes, 32, 4)).toThrow('three pictures or more'));
});
