/** Exact channels against closed forms. */
import { describe, expect, test } from 'vitest';
import { clusteredProportion } from '../../src/metric/bootstrap.ts';
import {
  attackOf,
  attackSuccess,
  bayesCapacity,
  type Channel,
  chanceAmong,
  clusteredAttackSuccess,
  commonestShare,
  distinctViews,
  gainVulnerability,
  leastAbove,
  leastClusteredAbove,
  multiplicativeLeakage,
  posteriorVulnerability,
  priorVulnerability,
  randomHashVulnerability,
  shannonLeakage,
} from '../../src/metric/leakage.ts';
import { seededRng } from '../../src/util/rng.ts';

const uniform = (n: number): number[] => Array(n).fill(1 / n);

/** Truncated geometric noise around 100x on 0 … 999. */
const geometric = (nu: number): Channel =>
  Array.from({ length: 10 }, (_, x) => {
    const weights = Array.from({ length: 1000 }, (_, y) => Math.exp(-nu * Math.abs(100 * x - y)));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((each) => each / sum);
  });

/** A voucher opens always on a match, and with the synthetic rate otherwise. Secrets: match, non-match. */
const vouchers = (synthetic: number): Channel => [
  [1, 0],
  [synthetic, 1 - synthetic],
];

describe('exact channels', () => {
  test('worked example: binary symmetric channel, 10 % noise', () => {
    const channel = [
      [0.9, 0.1],
      [0.1, 0.9],
    ];
    expect(shannonLeakage(uniform(2), channel)).toBeCloseTo(0.531004, 6);
    expect(posteriorVulnerability(uniform(2), channel)).toBeCloseTo(0.9, 12);
    expect(multiplicativeLeakage(uniform(2), channel)).toBeCloseTo(1.8, 12);
    expect(Math.log2(bayesCapacity(channel))).toBeCloseTo(0.847997, 6);
  });

  test('worked example: 16-ary randomised response, ε = ln 3', () => {
    const channel = Array.from({ length: 16 }, (_, x) => Array.from({ length: 16 }, (_, y) => (x === y ? 3 : 1) / 18));
    expect(shannonLeakage(uniform(16), channel)).toBeCloseTo(0.094235, 6);
    expect(posteriorVulnerability(uniform(16), channel)).toBeCloseTo(0.166667, 6);
    expect(multiplicativeLeakage(uniform(16), channel)).toBeCloseTo(2.66667, 5);
    expect(Math.log2(multiplicativeLeakage(uniform(16), channel))).toBeCloseTo(1.415037, 6);
  });

  test('worked example: truncated geometric noise, ν = 0.05', () => {
    const channel = geometric(0.05);
    expect(1 - posteriorVulnerability(uniform(10), channel)).toBeCloseTo(0.076843, 6);
    expect(shannonLeakage(uniform(10), channel)).toBeCloseTo(2.991802, 6);
    expect(multiplicativeLeakage(uniform(10), channel)).toBeCloseTo(9.231569, 6);
  });

  test('worked example: synthetic vouchers at 1 %, even odds', () => {
    expect(shannonLeakage(uniform(2), vouchers(0.01))).toBeCloseTo(0.959531, 6);
    expect(posteriorVulnerability(uniform(2), vouchers(0.01))).toBeCloseTo(0.995, 12);
    expect(bayesCapacity(vouchers(0.01))).toBeCloseTo(1.99, 12);
  });

  test('worked example: synthetic vouchers at 1 %, one match in 10^4: one guess gains nothing, an accusation does', () => {
    const prior = [1e-4, 1 - 1e-4];
    const channel = vouchers(0.01);
    const open = 1e-4 + 0.01 * (1 - 1e-4);
    expect(open).toBeCloseTo(0.010099, 6);
    expect(1e-4 / open).toBeCloseTo(0.009902, 6);
    expect(Math.log2(1 / open)).toBeCloseTo(6.63, 3);
    expect(shannonLeakage(prior, channel)).toBeCloseTo(6.637e-4, 7);
    expect(multiplicativeLeakage(prior, channel)).toBeCloseTo(1, 12);
    // Accuse or abstain; a false accusation costs c.
    const gain = (c: number): Channel => [
      [1, -c],
      [0, 0],
    ];
    expect(gainVulnerability(prior, channel, gain(0.005))).toBeCloseTo(5.0005e-5, 9);
    expect(gainVulnerability(prior, channel, gain(0.05))).toBe(0);
    expect(gainVulnerability(prior, [[1], [1]], gain(0.005))).toBe(0);
  });

  test.each([
    [8, 10_000, 0.0256],
    [16, 100_000, 0.512867],
  ])('worked example: a random hash of %d bits over %d pictures', (bits, gallery, expected) =>
    expect(randomHashVulnerability(bits, gallery)).toBeCloseTo(expected, 6),
  );

  test('a deterministic view of a uniform secret leaks the number of distinct views', () => {
    const views = ['a', 'b', 'a', 'c', 'c', 'c'];
    const channel = views.map((view) => ['a', 'b', 'c'].map((each) => (each === view ? 1 : 0)));
    expect(multiplicativeLeakage(uniform(6), channel)).toBeCloseTo(distinctViews(views), 12);
  });

  test('a view made from another leaks no more, and a constant one nothing', () => {
    const prior = [0.5, 0.3, 0.2];
    const fine = [
      [0.7, 0.2, 0.1],
      [0.1, 0.8, 0.1],
      [0.2, 0.2, 0.6],
    ];
    const coarse = fine.map(([a, b, c]) => [a! + b!, c!]);
    for (const measure of [shannonLeakage, posteriorVulnerability, multiplicativeLeakage])
      expect(measure(prior, coarse)).toBeLessThanOrEqual(measure(prior, fine));
    expect(shannonLeakage(prior, [[1], [1], [1]])).toBe(0);
    expect(posteriorVulnerability(prior, [[1], [1], [1]])).toBe(priorVulnerability(prior));
  });
});

