/** Channels known by formula, against the exact values of the private-matching reference, section 2.3, and the theorems of 2.1. */
import { describe, expect, test } from 'vitest';
import {
  accusationGain,
  advantage,
  exactLeakage,
  gainLeakage,
  type KnownChannel,
  knownChannel,
  ldpEpsilon,
  maxLift,
  propertyGain,
  triesLeakage,
  uniformChannel,
} from '../../src/metric/channel.ts';
import type { Channel } from '../../src/metric/leakage.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';
import { geometric, normalised, randomisedResponse, symmetric, vouchers } from './known-channels.ts';

/** A random distribution in which some weights are 0. */
const distribution = (n: number, rng: Rng): number[] =>
  normalised(Array.from({ length: n }, (_, i) => (i > 0 && rng.next() < 0.2 ? 0 : rng.next() ** 3 + 1e-6)));

const randomRows = (secrets: number, views: number, rng: Rng): number[][] =>
  Array.from({ length: secrets }, () => distribution(views, rng));

const randomChannel = (rng: Rng): KnownChannel => {
  const secrets = 2 + rng.int(5);
  return knownChannel(distribution(secrets, rng), randomRows(secrets, 1 + rng.int(6), rng));
};

/** The view passed on through a second channel. */
const processed = ({ prior, rows }: KnownChannel, next: Channel): KnownChannel =>
  knownChannel(
    prior,
    rows.map((row) => next[0]!.map((_, z) => row.reduce((sum, each, y) => sum + each * next[y]![z]!, 0))),
  );

/** Two independent messages, each through its own channel. */
const both = (a: KnownChannel, b: KnownChannel): KnownChannel =>
  knownChannel(
    a.prior.flatMap((p) => b.prior.map((q) => p * q)),
    a.rows.flatMap((row) => b.rows.map((other) => row.flatMap((p) => other.map((q) => p * q)))),
  );

describe('worked examples', () => {
  test('binary symmetric channel, 10 % noise', () => {
    const found = exactLeakage(symmetric);
    expect(found.shannonBits).toBeCloseTo(0.531004, 6);
    expect(found.prior).toBe(0.5);
    expect(found.posterior).toBeCloseTo(0.9, 12);
    expect(found.multiplicative).toBeCloseTo(1.8, 12);
    expect(found.minEntropyBits).toBeCloseTo(0.847997, 6);
    expect(found.capacity).toBeCloseTo(1.8, 12);
    expect(found.bayesSecurity).toBeCloseTo(0.2, 12);
    expect(found.ldpEpsilon).toBeCloseTo(Math.log(9), 12);
    expect(found.maxLiftBits).toBeCloseTo(Math.log2(1.8), 12);
    expect(advantage(symmetric)).toBeCloseTo(0.8, 12);
  });

  test('16-ary randomised response, ε = ln 3', () => {
    const found = exactLeakage(randomisedResponse(16, 3));
    expect(found.shannonBits).toBeCloseTo(0.094235, 6);
    expect(found.posterior).toBeCloseTo(1 / 6, 12);
    expect(found.multiplicative).toBeCloseTo(8 / 3, 12);
    expect(found.minEntropyBits).toBeCloseTo(1.415037, 6);
    expect(found.ldpEpsilon).toBeCloseTo(Math.log(3), 12);
  });

  test('truncated geometric noise, ν = 0.05 and 0.02', () => {
    const found = exactLeakage(geometric(0.05));
    expect(1 - found.posterior).toBeCloseTo(0.076843, 6);
    expect(found.shannonBits).toBeCloseTo(2.991802, 6);
    expect(found.multiplicative).toBeCloseTo(9.231569, 6);
    expect(1 - exactLeakage(geometric(0.02)).posterior).toBeCloseTo(0.342, 4);
  });

  test('synthetic vouchers at 1 %, even odds', () => {
    const found = exactLeakage(vouchers(0.5, 0.01));
    expect(found.shannonBits).toBeCloseTo(0.959531, 6);
    expect(found.posterior).toBeCloseTo(0.995, 12);
    expect(found.capacity).toBeCloseTo(1.99, 12);
    expect(advantage(vouchers(0.5, 0.01))).toBeCloseTo(0.99, 12);
  });

  test('synthetic vouchers at 1 %, one match in 10^4: V and β see nothing, max-lift and accusations do', () => {
    const rare = vouchers(1e-4, 0.01);
    const found = exactLeakage(rare);
    expect(found.shannonBits).toBeCloseTo(6.637e-4, 7);
    expect(found.multiplicative).toBe(1);
    expect(found.minEntropyBits).toBe(0);
    expect(found.bayesSecurity).toBe(1);
    expect(found.maxLiftBits).toBeCloseTo(6.63, 3);
    expect(found.ldpEpsilon).toBe(Infinity);
    const accuse = (cost: number) => gainLeakage(rare, accusationGain([true, false], cost));
    expect(accuse(0.005).prior).toBe(0);
    expect(accuse(0.005).posterior).toBeCloseTo(5.0005e-5, 9);
    expect(accuse(0.05)).toEqual({ prior: 0, posterior: 0 });
  });

  test('a deterministic view of a uniform secret: as many times likelier as there are distinct views', () => {
    const views = [0, 1, 0, 2, 2, 2, 0];
    const found = exactLeakage(uniformChannel(views.map((view) => [0, 1, 2].map((y) => (y === view ? 1 : 0)))));
    expect(found.multiplicative).toBeCloseTo(3, 12);
    expect(found.capacity).toBe(3);
  });

  test('a secret already known has nothing to lose, and a view that is always the same gives nothing', () => {
    expect(exactLeakage(knownChannel([1, 0], symmetric.rows))).toMatchObject({ bayesSecurity: 1, multiplicative: 1 });
    const blind = { shannonBits: 0, minEntropyBits: 0, capacity: 1, maxLiftBits: 0, ldpEpsilon: 0, bayesSecurity: 1 };
    expect(exactLeakage(knownChannel([0.5, 0.25, 0.25], [[1], [1], [1]]))).toMatchObject(blind);
  });
});

