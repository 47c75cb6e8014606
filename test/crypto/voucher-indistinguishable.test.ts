/**
 * T4: vouchers of matches, of other pictures, and synthetic ones cannot be told apart, tested two-sample (points are not uniform strings), from
 * outside and as the holder of α sees them; and each of five careless makers is found out.
 */
import { describe, expect, test } from 'vitest';
import { pairBytes, tpsiSettings } from '../../src/crypto/tpsi-format.ts';
import { byteKey, concatBytes } from '../../src/util/bytes.ts';
import { tpsiWorld } from './tpsi-world.ts';
import { bitsOf, type TwoSample, twoSample } from './two-sample.ts';
import { type Mutant, mutantMaker } from './voucher-mutants.ts';

const settings = tpsiSettings({ threshold: 6, syntheticBudget: 9 });
const world = tpsiWorld('indistinguishable', { entries: 300, settings });
const count = 300;

type Kind = 'match' | 'other' | 'synthetic';
type Vouchers = Record<Kind, { id: string; bytes: Uint8Array }[]>;
type Maker = (id: string, hash: Uint8Array, synthetic: boolean, payload: Uint8Array) => Uint8Array;
const honest: Maker = (id, hash, synthetic, payload) => world.voucher(id, hash, { synthetic, payload });

/** Vouchers of the three kinds, made in turn; long payloads for matches, short ones for the rest. */
function vouchersOf(make: Maker): Vouchers {
  const out: Vouchers = { match: [], other: [], synthetic: [] };
  for (let i = 0; i < count; i++) {
    const of = (kind: Kind, hash: Uint8Array, length: number): void => {
      const id = `${i} ${kind}`;
      out[kind].push({ id, bytes: make(id, hash, kind === 'synthetic', world.random(length)) });
    };
    of('match', world.listed[i]!, 60);
    of('other', world.stranger(), 5);
    of('synthetic', world.stranger(), 5);
  }
  return out;
}

/** What anyone sees: all bits, the epoch left out. */
const seen = ({ bytes }: { bytes: Uint8Array }): Uint8Array => bitsOf(bytes.subarray(4));

/** What the holder of α sees of a voucher that opens: which of the pairs open by themselves, and all that is inside. */
function opened({ id, bytes }: { id: string; bytes: Uint8Array }): Uint8Array {
  const opens = (pair: number): number => {
    // With the other pair's sealed key spoilt, the voucher opens only if this one does.
    const spoilt = bytes.slice();
    spoilt[4 + (1 - pair) * pairBytes + 40]! ^= 1;
    return world.test(id, spoilt).state === 'closed' ? 0 : 1;
  };
  const tested = world.test(id, bytes);
  if (tested.state !== 'opened') throw new Error(`${id} is ${tested.state}`);
  const { x, values, payload } = tested.share;
  return concatBytes(Uint8Array.of(opens(0), opens(1)), bitsOf(concatBytes(x, ...values, payload)));
}

/** The nonces of opened vouchers, first half of the time against second. */
const nonceBits = (each: { id: string; bytes: Uint8Array }): Uint8Array => {
  const tested = world.test(each.id, each.bytes);
  return tested.state === 'opened' ? bitsOf(tested.share.payload.subarray(0, 24)) : new Uint8Array(0);
};

/** Points of all vouchers; an honest client never sends one twice. */
const repeatedPoints = (all: readonly { bytes: Uint8Array }[]): number => {
  const points = all.flatMap(({ bytes }) => [4, 4 + pairBytes].map((at) => byteKey(bytes.subarray(at, at + 32))));
  return points.length - new Set(points).size;
};

const distinguishable = ({ maxZ, limit, accuracy }: TwoSample): boolean => maxZ > limit || accuracy.low > 0.5;

/** The first thing that gives a maker away, the cheapest to see first. */
function fault(vouchers: Vouchers): string | undefined {
  const { match, other, synthetic } = vouchers;
  const all = [...match, ...other, ...synthetic];
  if (new Set(all.map(({ bytes }) => bytes.length)).size > 1) return 'sizes';
  if (repeatedPoints(all) > 0) return 'repeated points';
  if (other.some(({ id, bytes }) => world.test(id, bytes).state !== 'closed')) return 'others open';
  const nonces = match.map(nonceBits);
  if (distinguishable(twoSample(nonces.slice(0, count / 2), nonces.slice(count / 2), 1))) return 'order';
  if (distinguishable(twoSample(match.map(opened), synthetic.map(opened), 1))) return 'opened';
  const [a, b, c] = [match, other, synthetic].map((each) => each.map(seen)) as [
    Uint8Array[],
    Uint8Array[],
    Uint8Array[],
  ];
  const outside = [twoSample(a, b, 3), twoSample(a, c, 3), twoSample(b, c, 3)];
  return outside.some(distinguishable) ? 'outside' : undefined;
}

const vouchers = vouchersOf(honest);

describe('T4: the three kinds of voucher', () => {
  const held = (name: string, out: TwoSample): void => {
    const { maxZ, limit, chiZ, accuracy } = out;
    console.log(
      `${name}: max|z| ${maxZ.toFixed(2)} (Bonferroni 5 % limit ${limit.toFixed(2)}), chi-square z ${chiZ.toFixed(2)}, ` +
        `classifier ${accuracy.k}/${accuracy.n} [${accuracy.low.toFixed(3)}, ${accuracy.high.toFixed(3)}]`,
    );
    expect(maxZ).toBeLessThan(limit);
    expect(Math.abs(chiZ)).toBeLessThan(4);
    expect(accuracy.low).toBeLessThanOrEqual(0.5);
    expect(accuracy.high).toBeGreaterThanOrEqual(0.5);
  };

  test.each<[Kind, Kind]>([
    ['match', 'other'],
    ['match', 'synthetic'],
    ['other', 'synthetic'],
  ])('from outside: %s against %s', (a, b) =>
    held(`${a} against ${b}`, twoSample(vouchers[a].map(seen), vouchers[b].map(seen), 3)),
  );

  test('opened, with α: match against synthetic', () =>
    held('opened, match against synthetic', twoSample(vouchers.match.map(opened), vouchers.synthetic.map(opened), 1)));
});

describe('T4: mutants', () => {
  test('an honest maker has no fault, nor has the paper’s way of making synthetic vouchers', () => {
    expect(fault(vouchers)).toBeUndefined();
    expect(fault(vouchersOf(mutantMaker(world, 'none')))).toBeUndefined();
  });

  test.each<[Exclude<Mutant, 'none'>, string]>([
    ['unshuffled', 'opened'],
    ['beta', 'others open'],
    ['length', 'sizes'],
    ['gamma', 'repeated points'],
    ['counter', 'order'],
  ])('%s is caught by: %s', (mutant, expected) => {
    expect(fault(vouchersOf(mutantMaker(world, mutant)))).toBe(expected);
  });
});
