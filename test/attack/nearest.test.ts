/** The attack finds what is there and nothing else: both ends of the scale, and the way in between. */
import { describe, expect, test } from 'vitest';
import type { Labelled, MessageFeatures } from '../../src/attack/features.ts';
import {
  type AttackResult,
  identityAttack,
  shuffledIdentityAttack,
  shuffledTopicAttack,
  topicAttack,
} from '../../src/attack/nearest.ts';
import { lowerBound, proportion } from '../../src/metric/proportion.ts';
import { normalVariate } from '../../src/metric/random.ts';
import { seededRng } from '../../src/util/rng.ts';

const topics = ['beach', 'cat', 'document', 'food', 'street'];
const sizes = (entries: Record<string, number>): ReadonlyMap<string, number> => new Map(Object.entries(entries));

/** Messages of balanced topics, each of its own picture. */
const messages = (n: number, features: (label: string, i: number) => MessageFeatures, from = 0): Labelled[] =>
  Array.from({ length: n }, (_, i) => {
    const label = topics[i % topics.length]!;
    return { features: features(label, i), label, group: `picture ${from + i}` };
  });

const successes = ({ guesses }: AttackResult): number => guesses.filter((each) => each.success).length;
const rate = (result: AttackResult): number => successes(result) / result.guesses.length;
const contains = (result: AttackResult, value: number): boolean => {
  const { low, high } = proportion(successes(result), result.guesses.length);
  return low <= value && value <= high;
};

