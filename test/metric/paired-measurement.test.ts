/** Sizes and times under two conditions: tests by hand and against published examples, level, power, and what Welch's t cannot know. */
import { describe, expect, test } from 'vitest';
import { type MeasuredPair, pairedMeasurement, welchT } from '../../src/metric/paired-measurement.ts';
import { signedRankTest, signTest } from '../../src/metric/signed-rank.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';

/** Charles Darwin's maize (Fisher, "The Design of Experiments", 1935): crossed less self-fertilised, in eighths of an inch. */
const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe('signed-rank test', () => {
  test('worked example: Darwin’s maize, rank sum 24 of 15', () => {
    expect(signedRankTest(maize)).toBeCloseTo(0.04126, 5);
    expect(signedRankTest(maize.map((each) => -each))).toBe(signedRankTest(maize));
  });

  test('by hand: three of a kind are as likely as one in four, and ties share their ranks', () => {
    expect(signedRankTest([1, 2, 3])).toBeCloseTo(0.25, 12);
    // Ranks 1.5, 1.5, 3: sums of at most 1.5 come in 3 of 8 falls, on either side.
    expect(signedRankTest([1, -1, 3])).toBeCloseTo(0.75, 12);
    expect(signedRankTest([0, 0, 1, 2, 3])).toBeCloseTo(0.25, 12);
    expect(signedRankTest([0, 0])).toBe(1);
  });

  test('the normal approximation takes over where the exact count leaves off', () => {
    const rng = seededRng(1);
    const values = Array.from({ length: 50 }, () => normalVariate(rng) + 0.25);
    const [exact, normal] = [signedRankTest(values), signedRankTest([...values, values[0]! / 1e6])];
    expect(Math.abs(exact / normal - 1)).toBeLessThan(0.15);
  });

  test('the sign test, by hand', () => {
    expect(signTest(13, 2)).toBeCloseTo((2 * (1 + 15 + 105)) / 2 ** 15, 12);
    expect(signTest(3, 3)).toBe(1);
    expect(signTest(0, 0)).toBe(1);
  });
});

test('Welch’s t, by hand', () => {
  // Means 2 and 5, variances 1 and 4, three each.
  expect(welchT([1, 2, 3], [3, 5, 7])).toBeCloseTo(-3 / Math.sqrt(5 / 3), 12);
  expect(welchT([1, 1], [2, 2])).toBeNull();
});

const pairs = (n: number, of: (i: number) => [first: number, second: number]): MeasuredPair[] =>
  Array.from({ length: n }, (_, i) => {
    const [first, second] = of(i);
    return { group: `g${i}`, first, second };
  });

test('a match that costs 2 ms more is found, with its size', () => {
  const rng = seededRng(2);
  const found = pairedMeasurement(
    pairs(200, () => [12 + 3 * normalVariate(rng), 10 + 3 * normalVariate(rng)]),
    seededRng(3),
  );
  expect(found.signedRank).toBeLessThan(1e-4);
  expect(found.signTest).toBeLessThan(1e-3);
  expect(found.median.low).toBeGreaterThan(1);
  expect(found.median.low).toBeLessThan(2);
  expect(found.median.high).toBeGreaterThan(2);
  expect(found.alarm).toBe(true);
});

test('the same size always: no difference, no alarm, no interval', () => {
  const found = pairedMeasurement(
    pairs(40, () => [700, 700]),
    seededRng(4),
  );
  expect(found).toMatchObject({ positive: 0, negative: 0, signTest: 1, signedRank: 1, welch: null, alarm: false });
  expect(found.median).toMatchObject({ estimate: 0, low: 0, high: 0 });
});

test('times that drift together: pairs hold their level, where Welch’s t of blocks run one after the other cries wolf', () => {
  let [paired, blocks] = [0, 0];
  for (let run = 0; run < 200; run++) {
    const rng = seededRng(run, 'drift');
    let drift = 0;
    const time = (): number => {
      drift = 0.995 * drift + normalVariate(rng);
      return 50 + drift + 0.3 * normalVariate(rng);
    };
    const interleaved = pairs(150, () => {
      const [a, b] = [time(), time()];
      return rng.int(2) === 0 ? [a, b] : [b, a];
    });
    const found = pairedMeasurement(interleaved, rng, 2);
    if (Math.min(found.signTest, found.signedRank) <= 0.025) paired++;
    const [first, second] = [0, 1].map(() => Array.from({ length: 150 }, time));
    if (Math.abs(welchT(first!, second!)!) > 4.5) blocks++;
  }
  // Binomial(200, 0.05) is at most 22 with probability above 0.999.
  expect(paired).toBeLessThanOrEqual(22);
  expect(blocks).toBeGreaterThan(50);
});

test('copies of a picture are one piece of evidence', () => {
  const base = pairs(6, (i) => [10 + i, 9]);
  const copied = base.flatMap((pair) => Array.from({ length: 50 }, () => pair));
  const [one, many] = [pairedMeasurement(base, seededRng(5)), pairedMeasurement(copied, seededRng(5))];
  expect(many.signTest).toBe(one.signTest);
  expect(many.signedRank).toBe(one.signedRank);
  expect(many).toMatchObject({ n: 300, groups: 6 });
  expect(() =>
    pairedMeasurement(
      pairs(1, () => [1, 2]),
      seededRng(6),
    ),
  ).toThrow(RangeError);
});
