/** False positives at list sizes nobody measured: against closed forms, with entries that are independent and with some that are not. */
import { describe, expect, test } from 'vitest';
import { degreeRate } from '../../src/metric/degree-rate.ts';
import { asIfIndependent, boundsAt, fprAtSize, type ListEvidence, reachedAt } from '../../src/metric/list-bounds.ts';
import { UserError } from '../../src/util/errors.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';

/** Keys of known probabilities; the rest never agrees. An entry matches when it has the query's key. */
const common = [0.02, 0.01, 0.01, ...Array<number>(300).fill(1e-3)];
/** Exactly, over queries and lists: a query of key i is matched by N entries with 1 − (1 − pᵢ)^N. */
const exact = (size: number): number => common.reduce((sum, p) => sum + p * (1 - (1 - p) ** size), 0);
const pairs = common.reduce((sum, p) => sum + p * p, 0);

/** Sums of the probabilities up to each key. */
const upTo = common.map((_, i) => common.slice(0, i + 1).reduce((sum, p) => sum + p, 0));

/** What `n` pictures measure: half of them asked, half listed. */
function evidence(n: number, rng: Rng): ListEvidence {
  const keys = Array.from({ length: n }, (_, i) => {
    const at = rng.next();
    const key = upTo.findIndex((sum) => at < sum);
    return key >= 0 ? key : 1000 + i;
  });
  const half = n / 2;
  const measured = [20, half].map((size) => {
    const list = new Set(keys.slice(half, half + size));
    return { size, queries: half, matched: keys.slice(0, half).filter((key) => list.has(key)).length };
  });
  const sizes = new Map<number, number>();
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  const rate = degreeRate({
    degrees: keys.map((key) => sizes.get(key)! - 1),
    pairs: (n * (n - 1)) / 2,
    disjoint: [...sizes.values()].reduce((sum, size) => sum + Math.floor(size / 2), 0),
  });
  return { measured, pair: { estimate: rate.k === 0 ? null : rate.estimate, high: rate.nodeHigh } };
}

test('independence promises too many where some keys are common, and the bounds do not rest on it', () => {
  expect(asIfIndependent(pairs, 10_000) / exact(10_000)).toBeGreaterThan(2);
});

test.each([500, 2000, 10_000])('at %i entries each bound holds in nearly all of 1,000 runs', (size) => {
  const truth = exact(size);
  let [low, high] = [0, 0];
  for (let run = 0; run < 1000; run++) {
    const bounds = boundsAt(evidence(300, seededRng(run, 'bounds')), size);
    low += Number(bounds.low <= truth);
    high += Number(bounds.high >= truth);
  }
  expect(low).toBeGreaterThanOrEqual(940);
  expect(high).toBeGreaterThanOrEqual(940);
});

describe('one size', () => {
  const nothing: ListEvidence = {
    measured: [
      { size: 1000, queries: 5000, matched: 0 },
      { size: 5000, queries: 5000, matched: 0 },
    ],
    pair: { estimate: null, high: 7e-4 },
  };

  test('a list of that size was measured: its counts, of 0 the one-sided bound', () => {
    const at = fprAtSize(nothing, 1000);
    expect(at).toMatchObject({ state: 'measured', independent: null, rate: { k: 0, n: 5000, low: 0 } });
    expect(at.state === 'measured' && at.rate.high).toBeCloseTo(1 - 0.05 ** (1 / 5000), 12);
  });

  test('beyond: at most as often as its parts together', () => {
    const at = fprAtSize(nothing, 50_000);
    expect(at.state).toBe('bounded');
    expect(at.state !== 'measured' && at.high).toBeCloseTo(10 * (1 - 0.025 ** (1 / 5000)), 12);
  });

  test('far beyond: not known, and never 0', () => {
    expect(fprAtSize(nothing, 1e8)).toEqual({ size: 1e8, state: 'not known', low: 0, high: 1, independent: null });
  });

  test('a list that nothing was measured of says nothing', () => {
    expect(fprAtSize({ measured: [], pair: { estimate: null, high: 1 } }, 10)).toMatchObject({ state: 'not known' });
  });

  test('the 28 bits that 74 of 87,509,835 pairs of photographs share: 57 % at a million entries, if entries were independent', () => {
    expect(asIfIndependent(74 / 87_509_835, 1e6)).toBeCloseTo(0.571, 3);
    expect(asIfIndependent(74 / 87_509_835, 3.5e6)).toBeCloseTo(0.948, 3);
  });

  test.each([0, 1.5, Number.NaN])('%d entries are refused', (size) => {
    expect(() => fprAtSize(nothing, size)).toThrow(UserError);
  });
});

describe('where a rate is reached', () => {
  const some: ListEvidence = {
    measured: [
      { size: 100, queries: 10_000, matched: 1 },
      { size: 1000, queries: 10_000, matched: 60 },
    ],
    pair: { estimate: 6e-6, high: 9e-6 },
  };

  test('not before the upper bound allows it, at the latest where the lower one demands it', () => {
    const { earliest, independent, latest } = reachedAt(some, 0.003);
    expect(boundsAt(some, earliest!).high).toBeGreaterThanOrEqual(0.003);
    expect(boundsAt(some, earliest! - 1).high).toBeLessThan(0.003);
    expect(independent).toBe(Math.ceil(Math.log(1 - 0.003) / Math.log(1 - 6e-6)));
    expect(latest).toBe(1000);
  });

  test('beyond what was measured nothing says that it must happen', () => {
    expect(reachedAt(some, 0.5).latest).toBeNull();
  });

  test('a pair rate of which nothing is possible is reached by no list', () => {
    const never = { measured: [], pair: { estimate: null, high: 0 } };
    expect(reachedAt(never, 0.1)).toEqual({ earliest: null, independent: null, latest: null });
  });
});