describe('topic attack', () => {
  const rng = seededRng(1, 'topic');
  const embedded = (spread: number) => (label: string) => ({
    sizes: sizes({ message: 1024 }),
    embedding: Float32Array.from(
      { length: 32 },
      (_, j) => (j === topics.indexOf(label) ? 4 : 0) + spread * normalVariate(rng),
    ),
  });

  test.each([
    ['sizes', (label: string) => ({ sizes: sizes({ message: 1000 + topics.indexOf(label) }) })],
    [
      'bits',
      (label: string) => ({ sizes: sizes({ message: 9 }), bits: new Uint8Array(8).fill(1 << topics.indexOf(label)) }),
    ],
    ['embedding', embedded(0)],
  ])('a view that spells the topic, by %s: always right', (channel, features) => {
    const result = topicAttack(messages(100, features), messages(70, features, 1000), seededRng(2));
    expect(rate(result)).toBe(1);
    expect(result.chance).toBe(0.2);
    expect(result.channel).toMatch(new RegExp(`^${channel}, k=`));
  });

  test('labels shuffled: at chance', () => {
    const features = embedded(0.5);
    const result = shuffledTopicAttack(messages(300, features), messages(300, features, 1000), seededRng(3));
    expect(contains(result, result.chance)).toBe(true);
  });

  test('random bits: at chance', () => {
    const features = () => ({ sizes: sizes({ message: 1024 }), bits: rng.bytes(32) });
    const result = topicAttack(messages(300, features), messages(300, features, 1000), seededRng(4));
    expect(contains(result, result.chance)).toBe(true);
  });

  test('all views equal: the prior, so exactly at chance, in whatever order messages come', () => {
    const features = () => ({
      sizes: sizes({ message: 1024 }),
      bits: new Uint8Array(32),
      embedding: new Float32Array(8),
    });
    const skewed = (n: number, from: number): Labelled[] =>
      messages(n, features, from).map((each, i) => (i % 2 ? { ...each, label: 'cat' } : each));
    for (const order of [
      (x: Labelled[]) => x,
      (x: Labelled[]) => x.toReversed(),
      (x: Labelled[]) => seededRng(5).shuffle(x),
    ]) {
      const result = topicAttack(order(skewed(200, 0)), order(skewed(100, 1000)), seededRng(5));
      expect(rate(result)).toBe(result.chance);
      expect(result.channel).toBe('prior');
    }
  });

  test('planted clusters: near the best possible', () => {
    // Two unit Gaussians two apart along one axis: the Bayes attacker is right in 84.1 % of cases.
    const features = (label: string): MessageFeatures => ({
      sizes: sizes({ message: Math.expm1(10 + normalVariate(rng) + (label === 'beach' ? 2 : 0)) }),
    });
    const two = (n: number, from: number): Labelled[] =>
      Array.from({ length: n }, (_, i) => {
        const label = i % 2 ? 'beach' : 'cat';
        return { features: features(label), label, group: `${from + i}` };
      });
    const result = topicAttack(two(800, 0), two(800, 1000), seededRng(6));
    expect(rate(result)).toBeGreaterThan(0.77);
    expect(rate(result)).toBeLessThan(0.87);
    expect(result.channel).toBe('sizes, k=7');
  });

  test('randomised response: the shares of equal views are weighed, as the best attacker would', () => {
    const features = (label: string): MessageFeatures => ({
      sizes: sizes({ message: 1000 * (1 + (rng.next() < 0.5 ? topics.indexOf(label) : rng.int(5))) }),
    });
    const result = topicAttack(messages(500, features), messages(1000, features, 1000), seededRng(7));
    expect(contains(result, 0.6)).toBe(true);
  });

  test('copies of one picture do not teach one another', () => {
    // Each picture's own bits, five edits each: a copy in training would look like a perfect channel.
    const copies = (n: number, from: number): Labelled[] =>
      Array.from({ length: n }, (_, i) => ({
        label: topics[i % 5]!,
        group: `${from + i}`,
        bits: rng.bytes(32),
      })).flatMap(({ label, group, bits }) =>
        Array.from({ length: 5 }, () => ({ label, group, features: { sizes: sizes({}), bits } })),
      );
    const result = topicAttack(copies(60, 0), copies(60, 1000), seededRng(8));
    expect(result.channel).toBe('prior');
    expect(rate(result)).toBe(result.chance);
  });

  test('each message is attacked by the best channel that it has', () => {
    const telling = embedded(0.1);
    const features = (label: string, i: number): MessageFeatures =>
      i % 3 === 0
        ? telling(label)
        : i % 3 === 1
          ? { sizes: sizes({ message: 500 + 100 * topics.indexOf(label) }) }
          : { sizes: sizes({}) };
    const result = topicAttack(messages(300, features), messages(150, features, 1000), seededRng(9));
    const of = (remainder: number) => result.guesses.filter((_, i) => i % 3 === remainder);
    expect(of(0).every((each) => each.success && each.channel.startsWith('embedding'))).toBe(true);
    expect(of(1).every((each) => each.success && each.channel.startsWith('sizes'))).toBe(true);
    expect(of(2).every((each) => each.channel === 'prior')).toBe(true);
  });

  test('bits seen in part: what lies behind them does not count', () => {
    const features = (label: string): MessageFeatures => ({
      sizes: sizes({}),
      bits: Uint8Array.of(topics.indexOf(label) << 4, 0, 0, rng.int(256), rng.int(256)),
      bitsLength: 24,
    });
    expect(rate(topicAttack(messages(100, features), messages(50, features, 1000), seededRng(10)))).toBe(1);
    const blind = (label: string): MessageFeatures => ({ ...features(label), bitsLength: 0 });
    expect(topicAttack(messages(100, blind), messages(50, blind, 1000), seededRng(10)).channel).toBe('prior');
  });

  test('nothing to learn from, nothing to guess', () => {
    const features = embedded(0);
    expect(topicAttack([], messages(5, features), seededRng(1))).toMatchObject({ chance: 0.2, channel: 'prior' });
    expect(topicAttack(messages(5, features), [], seededRng(1))).toEqual({ guesses: [], chance: 0, channel: 'prior' });
  });

  test('the same stream gives the same guesses', () => {
    const train = messages(60, embedded(3));
    const held = messages(60, embedded(3), 1000);
    expect(topicAttack(train, held, seededRng(1))).toEqual(topicAttack(train, held, seededRng(1)));
  });
});

