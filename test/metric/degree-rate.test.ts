/** Rates among pairs from the pairs of each picture: against counting, against the bootstrap, and how often the interval holds. */
import { describe, expect, test } from 'vitest';
import { degreeRate } from '../../src/metric/degree-rate.ts';
import { pairRate } from '../../src/metric/node-bootstrap.ts';
import { UserError } from '../../src/util/errors.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';

/** Pictures whose key is drawn from classes of known probabilities: the rate of equal pairs is the sum of their squares. */
function drawKeys(probabilities: readonly number[], n: number, rng: Rng): number[] {
  let sum = 0;
  const upTo = probabilities.map((p) => {
    sum += p;
    return sum;
  });
  return Array.from({ length: n }, () => {
    const at = rng.next();
    const key = upTo.findIndex((end) => at < end);
    // What is left of the probability is spread so thin that no two pictures share a key.
    return key >= 0 ? key : 1e6 + rng.int(2 ** 31);
  });
}

/** Equal pairs of each picture, and pairs that share none. */
function counts(keys: readonly number[]) {
  const sizes = new Map<number, number>();
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  return {
    degrees: keys.map((key) => sizes.get(key)! - 1),
    pairs: (keys.length * (keys.length - 1)) / 2,
    disjoint: [...sizes.values()].reduce((sum, size) => sum + Math.floor(size / 2), 0),
  };
}

/** Half of the accidents come of three common keys, the others of two hundred rare ones. */
const heterogeneous = [0.03, 0.02, 0.02, ...Array<number>(200).fill(0.0025)];
const rateOf = (probabilities: readonly number[]): number => probabilities.reduce((sum, p) => sum + p * p, 0);

test('is k of n, and its variance that of the bootstrap by picture', () => {
  const keys = drawKeys(heterogeneous, 400, seededRng(1, 'keys'));
  const own = degreeRate(counts(keys));
  const positives = keys.flatMap((key, i) =>
    keys.flatMap((other, j) => (j > i && other === key ? [[i, j] as const] : [])),
  );
  const bootstrapped = pairRate(positives, keys.length, seededRng(1, 'bootstrap'), 2000);
  expect([own.k, own.n, own.low, own.high]).toEqual([
    positives.length,
    bootstrapped.n,
    bootstrapped.low,
    bootstrapped.high,
  ]);
  expect(own.designEffect! / bootstrapped.designEffect!).toBeGreaterThan(0.75);
  expect(own.designEffect! / bootstrapped.designEffect!).toBeLessThan(1.33);
});

test('independent pairs have a design effect of about one', () => {
  const keys = drawKeys(Array<number>(2000).fill(1 / 2000), 600, seededRng(2, 'keys'));
  expect(degreeRate(counts(keys)).designEffect!).toBeLessThan(1.5);
});

test.each([
  ['alike', Array<number>(500).fill(1 / 500), 250],
  ['of which some are common', heterogeneous, 400],
])('the interval by picture holds the rate of keys %s in 930 to 980 of 1,000 runs', (_, probabilities, n) => {
  const truth = rateOf(probabilities);
  let holds = 0;
  for (let run = 0; run < 1000; run++) {
    const { nodeLow, nodeHigh } = degreeRate(counts(drawKeys(probabilities, n, seededRng(run, 'coverage'))));
    if (nodeLow <= truth && truth <= nodeHigh) holds++;
  }
  expect(holds).toBeGreaterThanOrEqual(930);
  expect(holds).toBeLessThanOrEqual(980);
});

describe('with little found', () => {
  test('nothing: the bound of the pairs that share no picture', () => {
    const rate = degreeRate({ degrees: new Float64Array(1000), pairs: 499_500, disjoint: 0 });
    expect(rate).toMatchObject({ k: 0, nodeLow: 0, designEffect: null });
    expect(rate.nodeHigh).toBeCloseTo(1 - 0.025 ** (1 / 500), 12);
  });

  test('one hub is one accident, however many pairs it makes', () => {
    const degrees = [30, ...Array<number>(30).fill(1), ...Array<number>(500).fill(0)];
    const rate = degreeRate({ degrees, pairs: (531 * 530) / 2, disjoint: 1 });
    expect(rate.designEffect).toBeNull();
    expect(rate.nodeHigh).toBeGreaterThan(10 * rate.high);
  });

  test('degrees that cannot be are refused', () => {
    expect(() => degreeRate({ degrees: [1, 0, 0], pairs: 3, disjoint: 0 })).toThrow(UserError);
    expect(() => degreeRate({ degrees: [2, 2, 4], pairs: 3, disjoint: 1 })).toThrow('an even sum of at most 6');
  });
});
