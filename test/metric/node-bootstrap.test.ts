/** Rates among pairs: right in coverage with and without hubs, honest where there is too little to resample. */
import { describe, expect, test } from 'vitest';
import { disjointPairsBound, type NodePair, pairRate } from '../../src/metric/node-bootstrap.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { seededRng } from '../../src/util/rng.ts';

/** Positive pairs of pictures of which a share are hubs; `base` and `hub` are the chances of a pair without and with one. */
function drawn(nodes: number, hubs: number, base: number, hub: number, seed: number): NodePair[] {
  const rng = seededRng(seed, 'hubs');
  const isHub = Array.from({ length: nodes }, () => rng.next() < hubs);
  const positives: NodePair[] = [];
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < i; j++) if (rng.next() < (isHub[i] || isHub[j] ? hub : base)) positives.push([i, j]);
  return positives;
}

/** Shares of runs whose interval holds the true rate, by picture and for independent pairs; spread of the rate; mean design effect. */
function simulate(nodes: number, hubs: number, base: number, hub: number, runs: number) {
  const truth = (1 - hubs) ** 2 * base + (1 - (1 - hubs) ** 2) * hub;
  const holds = ({ low, high }: { low: number; high: number }): number =>
    low <= truth && truth <= high ? 1 / runs : 0;
  const sum = { byPicture: 0, naive: 0, square: 0, designEffect: 0 };
  for (let seed = 0; seed < runs; seed++) {
    const rate = pairRate(drawn(nodes, hubs, base, hub, seed), nodes, seededRng(seed), 200);
    sum.byPicture += holds({ low: rate.nodeLow, high: rate.nodeHigh });
    sum.naive += holds(rate);
    sum.square += (rate.estimate! - truth) ** 2 / runs;
    sum.designEffect += (rate.designEffect ?? 1) / runs;
  }
  const independent = (truth * (1 - truth)) / ((nodes * (nodes - 1)) / 2);
  return { ...sum, spread: Math.sqrt(sum.square / independent) };
}

describe('pairRate', () => {
  test('1 % hubs: the true spread is 1.67 binomial ones, seen by picture and missed by pair', () => {
    const { byPicture, naive, spread, designEffect } = simulate(300, 0.01, 0.002, 0.03, 250);
    expect(spread).toBeGreaterThan(1.5);
    expect(spread).toBeLessThan(1.85);
    expect(Math.abs(Math.sqrt(designEffect) / spread - 1)).toBeLessThan(0.12);
    expect(byPicture).toBeGreaterThan(0.91);
    expect(naive).toBeLessThan(0.85);
  });

  test('no hubs: no wider than it need be', () => {
    const { byPicture, naive, designEffect } = simulate(200, 0, 0.004, 0, 200);
    expect(byPicture).toBeGreaterThan(0.93);
    expect(naive).toBeGreaterThan(0.93);
    expect(designEffect).toBeLessThan(1.25);
  });

  test('counts, and the exact interval for independent pairs', () => {
    const positives = drawn(100, 0.1, 0.01, 0.2, 1);
    const rate = pairRate(positives, 100, seededRng(1));
    expect(rate).toMatchObject({ k: positives.length, n: 4950, nodes: 100 });
    expect(rate).toMatchObject({ low: proportion(rate.k, 4950).low, high: proportion(rate.k, 4950).high });
    expect(rate.nodeHigh - rate.nodeLow).toBeGreaterThan(rate.high - rate.low);
    expect(pairRate(positives, 100, seededRng(1))).toEqual(rate);
  });

  test('one hub with forty positives is one event: disjoint pairs only', () => {
    const star = Array.from({ length: 40 }, (_, i): NodePair => [0, i + 1]);
    const rate = pairRate(star, 100, seededRng(1));
    expect(rate.designEffect).toBeNull();
    const { low, high } = { low: rate.nodeLow, high: rate.nodeHigh };
    expect(low).toBeLessThan(rate.low);
    expect(high).toBeGreaterThan(0.07);
  });

  test('no positives: the bound on disjoint pairs', () => {
    const rate = pairRate([], 50_000, seededRng(1));
    expect(rate).toMatchObject({ k: 0, nodeLow: 0, nodeHigh: proportion(0, 25_000).high });
  });

  test('a picture paired with itself or unknown is refused', () => {
    expect(() => pairRate([[3, 3]], 10, seededRng(1))).toThrow('two different pictures of 10');
    expect(() => pairRate([[3, 10]], 10, seededRng(1))).toThrow('two different pictures of 10');
  });
});

test('worked example: 50,000 pictures without a match bound the rate by 1.2e-4, not 2.4e-9', () => {
  const { naive, disjoint } = disjointPairsBound(50_000);
  expect(disjoint).toBeCloseTo(1.1982e-4, 8);
  expect(naive / 2.3966e-9).toBeCloseTo(1, 4);
});