describe('gains', () => {
  test('k tries agree with the gain function that writes out each pair of guesses', () => {
    const channel = knownChannel(
      [0.4, 0.3, 0.2, 0.1],
      [
        [0.5, 0.3, 0.2],
        [0.1, 0.8, 0.1],
        [0.2, 0, 0.8],
        [0, 0, 1],
      ],
    );
    const pairs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].slice(a + 1).map((b) => [a, b]));
    const written = gainLeakage(
      channel,
      pairs.map((pair) => [0, 1, 2, 3].map((x) => (pair.includes(x) ? 1 : 0))),
    );
    const found = triesLeakage(channel, 2);
    expect(found.prior).toBeCloseTo(written.prior, 14);
    expect(found.posterior).toBeCloseTo(written.posterior, 14);
    // By hand: the two largest of each column of the joint distribution.
    expect(found.posterior).toBeCloseTo(0.2 + 0.04 + 0.24 + 0.12 + 0.16 + 0.1, 14);
    expect(triesLeakage(channel, 1).posterior).toBeCloseTo(exactLeakage(channel).posterior, 14);
    expect(triesLeakage(channel, 9).posterior).toBeCloseTo(1, 12);
  });

  test('a property: the topic is certain where the picture is not', () => {
    const channel = uniformChannel([
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    expect(exactLeakage(channel).posterior).toBe(0.5);
    const topic = (labels: string[]) => gainLeakage(channel, propertyGain(labels));
    expect(topic(['cat', 'cat', 'dog', 'dog'])).toEqual({ prior: 0.5, posterior: 1 });
    expect(topic(['cat', 'dog', 'cat', 'dog'])).toEqual({ prior: 0.5, posterior: 0.5 });
  });
});

