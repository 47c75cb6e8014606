/** Mutual information of samples that come in groups: bias, buckets, tests. Its interval's coverage: test/interval-coverage. */
import { describe, expect, test } from 'vitest';
import { exactLeakage } from '../../src/metric/channel.ts';
import { estimateInformation, type GroupedSample } from '../../src/metric/information-estimate.ts';
import { bucketsFor, countTable, mutualInformation } from '../../src/metric/mutual-information.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';
import { geometric, randomisedResponse, sampler } from './known-channels.ts';

const drawn = (channel: Parameters<typeof sampler>[0], groups: number, copies: number, rng: Rng): GroupedSample[] => {
  const draw = sampler(channel, rng);
  return Array.from({ length: groups }, (_, g) => {
    const { secret, view } = draw();
    return Array.from({ length: copies }, () => ({ group: `g${g}`, secret: `x${secret}`, view: `y${view}` }));
  }).flat();
};
const quick = { resamples: 200, shuffles: 99 };
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('bias', () => {
  test('one sample a picture: plug-in and Miller–Madow as in the table', () => {
    const samples = drawn(randomisedResponse(4, 3), 800, 1, seededRng(1));
    const found = estimateInformation(samples, seededRng(2), quick)!;
    const table = mutualInformation(countTable(samples), seededRng(3), 0);
    expect(found.plugInBits).toBeCloseTo(table.plugInBits, 12);
    expect(found.estimate).toBeCloseTo(table.millerMadowBits, 12);
    expect(found).toMatchObject({
      n: 800,
      groups: 800,
      correction: 'Miller-Madow',
      buckets: null,
      standing: 'asymptotic',
    });
  });

  test('five like copies a picture: Miller’s term sees a fifth of the bias, the jackknife all of it', () => {
    const channel = randomisedResponse(4, 3);
    const exact = exactLeakage(channel).shannonBits;
    const found = Array.from({ length: 60 }, (_, i) => {
      const samples = drawn(channel, 400, 5, seededRng(i, 'copies'));
      const estimate = estimateInformation(samples, seededRng(i), { resamples: 2, shuffles: 0 })!;
      return { estimate, miller: mutualInformation(countTable(samples), seededRng(0), 0).millerMadowBits };
    });
    // Bias by 400 independent samples: 9 / (800 ln 2) = 0.0162 bits; deviation of a mean of 60: 0.0035.
    expect(mean(found.map(({ miller }) => miller)) - exact).toBeGreaterThan(0.008);
    expect(Math.abs(mean(found.map(({ estimate }) => estimate.estimate)) - exact)).toBeLessThan(0.008);
    expect(found[0]!.estimate).toMatchObject({ n: 2000, groups: 400, correction: 'cluster jackknife' });
  });

  test('the jackknife by single steps is the one that leaves out each group', () => {
    const rng = seededRng(4);
    const samples = Array.from({ length: 90 }, (_, g) =>
      Array.from({ length: 1 + rng.int(4) }, () => ({ group: `g${g}`, secret: `${g % 2}`, view: `${rng.int(2)}` })),
    ).flat();
    const bits = (of: readonly GroupedSample[]) => mutualInformation(countTable(of), rng, 0).plugInBits;
    const left = Array.from({ length: 90 }, (_, g) => samples.filter(({ group }) => group !== `g${g}`));
    const expected =
      90 * bits(samples) - left.reduce((sum, rest) => sum + (rest.length / samples.length) * bits(rest), 0);
    const found = estimateInformation(samples, seededRng(5), quick)!;
    expect(found.estimate).toBeCloseTo(Math.max(0, expected), 10);
  });
});

describe('views beyond what the samples bear', () => {
  test('are dealt into buckets, and the estimate is a lower bound', () => {
    const channel = geometric(0.05);
    const found = estimateInformation(drawn(channel, 6000, 1, seededRng(6)), seededRng(7), quick)!;
    expect(found).toMatchObject({ buckets: 30, views: 30, standing: 'lower bound' });
    expect(found.buckets).toBe(bucketsFor(6000, 10));
    expect(found.permutation).toBe(0.01);
    expect(found.estimate).toBeGreaterThan(0.1);
    expect(found.high).toBeLessThan(exactLeakage(channel).shannonBits);
  });

  test('no samples are no estimate', () => {
    expect(estimateInformation([], seededRng(8))).toBeNull();
  });

  test('the rule: 20 pictures for each cell, of at most 4 096; fewer than two buckets are no estimate', () => {
    expect(bucketsFor(1e6, 64)).toBe(64);
    expect(bucketsFor(799, 20)).toBe(1);
    expect(bucketsFor(800, 20)).toBe(2);
    const few = drawn(randomisedResponse(2, 3), 79, 1, seededRng(8));
    expect(estimateInformation(few, seededRng(8))).toBeNull();
    expect(estimateInformation([...few, { group: 'one more', secret: 'x0', view: 'y0' }], seededRng(8))).not.toBeNull();
  });
});

describe('tests of zero leakage', () => {
  test('copies are not counted as evidence: with nothing to leak both reject at their level', () => {
    const found = Array.from({ length: 300 }, (_, i) => {
      const rng = seededRng(i, 'nothing');
      const samples = Array.from({ length: 100 }, (_, g) => {
        const [secret, view] = [`${rng.int(2)}`, `${rng.int(2)}`];
        return Array.from({ length: 6 }, () => ({ group: `g${g}`, secret, view }));
      }).flat();
      return estimateInformation(samples, rng, { resamples: 2, shuffles: 99 })!;
    });
    // Binomial(300, 0.05): 2 to 31 hold it with probability above 0.999.
    for (const name of ['permutation', 'chiSquare'] as const) {
      const rejected = found.filter((each) => each[name] <= 0.05).length;
      expect(rejected, name).toBeGreaterThanOrEqual(2);
      expect(rejected, name).toBeLessThanOrEqual(31);
    }
  });

  test('a leak is found by both', () => {
    const found = estimateInformation(drawn(randomisedResponse(4, 3), 400, 2, seededRng(9)), seededRng(9), quick)!;
    expect(found.permutation).toBe(0.01);
    expect(found.chiSquare).toBeLessThan(1e-4);
    expect(found.low).toBeGreaterThan(0);
  });
});

test('neither the order of the pictures nor their names matter, the seed does', () => {
  const samples = drawn(randomisedResponse(4, 3), 400, 1, seededRng(10));
  const found = estimateInformation(samples, seededRng(11), quick);
  expect(estimateInformation(samples.toReversed(), seededRng(11), quick)).toEqual(found);
  expect(estimateInformation(samples, seededRng(12), quick)!.low).not.toBe(found!.low);
});
