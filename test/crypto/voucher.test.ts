/** T1, T5, T7, T9 and the pitfalls that concern vouchers: what opens, how long it is, and what is refused on either side. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identity } from '../../src/crypto/group.ts';
import { pairBytes, tpsiSettings, voucherBytes } from '../../src/crypto/tpsi-format.ts';
import { drawsSynthetic, makeVoucher, voucherAccount } from '../../src/crypto/voucher.ts';
import { testVoucher, voucherLedger } from '../../src/crypto/voucher-opening.ts';
import { byteKey, concatBytes, u32 } from '../../src/util/bytes.ts';
import { hostileVoucher } from './hostile-voucher.ts';
import { randomOf } from './seeded.ts';
import { tpsiWorld } from './tpsi-world.ts';

const settings = tpsiSettings({ threshold: 4, syntheticBudget: 4 });
const world = tpsiWorld('voucher', { entries: 60, settings });
const { listed, account, tester, table, random } = world;
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes[at]! ^ 1);

describe('T1: completeness', () => {
  test('every entry of the list opens, no other hash does, and every synthetic voucher does', () => {
    for (const [i, hash] of listed.entries())
      expect(world.test(`m${i}`, world.voucher(`m${i}`, hash)).state).toBe('opened');
    for (let i = 0; i < 60; i++) {
      const hash = world.stranger();
      expect(world.test(`n${i}`, world.voucher(`n${i}`, hash))).toEqual({ state: 'closed' });
      expect(world.test(`s${i}`, world.voucher(`s${i}`, hash, { synthetic: true })).state).toBe('opened');
      expect(world.test(`t${i}`, world.voucher(`t${i}`, listed[i]!, { synthetic: true })).state).toBe('opened');
    }
  });

  test('pitfall 9: an entry with one slot for both choices opens at both pairs, as one share', () => {
    // With three entries in seven slots such an entry is soon found.
    for (let run = 0; ; run++) {
      const small = tpsiWorld(`single ${run}`, { entries: 3 });
      const hash = small.listed.find((each) => small.slots(each)[0] === small.slots(each)[1]);
      if (!hash) continue;
      const ledger = voucherLedger(small.tester, 'alice');
      expect(ledger.receive('m', small.voucher('m', hash)).state).toBe('opened');
      expect(ledger.shares).toHaveLength(1);
      break;
    }
  });
});

describe('T5: size', () => {
  test('is one for all: matches, others, synthetic ones, payloads of any length that fits', () => {
    const sizes = [0, 1, 30, 60].flatMap((length) =>
      [listed[0]!, world.stranger()].flatMap((hash) =>
        [true, false].map((synthetic) => world.voucher('v', hash, { synthetic, payload: random(length) }).length),
      ),
    );
    expect(new Set(sizes)).toEqual(new Set([voucherBytes(settings)]));
  });

  test('700 bytes with 8 extra elements and a payload of 64, 956 with 16, as the reference prototype', () => {
    expect(voucherBytes(tpsiSettings({ threshold: 12, syntheticBudget: 9 }))).toBe(700);
    expect(voucherBytes(tpsiSettings({ threshold: 32, syntheticBudget: 17 }))).toBe(956);
    expect(voucherBytes(tpsiSettings({ threshold: 30 }))).toBe(444);
  });

  test('a payload that does not fit is refused, not cut', () => {
    const input = { id: 'v', hash: listed[0]!, payload: random(61) };
    expect(makeVoucher(account, input, random)).toEqual({
      ok: false,
      reason: 'a payload has at most 60 bytes, not 61',
    });
  });
});

describe('pitfall 10: the same work whatever the picture', () => {
  test('the same random draws, in the same order', () => {
    const drawsOf = (hash: Uint8Array, synthetic: boolean): number[] => {
      const draws: number[] = [];
      const stream = randomOf('draws');
      makeVoucher(account, { id: 'v', hash, payload: random(5), synthetic }, (length) => {
        draws.push(length);
        return stream(length);
      });
      return draws;
    };
    const draws = [listed[0]!, listed[1]!, world.stranger()].flatMap((hash) => [
      drawsOf(hash, false),
      drawsOf(hash, true),
    ]);
    for (const each of draws) expect(each).toEqual([32, 64, 64, 64, 64, 1, 24, 32]);
  });
});

describe('T7: a malformed voucher is refused with its reason, never a throw', () => {
  const good = world.voucher('m', listed[0]!);
  const rejected = (reason: string) => ({ state: 'rejected', reason });
  const put = (at: number, part: Uint8Array): Uint8Array => {
    const out = good.slice();
    out.set(part, at);
    return out;
  };
  const pair = (i: number): Uint8Array => good.slice(4 + i * pairBytes, 4 + (i + 1) * pairBytes);
  const rest = good.slice(4 + 2 * pairBytes);

  test.each([0, 1])('pitfall 1: point %d is the identity, 0xff, or no square', (i) => {
    for (const bad of [identity, new Uint8Array(32).fill(255), new Uint8Array(32).with(0, 1)])
      expect(world.test('m', put(4 + i * pairBytes, bad))).toEqual(rejected('point'));
  });

  test('short, long, one pair, three pairs, cut share, nothing', () => {
    for (const bad of [
      good.subarray(1),
      good.subarray(0, -1),
      concatBytes(good, new Uint8Array(1)),
      concatBytes(good.subarray(0, 4), pair(0), rest),
      concatBytes(good.subarray(0, 4), pair(0), pair(1), pair(0), rest),
      good.subarray(0, 4 + 2 * pairBytes),
      new Uint8Array(0),
    ])
      expect(world.test('m', bad)).toEqual(rejected('length'));
  });

  test('pairs in the other order open all the same: their order means nothing', () =>
    expect(world.test('m', concatBytes(good.subarray(0, 4), pair(1), pair(0), rest)).state).toBe('opened'));

  test('pitfall 4: a voucher of another epoch, or one relabelled to this one', () => {
    const next = tpsiWorld('next epoch', { epoch: 8, settings });
    const hash = next.listed[0]!;
    expect(world.test('m', next.voucher('m', hash))).toEqual(rejected('epoch'));
    const relabelled = next.voucher('m', hash);
    relabelled.set(u32(7));
    expect(world.test('m', relabelled)).toEqual({ state: 'closed' });
  });

  test('a flipped bit: in the pair that opens it closes, in the other it changes nothing, in the share it is found', () => {
    const opening = world.test('m', flip(good, 4 + 40)).state === 'closed' ? 0 : 1;
    const states = new Set<string>();
    for (let at = 4; at < good.length; at += 3) {
      const tested = world.test('m', flip(good, at));
      const where = Math.floor((at - 4) / pairBytes);
      if (where > 1) expect(tested).toEqual(rejected('share'));
      else {
        // A changed point may be one or none; a changed sealed key is always looked at.
        const point = (at - 4) % pairBytes < 32;
        if (!point || tested.state !== 'rejected')
          expect(tested.state, `byte ${at}`).toBe(where === opening ? 'closed' : 'opened');
      }
      states.add(tested.state);
    }
    expect(states).toEqual(new Set(['closed', 'opened', 'rejected']));
  });

  test('a relay that swaps ids, shares or accounts is found', () => {
    const other = world.voucher('o', listed[1]!);
    expect(world.test('o', good)).toEqual({ state: 'closed' });
    expect(testVoucher(tester, 'bob', 'm', good)).toEqual({ state: 'closed' });
    const grafted = concatBytes(good.subarray(0, 4 + 2 * pairBytes), other.subarray(4 + 2 * pairBytes));
    expect(world.test('m', grafted)).toEqual(rejected('share'));
  });

  test('a replayed id is refused, a voucher that was changed on its way may come again', () => {
    const ledger = voucherLedger(tester, 'alice');
    expect(ledger.receive('m', flip(good, good.length - 1))).toEqual(rejected('share'));
    expect(ledger.receive('m', good).state).toBe('opened');
    expect(ledger.receive('m', good)).toEqual(rejected('replayed'));
    expect(ledger.receive('m', world.voucher('m', world.stranger()))).toEqual(rejected('replayed'));
    expect(ledger.shares).toHaveLength(1);
  });

  test('pitfall 7: a share at 0, of unreduced scalars, or of another length, made by a hostile client', () => {
    for (const content of ['zero place', 'unreduced', 'short'] as const)
      expect(world.test('h', hostileVoucher(world, 'h', content))).toEqual(rejected('share'));
    expect(world.test('h', hostileVoucher(world, 'h', 'honest')).state).toBe('opened');
  });
});

test('T9: random bytes of the right length and epoch are refused or closed', () =>
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: voucherBytes(settings) - 4, maxLength: voucherBytes(settings) - 4 }),
      (bytes) => {
        const tested = world.test('m', concatBytes(u32(7), bytes));
        expect(tested.state).not.toBe('opened');
      },
    ),
    { seed: 1, numRuns: 200 },
  ));

describe('pitfall 3: what counts as one match', () => {
  test.each([
    ['upload', 5],
    ['hash', 1],
  ] as const)('by %s: five uploads of one picture are at %d places', (countBy, places) => {
    const counting = tpsiWorld(`count ${countBy}`, { settings: tpsiSettings({ threshold: 3, countBy }) });
    const ledger = voucherLedger(counting.tester, 'alice');
    for (let i = 0; i < 5; i++) ledger.receive(`m${i}`, counting.voucher(`m${i}`, counting.listed[0]!));
    expect(ledger.shares).toHaveLength(5);
    expect(ledger.distinct()).toBe(places);
    expect(new Set(ledger.shares.map(({ values }) => byteKey(values[0]!))).size).toBe(places);
  });

  test('by hash, the synthetic share of one picture is one too', () => {
    const counting = tpsiWorld('count synthetic', {
      settings: tpsiSettings({ threshold: 4, syntheticBudget: 3, countBy: 'hash' }),
    });
    const hash = counting.stranger();
    const [a, b] = ['a', 'b'].map((id) => counting.share(id, hash, { synthetic: true }));
    expect([a!.x, a!.values]).toEqual([b!.x, b!.values]);
  });
});

describe('synthetic draws', () => {
  const inputs = Array.from({ length: 4000 }, (_, i) => ({ id: `u${i}`, hash: random(16) }));

  test('come at their rate, and are the same when a picture is sent again', () => {
    for (const rate of [0, 0.01, 0.25, 1]) {
      const drawn = inputs.filter((input) => drawsSynthetic(account, input, rate)).length;
      // Within five standard deviations.
      expect(Math.abs(drawn - 4000 * rate)).toBeLessThanOrEqual(5 * Math.sqrt(4000 * rate * (1 - rate)));
    }
    expect(inputs.map((input) => drawsSynthetic(account, input, 0.25))).toEqual(
      inputs.map((input) => drawsSynthetic(account, input, 0.25)),
    );
  });

  test('are others for another account', () => {
    const other = voucherAccount('bob', table, settings, random);
    const differ = inputs.filter((each) => drawsSynthetic(account, each, 0.5) !== drawsSynthetic(other, each, 0.5));
    expect(differ.length).toBeGreaterThan(1500);
  });
});

test('pitfall 4: every account has keys of its own, also of one name', () => {
  const [a, b] = [0, 1].map(() => voucherAccount('alice', table, settings, random));
  expect(a!.payloadKey).not.toEqual(b!.payloadKey);
  expect(a!.polynomials[0]![0]).not.toBe(b!.polynomials[0]![0]);
});
