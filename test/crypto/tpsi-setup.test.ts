/** Set-up of threshold PSI: what every slot holds, and that the bytes do not depend on the way they were computed. */
import { ristretto255 } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { decodePoint } from '../../src/crypto/group.ts';
import { tableHeaderBytes, tableRoot, tpsiPoint } from '../../src/crypto/tpsi-format.ts';
import {
  blindSlots,
  blindTable,
  dummyPoint,
  planTable,
  resumeAt,
  streamTable,
  tableBytes,
  tableSecret,
} from '../../src/crypto/tpsi-setup.ts';
import { byteKey, concatBytes } from '../../src/util/bytes.ts';
import { leafHash, merkleRoot } from '../../src/util/merkle.ts';
import { randomOf } from './seeded.ts';

const random = randomOf('setup');
const secret = tableSecret(random);
const entries = Array.from({ length: 100 }, () => random(32));
const plan = planTable(entries, secret, 3);
const whole = blindTable(plan, secret);
const slotAt = (bytes: Uint8Array, slot: number): Uint8Array =>
  bytes.subarray(tableHeaderBytes + 32 * slot, tableHeaderBytes + 32 * slot + 32);

test('an occupied slot holds α times its entry’s point, by @noble/curves, an empty one its dummy', () => {
  const { Point } = ristretto255;
  const alpha = Point.Fn.fromBytes(secret.alpha);
  let occupied = 0;
  for (const [slot, entry] of plan.placed.entryAt.entries()) {
    const expected =
      entry < 0
        ? dummyPoint(secret.dummyKey, slot)
        : Point.fromBytes(tpsiPoint(entries[entry]!)).multiply(alpha).toBytes();
    expect(slotAt(whole, slot)).toEqual(expected);
    if (entry >= 0) occupied++;
  }
  expect(occupied).toBe(100);
  expect(whole.subarray(tableHeaderBytes - 32, tableHeaderBytes)).toEqual(Point.BASE.multiply(alpha).toBytes());
});

test('pitfall 2: every slot, dummies included, is a valid point, and no two are equal', () => {
  const { slots } = plan.placed;
  for (let slot = 0; slot < slots; slot++) expect(decodePoint(slotAt(whole, slot)).ok).toBe(true);
  expect(new Set(Array.from({ length: slots }, (_, slot) => byteKey(slotAt(whole, slot)))).size).toBe(slots);
});

test('32 bytes a slot and a header: at most 33 bytes a slot from 80 slots on', () => {
  expect(whole).toHaveLength(tableBytes(plan));
  expect(tableHeaderBytes).toBe(80);
  expect(whole.length / plan.placed.slots).toBeLessThan(33);
});

describe('computed in pieces', () => {
  test('in any order, on any number of cores', () => {
    const { slots } = plan.placed;
    const cut = 70;
    const [later, earlier] = [blindSlots(plan, secret, cut, slots), blindSlots(plan, secret, 0, cut)];
    expect(concatBytes(plan.header, earlier, later)).toEqual(whole);
  });

  test.each([1, 7, 50, 10_000])('streamed in chunks of %d slots', (chunk) =>
    expect(concatBytes(...streamTable(plan, secret, { chunk }))).toEqual(whole),
  );

  test('resumed after an interruption at any byte, by another process that makes the plan again', () => {
    const again = planTable(entries, secret, 3);
    for (const written of [0, 1, 79, 80, 81, 111, 112, 1000, whole.length - 1, whole.length]) {
      const from = resumeAt(written);
      expect(from).toBeLessThanOrEqual(written);
      expect(written - from).toBeLessThan(tableHeaderBytes);
      expect(concatBytes(whole.subarray(0, from), ...streamTable(again, secret, { from, chunk: 64 }))).toEqual(whole);
    }
    expect(() => [...streamTable(plan, secret, { from: 90 })]).toThrow(RangeError);
  });
});

describe('root', () => {
  test('is the Merkle root over header and slots, whatever pieces the table is read in', () => {
    const leaves = [plan.header, ...Array.from(plan.placed.entryAt, (_, slot) => slotAt(whole, slot))].map((leaf) =>
      leafHash(leaf),
    );
    const expected = merkleRoot(leaves);
    for (const size of [1, 31, 32, 80, 100, 4096, whole.length]) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
        whole.subarray(i * size, (i + 1) * size),
      );
      expect(tableRoot(pieces), `pieces of ${size}`).toEqual(expected);
    }
  });

  test('changes with any byte, cut or addition', () => {
    const roots = [whole, whole.with(9, 9), whole.with(500, 0), whole.subarray(0, -1), concatBytes(whole, random(1))];
    expect(new Set(roots.map((bytes) => byteKey(tableRoot([bytes])))).size).toBe(5);
  });
});

describe('secrets', () => {
  test('the same secrets give the same table, others share no slot with it', () => {
    expect(blindTable(planTable(entries, secret, 3), secret)).toEqual(whole);
    const other = tableSecret(random);
    const slots = new Set(Array.from(plan.placed.entryAt, (_, slot) => byteKey(slotAt(whole, slot))));
    const next = planTable(entries, other, 4);
    const bytes = blindTable(next, other);
    expect(Array.from(next.placed.entryAt, (_, slot) => slots.has(byteKey(slotAt(bytes, slot)))).some(Boolean)).toBe(
      false,
    );
  });
});

test('an entry that is listed twice takes one slot; an empty list is all dummies', () => {
  expect(planTable([...entries, entries[4]!], secret, 3).placed.entryAt).toEqual(plan.placed.entryAt);
  const none = planTable([], secret, 3);
  expect(blindTable(none, secret)).toHaveLength(tableHeaderBytes + 64);
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])('an epoch of %d is refused', (epoch) =>
  expect(() => planTable(entries, secret, epoch)).toThrow(RangeError),
);
