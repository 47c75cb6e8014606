/** A split escrow key: a quorum opens, fewer do not, and wrong parts are told from right ones. */
import { describe, expect, test } from 'vitest';
import { decodePoint, identity, randomPoint } from '../../src/crypto/group.ts';
import {
  encapsulated,
  openSplitEscrow,
  type Part,
  partOf,
  sealToSplitEscrow,
  splitEscrow,
} from '../../src/crypto/split-escrow.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'split escrow');
const random = (length: number): Uint8Array => rng.bytes(length);
const key = random(32);

describe.each([
  [2, 2],
  [2, 3],
  [3, 3],
  [3, 5],
])('%d of %d', (quorum, count) => {
  const escrow = splitEscrow(quorum, count, random);
  const sealed = sealToSplitEscrow(key, escrow.publicKey, random);
  const decoded = encapsulated(sealed);
  const point = decoded.ok ? decoded.point : identity;
  const parts = escrow.holders.map((holder) => partOf(holder, point, random));
  const subsets = (size: number): Part[][] =>
    Array.from({ length: 2 ** count }, (_, mask) => parts.filter((_, i) => mask & (1 << i))).filter(
      (each) => each.length === size,
    );

  test('every quorum opens to the key, in any order', () => {
    for (const some of subsets(quorum))
      for (const order of [some, some.toReversed()])
        expect(openSplitEscrow(sealed, order, escrow)).toEqual({ ok: true, plaintext: key });
    expect(openSplitEscrow(sealed, parts, escrow)).toEqual({ ok: true, plaintext: key });
  });

  test('one part less does not, nor one part twice', () => {
    for (const some of subsets(quorum - 1)) {
      const reason = `${quorum - 1} of the ${quorum} parts that open are right`;
      expect(openSplitEscrow(sealed, some, escrow)).toEqual({ ok: false, reason });
      expect(openSplitEscrow(sealed, [...some, ...some], escrow)).toEqual({ ok: false, reason });
    }
  });

  test('a wrong part is left out, and those that are right open all the same', () => {
    const [first, ...rest] = parts as [Part, ...Part[]];
    const wrong: Part[] = [
      { ...first, point: randomPoint(random) },
      { ...first, point: new Uint8Array(32) },
      { ...first, point: new Uint8Array(32).fill(255) },
      { ...first, point: first.point.subarray(1) },
      { ...first, proof: new Uint8Array(64) },
      { ...first, proof: first.proof.subarray(1) },
      { ...first, proof: rest[0]!.proof },
      { ...first, x: rest[0]!.x },
      { ...first, x: new Uint8Array(3) as Part['x'] },
    ];
    for (const part of wrong) {
      const result = openSplitEscrow(sealed, [part, ...rest], escrow);
      if (count > quorum) expect(result).toEqual({ ok: true, plaintext: key });
      else expect(result).toMatchObject({ ok: false, reason: expect.stringMatching(/parts that open are right$/) });
    }
  });
});

test('what was sealed to another key, changed, or is none at all opens to nothing, with a reason', () => {
  const [escrow, other] = [splitEscrow(2, 3, random), splitEscrow(2, 3, random)];
  const sealed = sealToSplitEscrow(key, escrow.publicKey, random);
  const partsFor = (bytes: Uint8Array, from = escrow): Part[] => {
    const point = decodePoint(bytes.subarray(0, 32));
    return point.ok ? from.holders.map((holder) => partOf(holder, point.point, random)) : [];
  };
  expect(openSplitEscrow(sealed, partsFor(sealed), escrow).ok).toBe(true);
  const bad = [
    sealToSplitEscrow(key, other.publicKey, random),
    sealed.with(40, sealed[40]! ^ 1),
    sealed.with(sealed.length - 1, sealed.at(-1)! ^ 1),
    sealed.subarray(0, 32),
    sealed.subarray(0, 7),
    new Uint8Array(112),
  ];
  for (const bytes of bad)
    expect(openSplitEscrow(bytes, partsFor(bytes), escrow)).toEqual({
      ok: false,
      reason: 'not sealed to this escrow key',
    });
  expect(openSplitEscrow(sealed, partsFor(sealed, other), escrow)).toMatchObject({ ok: false });
});