/** k right guesses dealt to clusters of those sizes in rounds. */
const spreadOver = (sizes: readonly number[], k: number) => {
  const places = sizes.flatMap((size, cluster) => Array.from({ length: size }, (_, round) => ({ cluster, round })));
  places.sort((a, b) => a.round - b.round || a.cluster - b.cluster);
  return places.map(({ cluster }, i) => ({ cluster: `${cluster}`, success: i < k }));
};

describe('attack success', () => {
  test('worked example: 4.34 % of a thousand classes is 43.4 times chance', () => {
    const result = attackSuccess(2170, 50_000, 1 / 1000);
    expect(result.lift).toBeCloseTo(43.4, 10);
    expect(result.aboveChance).toBe(true);
    expect(result.lowerBound).toBeGreaterThan(0.0419);
    expect(result.lowerBound).toBeLessThan(0.0434);
  });

  test('at chance, and nothing tried', () => {
    expect(attackSuccess(25, 100, 0.25)).toMatchObject({ lift: 1, aboveChance: false });
    expect(attackSuccess(0, 0, 0.25), 'runs A3').toMatchObject({ lift: null, lowerBound: 0, aboveChance: false });
  });

  test('the fewest right guesses that count as above chance', () => {
    const [n, chance, tests] = [109, 1 / 640, 1604];
    const least = leastAbove(n, chance, tests)!;
    expect(attackSuccess(least, n, chance, tests).aboveChance).toBe(true);
    expect(attackSuccess(least - 1, n, chance, tests).aboveChance).toBe(false);
    expect(leastAbove(3, 0.5, 1000)).toBeNull();
    expect(leastAbove(0, 0.1)).toBeNull();
  });

  test('in clusters it takes more of them, but as many as before where each guess is a cluster of its own', () => {
    const [chance, tests] = [1 / 640, 160];
    const rng = () => seededRng(1, 'x');
    expect(leastClusteredAbove(Array(109).fill(1), chance, tests, rng)).toBe(leastAbove(109, chance, tests));
    const sizes = [...Array(30).fill(1), ...Array(20).fill(4)];
    const least = leastClusteredAbove(sizes, chance, tests, rng)!;
    expect(least).toBeGreaterThan(leastAbove(110, chance, tests)!);
    expect(attackOf(spreadOver(sizes, least), chance, tests, rng).aboveChance).toBe(true);
    expect(attackOf(spreadOver(sizes, least - 1), chance, tests, rng).aboveChance).toBe(false);
    expect(leastClusteredAbove([60, 60], 0.1, tests, rng), 'two originals prove nothing').toBeNull();
  });

  test('guesses are judged by cluster only where a cluster has several', () => {
    const rng = () => seededRng(1, 'x');
    const guesses = Array.from({ length: 80 }, (_, i) => ({ cluster: `${i}`, success: i < 40 }));
    expect(attackOf(guesses, 0.25, 1, rng)).toEqual(attackSuccess(40, 80, 0.25, 1));
    const four = guesses.map(({ success }, i) => ({ cluster: `${i % 40 < 20 ? 0 : 2}${success}`, success }));
    expect(attackOf(four, 0.25, 1, rng)).toMatchObject({ aboveChance: false, success: { k: 40, n: 80, clusters: 4 } });
  });

  test('the best guess without the view: the commonest label, or any picture that comes into question', () => {
    expect(commonestShare(['a', 'b', 'a', 'c'])).toBe(0.5);
    expect(commonestShare([])).toBe(0);
    expect(chanceAmong(1 / 640, 640, 570)).toBeCloseTo(1 / 570, 12);
    expect(chanceAmong(1 / 640, 640, 640)).toBe(1 / 640);
    expect(chanceAmong(1 / 640, 640, 0)).toBe(1 / 640);
  });

  test('messages of one original count as one: forty of two originals show nothing', () => {
    const trials = (groups: number, each: number) =>
      Array.from({ length: groups * each }, (_, i) => ({ cluster: `${i % groups}`, success: i % groups < groups / 2 }));
    const rate = (groups: number, each: number) => clusteredProportion(trials(groups, each), seededRng(1, 'x'));
    expect(clusteredAttackSuccess(rate(4, 20), 0.25).aboveChance).toBe(false);
    expect(attackSuccess(40, 80, 0.25).aboveChance).toBe(true);
    expect(clusteredAttackSuccess(rate(80, 1), 0.25).aboveChance).toBe(true);
  });
});
