/** FPR(N) against closed forms: exact draws, independent entries, planted resemblance. */
import { describe, expect, test } from 'vitest';
import { falseMatchRate, type PairMatches } from '../../src/metric/false-matches.ts';
import { upperBound } from '../../src/metric/proportion.ts';

/** Pictures in classes of so many that all match each other, and others that match nothing. */
function classes(sizes: readonly number[], pictures: number, designEffect: number | null = 1): PairMatches {
  const degrees = Array.from({ length: Math.max(1, ...sizes) }, () => 0);
  degrees[0] = pictures - sizes.reduce((sum, each) => sum + each, 0);
  for (const size of sizes) degrees[size - 1]! += size;
  return { pictures, degrees, designEffect };
}

describe('measured', () => {
  test('exact: of 5 pictures two match each other; a list of 2 of the 4 others holds the partner in half of the draws', () => {
    const rate = falseMatchRate(classes([2], 5), 2);
    expect(rate.status).toBe('measured');
    expect(rate.estimate).toBeCloseTo((2 / 5) * (2 / 4), 12);
  });

  test('hypergeometric: three partners among 9 others, a list of 4 misses all with C(6,4)/C(9,4)', () => {
    expect(falseMatchRate(classes([4], 10), 4).estimate).toBeCloseTo((4 / 10) * (1 - 15 / 126), 12);
  });

  test('the whole list finds every picture that has a partner', () => {
    expect(falseMatchRate(classes([2, 2, 3], 100), 99).estimate).toBeCloseTo(7 / 100, 12);
  });

  test('binomial: pairs that match independently, thinly', () => {
    // 200 disjoint pairs of 4,001 pictures: q = 200 / C(4001, 2), a list of 1,000 finds 1 − (1 − q)^1000 of the pictures.
    const q = 200 / ((4001 * 4000) / 2);
    const { estimate, low, high } = falseMatchRate(
      classes(
        Array.from({ length: 200 }, () => 2),
        4001,
      ),
      1000,
    );
    expect(estimate! / (1 - (1 - q) ** 1000)).toBeCloseTo(1, 1);
    expect(low).toBeLessThan(estimate!);
    expect(high).toBeGreaterThan(estimate!);
  });
});

describe('audit E5: nothing matched', () => {
  test('there is no median, the lower end is 0 and the upper one that of the queries alone', () => {
    const none: PairMatches = { pictures: 8807, degrees: [8807], designEffect: null };
    const half = falseMatchRate(none, 5000);
    expect(half).toMatchObject({ estimate: null, low: 0, status: 'measured' });
    expect(falseMatchRate(none, 4403).high).toBeCloseTo(upperBound(0, 4404), 8);
    expect(falseMatchRate(none, 71).high).toBeCloseTo(upperBound(0, 8807 - 71), 8);
    expect(falseMatchRate({ list: 71, queries: 234, matched: 0 }, 71)).toMatchObject({
      estimate: null,
      low: 0,
      high: upperBound(0, 234),
    });
  });

  test('beyond, the bound grows as a list of independent entries would let it', () => {
    const [at, beyond] = [71, 710].map((size) => falseMatchRate({ list: 71, queries: 234, matched: 0 }, size));
    expect(beyond!.status).toBe('bounded');
    expect(1 - beyond!.high).toBeCloseTo((1 - at!.high) ** 10, 10);
  });
});

describe('beyond what was counted', () => {
  /** Pictures of K kinds, each with a chance of p: two match where they are of one kind; F(N) = Σ p (1 − (1 − p)^N). */
  const truth = (kinds: readonly number[], size: number): number =>
    kinds.reduce((sum, p) => sum + p * (1 - (1 - p) ** size), 0);
  /** The counts that are expected of n pictures, as whole classes. */
  const planted = (kinds: readonly number[], n: number): PairMatches =>
    classes(
      kinds.map((p) => Math.round(p * n)).filter((size) => size > 1),
      n,
      20,
    );

  test.each([
    ['independent', Array.from({ length: 400 }, () => 5e-4)],
    ['a few hubs', [0.01, 0.004, 0.004, 0.002, 0.001]],
    ['hubs and many small kinds', [0.02, ...Array.from({ length: 300 }, () => 3e-4)]],
  ])('planted resemblance, %s: the truth lies within the bounds, and independence at or above it', (_, kinds) => {
    const counted = planted(kinds, 10_000);
    for (const size of [20_000, 1e5, 1e6]) {
      const { low, high, estimate, status } = falseMatchRate(counted, size);
      expect(status).toBe('bounded');
      expect(estimate).toBeNull();
      expect(low).toBeLessThanOrEqual(truth(kinds, size));
      expect(high).toBeGreaterThanOrEqual(truth(kinds, size));
      const pair = kinds.reduce((sum, p) => sum + p * p, 0);
      expect(1 - (1 - pair) ** size).toBeGreaterThanOrEqual(truth(kinds, size));
    }
  });

  test('the bounds grow with the list and join what was measured', () => {
    const counted = planted([0.01, 0.004, 0.002], 10_000);
    const rates = [9_000, 9_999, 10_000, 1e5, 1e7].map((size) => falseMatchRate(counted, size));
    for (const key of ['low', 'high'] as const)
      for (const [i, rate] of rates.slice(1).entries())
        expect(rate[key]).toBeGreaterThanOrEqual(rates[i]![key] - 1e-12);
    expect(rates[2]!.high / rates[1]!.high).toBeCloseTo(1, 3);
  });
});

describe('audit: extrapolated only with bounds that the tail experiment did not refute', () => {
  // The false-positive-tail experiment with 105,000 miniatures, seed 2019: of 5,000 queries so many match a list of that size.
  const counted: Record<string, readonly (readonly [list: number, matched: number])[]> = {
    'lda-hash =': [
      [100, 15],
      [1000, 141],
      [10_000, 803],
      [100_000, 2295],
    ],
    'dhash <= 10': [
      [100, 50],
      [1000, 240],
      [10_000, 752],
      [99_985, 1584],
    ],
    'pdq <= 31': [
      [100, 0],
      [1000, 0],
      [10_000, 0],
      [99_175, 0],
    ],
  };

  test.each(Object.entries(counted))(
    '%s: every larger list lies within the bounds from every smaller one',
    (_, rows) => {
      for (const [i, [list, matched]] of rows.entries())
        for (const [size, found] of rows.slice(i + 1)) {
          const { low, high } = falseMatchRate({ list, queries: 5000, matched }, size);
          expect(low).toBeLessThanOrEqual(found / 5000);
          expect(high).toBeGreaterThanOrEqual(found / 5000);
        }
    },
  );
});
