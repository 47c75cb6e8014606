/** Gains of an attacker from its beliefs: by hand, and against the exact gains of known channels. */
import { describe, expect, test } from 'vitest';
import { fitAttackers } from '../../src/metric/attackers.ts';
import { accusationGain, gainLeakage, triesLeakage } from '../../src/metric/channel.ts';
import { type Example, splitByGroup } from '../../src/metric/examples.ts';
import {
  accusationsGain,
  expectedGain,
  type Posteriors,
  propertySuccess,
  triesSuccess,
} from '../../src/metric/posterior-gain.ts';
import { clopperPearsonHigh, clopperPearsonLow } from '../../src/metric/proportion.ts';
import { seededRng } from '../../src/util/rng.ts';
import { randomisedResponse, sampler, vouchers } from './known-channels.ts';

const beliefs: Posteriors = {
  secrets: ['a', 'b', 'c'],
  truth: Int32Array.of(0, 1, 2, 1, -1),
  truths: ['a', 'b', 'c', 'b', 'd'],
  values: Float64Array.of(0.6, 0.3, 0.1, 0.5, 0.4, 0.1, 0.5, 0.4, 0.1, 0.2, 0.4, 0.4, 0.4, 0.3, 0.3),
};

describe('by hand', () => {
  test('tries: in one, two and three guesses; a secret never seen is never guessed', () => {
    expect([1, 2, 3].map((k) => triesSuccess(beliefs, k).success.k)).toEqual([2, 3, 4]);
    // b twice of five; then one of the others.
    expect(triesSuccess(beliefs, 1).chance).toBe(0.4);
    expect(triesSuccess(beliefs, 2).chance).toBeCloseTo(0.6, 12);
    expect(triesSuccess(beliefs, 9).chance).toBeCloseTo(1, 12);
  });

  test('a property: beliefs in secrets that share it add up', () => {
    const kind = (secret: string): string => (secret === 'a' ? 'letter a' : 'other');
    // other: 0.4, 0.5, 0.5, 0.8, 0.6 — equal ones go to the first name.
    const found = propertySuccess(beliefs, kind);
    expect(found.success).toMatchObject({ k: 3, n: 5 });
    expect(found.chance).toBe(0.8);
  });

  test('accusations: of a, where its probability exceeds c / (1 + c)', () => {
    const found = accusationsGain(beliefs, (secret) => secret === 'a', 1);
    // Only the first is believed above one half.
    expect(found).toMatchObject({ n: 5, rightly: 1, falsely: 0, estimate: 0.2, blind: 0 });
    const bolder = accusationsGain(beliefs, (secret) => secret === 'a', 0.5);
    expect(bolder).toMatchObject({ rightly: 1, falsely: 3 });
    expect(bolder.estimate).toBeCloseTo((1 - 1.5) / 5, 12);
    expect(accusationsGain(beliefs, (secret) => secret === 'a', 0).blind).toBe(0.2);
  });

  test('any gain: the identity gain is one guess', () => {
    const identity = beliefs.secrets.map((_, w) => beliefs.secrets.map((_, x) => (x === w ? 1 : 0)));
    const found = expectedGain(beliefs, identity);
    // Of equal beliefs the last action is kept.
    expect(found.estimate).toBe(0.2 * 1);
    expect(found).toMatchObject({ n: 5, blind: 0.4 });
    expect(found.low).toBe(clopperPearsonLow(1, 5, 0.025));
    expect(found.high).toBe(clopperPearsonHigh(1, 5, 0.025));
  });
});

/** What a table makes of samples of a channel: it guesses no better than the prior where the secret is rare, but believes more. */
function attacked(channel: Parameters<typeof sampler>[0], n: number): Posteriors {
  const draw = sampler(channel, seededRng(1, 'gains'));
  const examples = Array.from({ length: n }, (_, i): Example => {
    const { secret, view } = draw();
    return { secret: `x${String(secret).padStart(2, '0')}`, group: `g${i}`, symbol: `y${view}` };
  });
  const attackers = fitAttackers(splitByGroup(examples, seededRng(2)), ['table']);
  return attackers.find(({ learner }) => learner === 'table')!.test();
}

test('tries on 16-ary randomised response: near the exact success, which is not exceeded by the bound', () => {
  const channel = randomisedResponse(16, 3);
  const posteriors = attacked(channel, 20_000);
  for (const k of [1, 4, 8]) {
    const exact = triesLeakage(channel, k).posterior;
    const { success, lowerBound } = triesSuccess(posteriors, k);
    expect(lowerBound).toBeLessThan(exact);
    expect(success.high).toBeGreaterThan(exact);
  }
});

test('rare matches among synthetic vouchers: one guess gains nothing, an accusation does while it is cheap', () => {
  const channel = vouchers(0.05, 0.1);
  const posteriors = attacked(channel, 30_000);
  expect(triesSuccess(posteriors, 1).aboveChance).toBe(false);
  for (const [cost, pays] of [
    [0.2, true],
    [0.4, true],
    [2, false],
  ] as const) {
    const exact = gainLeakage(channel, accusationGain([true, false], cost));
    const found = accusationsGain(posteriors, (secret) => secret === 'x00', cost);
    expect(found.lowerBound > 0, `cost ${cost}`).toBe(pays);
    expect(exact.posterior > exact.prior).toBe(pays);
    expect(found.low).toBeLessThanOrEqual(exact.posterior);
    expect(found.high).toBeGreaterThanOrEqual(exact.posterior);
    expect(found.blind).toBe(0);
  }
});

test('one sentence for each bad input', () => {
  expect(() => triesSuccess(beliefs, 0)).toThrow('Expected a whole number of tries from 1 but received 0.');
  expect(() => expectedGain(beliefs, [[1, 2]])).toThrow('Expected one gain for each of 3 secrets in each action.');
  expect(() => accusationsGain(beliefs, () => true, -1)).toThrow(RangeError);
});