describe('theorems, on 200 random channels', () => {
  const channels = Array.from({ length: 200 }, (_, i) => randomChannel(seededRng(i, 'channels')));

  test('the capacity is met by the uniform prior and exceeded by no prior and no gain from 0', () => {
    channels.forEach((channel, i) => {
      const rng = seededRng(i, 'gains');
      const { capacity, multiplicative } = exactLeakage(channel);
      expect(exactLeakage(uniformChannel(channel.rows)).multiplicative).toBeCloseTo(capacity, 12);
      expect(multiplicative).toBeLessThanOrEqual(capacity + 1e-12);
      const gain = Array.from({ length: 3 }, () => channel.prior.map(() => rng.next() + 1e-3));
      const { prior, posterior } = gainLeakage(channel, gain);
      expect(posterior / prior).toBeLessThanOrEqual(capacity + 1e-12);
      expect(posterior).toBeGreaterThanOrEqual(prior - 1e-12);
    });
  });

  test('what is made from a view gives away no more than the view', () => {
    channels.forEach((channel, i) => {
      const before = exactLeakage(channel);
      const next = randomRows(channel.rows[0]!.length, 3, seededRng(i, 'processing'));
      const after = exactLeakage(processed(channel, next));
      for (const name of ['shannonBits', 'posterior', 'multiplicative', 'capacity', 'maxLiftBits'] as const)
        expect(after[name], name).toBeLessThanOrEqual(before[name] + 1e-12);
      if (Number.isFinite(before.ldpEpsilon)) expect(after.ldpEpsilon).toBeLessThanOrEqual(before.ldpEpsilon + 1e-12);
      expect(after.bayesSecurity).toBeGreaterThanOrEqual(before.bayesSecurity - 1e-9);
    });
  });

  test('over independent messages bits add and capacities multiply', () => {
    channels.slice(1).forEach((b, i) => {
      const [first, second, joint] = [channels[i]!, b, both(channels[i]!, b)].map(exactLeakage);
      expect(joint!.shannonBits).toBeCloseTo(first!.shannonBits + second!.shannonBits, 10);
      expect(joint!.capacity).toBeCloseTo(first!.capacity * second!.capacity, 10);
      expect(joint!.minEntropyBits).toBeCloseTo(first!.minEntropyBits + second!.minEntropyBits, 10);
      expect(joint!.maxLiftBits).toBeCloseTo(first!.maxLiftBits + second!.maxLiftBits, 10);
    });
  });

  test('a secret of two values, evenly: V = (1 + advantage) / 2, and β = 1 − advantage', () => {
    channels.forEach((channel) => {
      const pair = uniformChannel(channel.rows.slice(0, 2));
      const { posterior, bayesSecurity } = exactLeakage(pair);
      expect(posterior).toBeCloseTo((1 + advantage(pair)) / 2, 12);
      expect(bayesSecurity).toBeCloseTo(1 - advantage(pair), 12);
    });
  });
});

test('a secret that never occurs lifts nothing, but counts for differential privacy', () => {
  const channel = knownChannel(
    [0.5, 0.5, 0],
    [
      [0.5, 0.5, 0],
      [0.5, 0.5, 0],
      [0.2, 0.8, 0],
    ],
  );
  expect(maxLift(channel)).toBe(0);
  expect(ldpEpsilon(channel)).toBeCloseTo(Math.log(2.5), 12);
});

test('one sentence for each bad input', () => {
  const rows = symmetric.rows;
  const tenthLost = [rows[0]!, [0.1, 0.8]];
  expect(() => knownChannel([0.5, 0.4], rows)).toThrow(/^Expected the prior to sum to 1 within 1e-9 but received/);
  expect(() => knownChannel([0.5, 0.5], tenthLost)).toThrow(/^Expected row 1 to sum to 1 within 1e-9 but received/);
  expect(() => knownChannel([0.5, 0.5 + 2e-9], rows)).toThrow(RangeError);
  expect(() => knownChannel([0.5, 0.5 + 5e-10], rows)).not.toThrow();
  expect(() => knownChannel([1.5, -0.5], rows)).toThrow(
    new RangeError('Expected probabilities from 0 in the prior but received -0.5.'),
  );
  expect(() => knownChannel([0.5, Number.NaN], rows)).toThrow(RangeError);
  expect(() => knownChannel([1], rows)).toThrow('Expected one row for each of 1 secrets but received 2 rows.');
  expect(() => knownChannel([0.5, 0.5], [rows[0]!, [1]])).toThrow(
    'Expected 2 views in row 1, as in row 0, but received 1.',
  );
  expect(() => uniformChannel([])).toThrow(RangeError);
  expect(() => advantage(geometric(0.05))).toThrow('Expected a secret of 2 values but received one of 10.');
  expect(() => gainLeakage(symmetric, [])).toThrow(RangeError);
  expect(() => gainLeakage(symmetric, [[1]])).toThrow('Expected 2 finite gains, one for each secret, for action 0.');
  expect(() => triesLeakage(symmetric, 0)).toThrow(RangeError);
  expect(() => accusationGain([true], -1)).toThrow(RangeError);
});