describe('identity attack', () => {
  const rng = seededRng(1, 'identity');
  const gallery = (n: number, features: (i: number) => MessageFeatures): Labelled[] =>
    Array.from({ length: n }, (_, i) => ({ features: features(i), label: `picture ${i}`, group: `picture ${i}` }));
  const hashes = Array.from({ length: 200 }, () => rng.bytes(32));
  const noisy = (bytes: Uint8Array, flips: number): Uint8Array => {
    const out = bytes.slice();
    for (let i = 0; i < flips; i++) out[rng.int(32)]! ^= 1 << rng.int(8);
    return out;
  };
  const seen = (flips: number) => (i: number) => ({ sizes: sizes({ message: 1024 }), bits: noisy(hashes[i]!, flips) });

  test('the hash itself, or nearly: always right', () => {
    for (const flips of [0, 20]) {
      const result = identityAttack(
        gallery(200, seen(0)),
        gallery(50, seen(flips)),
        gallery(200, seen(flips)),
        seededRng(2),
      );
      expect(rate(result)).toBe(1);
      expect(result).toMatchObject({ chance: 1 / 200, channel: 'bits, k=1' });
    }
  });

  test('labels shuffled: at chance', () => {
    const test = [...gallery(200, seen(0)), ...gallery(200, seen(5)), ...gallery(200, seen(9))];
    const result = shuffledIdentityAttack(gallery(200, seen(0)), gallery(50, seen(3)), test, seededRng(3));
    expect(contains(result, 1 / 200)).toBe(true);
  });

  test('all views equal: at chance, whichever picture comes first', () => {
    const equal = () => ({ sizes: sizes({ message: 1024 }), bits: new Uint8Array(32) });
    const test = Array.from({ length: 20 }, () => gallery(50, equal)).flat();
    const result = identityAttack(gallery(50, equal), gallery(50, equal), test, seededRng(4));
    expect(contains(result, 1 / 50)).toBe(true);
    // A guesser that favours an index is right about one picture only.
    expect(new Set(test.filter((_, i) => result.guesses[i]!.success).map((each) => each.label)).size).toBeGreaterThan(
      8,
    );
    const first = Array.from({ length: 500 }, () => test[0]!);
    expect(contains(identityAttack(gallery(50, equal), [], first, seededRng(5)), 1 / 50)).toBe(true);
  });

  test('a prefix narrows it down: success is the number of distinct prefixes over the gallery', () => {
    const prefix = (i: number): MessageFeatures => ({
      sizes: sizes({}),
      bits: Uint8Array.of(i % 16, 0),
      bitsLength: 8,
    });
    const test = Array.from({ length: 10 }, () => gallery(160, prefix)).flat();
    const result = identityAttack(gallery(160, prefix), gallery(160, prefix), test, seededRng(6));
    expect(contains(result, 16 / 160)).toBe(true);
    expect(lowerBound(successes(result), test.length)).toBeGreaterThan(result.chance);
  });

  test('the channel is the one that served the probes', () => {
    const both = (i: number): MessageFeatures => ({
      sizes: sizes({ message: 1000 + 50 * i }),
      bits: rng.bytes(32),
    });
    const result = identityAttack(gallery(100, both), gallery(100, both), gallery(100, both), seededRng(7));
    expect(result.channel).toBe('sizes, k=1');
    expect(rate(result)).toBe(1);
  });

  test('nothing seen: a blind guess', () => {
    const nothing = () => ({ sizes: sizes({}) });
    const result = identityAttack(
      gallery(20, seen(0)),
      [],
      Array.from({ length: 30 }, () => gallery(20, nothing)).flat(),
      seededRng(8),
    );
    expect(result.channel).toBe('prior');
    expect(contains(result, 1 / 20)).toBe(true);
    expect(identityAttack([], [], gallery(2, nothing), seededRng(8))).toMatchObject({ chance: 0, channel: 'prior' });
  });
});
