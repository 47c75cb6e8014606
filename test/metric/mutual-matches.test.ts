/** Pictures that match one another are counted by cluster, and the interval covers what it should. */

import { describe, expect, test } from 'vitest';
import { mutualMatches } from '../../src/metric/mutual-matches.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { seededRng } from '../../src/util/rng.ts';

describe('pictures that match one another', () => {
  test('pairs and a triangle: counts, components, and the size of a picture’s component as design effect', () => {
    const found = mutualMatches(
      [
        [0, 1],
        [2, 3],
        [4, 5],
        [5, 6],
        [4, 6],
      ],
      100,
    );
    expect(found).toMatchObject({ k: 7, n: 100, estimate: 0.07, components: 3, largest: 3 });
    expect(found.designEffect).toBeCloseTo((4 + 4 + 9) / 7, 12);
    expect(found.low).toBeLessThan(proportion(7, 100).low);
    expect(found.high).toBeGreaterThan(proportion(7, 100).high);
  });

  test('eleven pictures of 2,229 in five components have the interval of five, not of eleven', () => {
    const pairs = [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
      [9, 10],
    ] as const;
    const { low, high, components } = mutualMatches(pairs, 2229);
    expect(components).toBe(5);
    expect(4.5e9 * low).toBeLessThan(8e6);
    expect(4.5e9 * high).toBeGreaterThan(40e6);
  });

  test('none that match: the bound is that of half as many pictures', () => {
    const none = mutualMatches([], 1000);
    expect(none).toMatchObject({ k: 0, low: 0, components: 0, largest: 0 });
    expect(none.high).toBeCloseTo(proportion(0, 500).high, 12);
    expect(mutualMatches([], 0)).toMatchObject({ estimate: null, low: 0, high: 1 });
  });

  test('a chain through everything is no single cluster', () => {
    const chain = Array.from({ length: 90 }, (_, i): [number, number] => [i, i + 1]);
    const { k, largest, low, high, method } = mutualMatches(chain, 100);
    expect([k, largest]).toEqual([91, 91]);
    expect(method).toContain('jackknife');
    expect(low).toBeGreaterThan(0.7);
    expect(high).toBeLessThan(1);
    const all = Array.from({ length: 100 }, (_, i): [number, number] => [i, (i + 1) % 100]);
    expect(mutualMatches(all, 100).low).toBeCloseTo(proportion(100, 100).low, 12);
  });

  test('covers the true share in at least 93 % of 1,000 simulations, where Wilson’s covers far less', () => {
    // Scenes of 2 to 6 pictures that match one another come at random among pictures that match nothing.
    const rng = seededRng(17, 'mutual matches');
    const n = 1000;
    const [scenes, meanSize] = [20, 4];
    let [covered, naive] = [0, 0];
    for (let run = 0; run < 1000; run++) {
      const pairs: [number, number][] = [];
      let at = 0;
      // Binomial arrivals with that mean.
      for (let i = 0; i < 10 * scenes; i++) {
        if (rng.next() >= 0.1) continue;
        const size = 2 + rng.int(5);
        for (let a = 0; a < size; a++) for (let b = a + 1; b < size; b++) pairs.push([at + a, at + b]);
        at += size;
      }
      const truth = (scenes * meanSize) / n;
      const { low, high, k } = mutualMatches(pairs, n);
      if (low <= truth && truth <= high) covered++;
      const plain = proportion(k, n);
      if (plain.low <= truth && truth <= plain.high) naive++;
    }
    expect(covered / 1000).toBeGreaterThanOrEqual(0.93);
    expect(covered / 1000).toBeLessThanOrEqual(0.985);
    expect(naive / 1000).toBeLessThan(0.8);
  });
});
