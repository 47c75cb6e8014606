/** T1, the part about the hash table: nothing is lost in relocation, and a placement is found whenever there is one. */
import { describe, expect, test } from 'vitest';
import { defaultLoad, placeEntries, slotsFor, slotsOf } from '../../src/crypto/cuckoo-table.ts';
import { seededRng } from '../../src/util/rng.ts';

const rng = seededRng(1, 'cuckoo');
const entriesOf = (count: number): Uint8Array[] => Array.from({ length: count }, () => rng.bytes(16));

/** Whether slots can hold the entries at all: no connected component of slots has more entries than slots. */
function placeable(seed: Uint8Array, slots: number, entries: readonly Uint8Array[]): boolean {
  const parent = Array.from({ length: slots }, (_, i) => i);
  const find = (i: number): number => (parent[i] === i ? i : find(parent[i]!));
  const pairs = entries.map((entry) => slotsOf(seed, slots, entry));
  for (const [a, b] of pairs) parent[find(a)] = find(b);
  const spare = new Int32Array(slots);
  for (let i = 0; i < slots; i++) spare[find(i)]!++;
  for (const [a] of pairs) spare[find(a)]!--;
  return spare.every((each) => each >= 0);
}

test('T1: a thousand seeds at loads from .2 to .48: every entry lies in one of its two slots, and no other', () => {
  let retried = 0;
  for (let run = 0; run < 1000; run++) {
    const load = 0.2 + (0.28 * run) / 999;
    const entries = entriesOf(1 + rng.int(60));
    const first = rng.bytes(32);
    const table = placeEntries(entries, first, { load });
    expect(table.slots).toBe(slotsFor(entries.length, load));
    const where = new Map<number, number>();
    for (const [slot, entry] of table.entryAt.entries()) if (entry >= 0) where.set(entry, slot);
    expect(where.size).toBe(entries.length);
    expect(entries.every((entry, i) => slotsOf(table.seed, table.slots, entry).includes(where.get(i)!))).toBe(true);
    // The first seed is left only when it has no placement.
    expect(table.attempts === 1, `run ${run}`).toBe(placeable(first, table.slots, entries));
    if (table.attempts > 1) retried++;
  }
  // Both ways out were tried.
  expect(retried).toBeGreaterThan(5);
  expect(retried).toBeLessThan(900);
});

test('20,000 entries at the default load', () => {
  const entries = entriesOf(20_000);
  const table = placeEntries(entries, rng.bytes(32));
  expect(table.entryAt.filter((each) => each >= 0)).toHaveLength(20_000);
  expect(20_000 / table.slots).toBeCloseTo(defaultLoad, 3);
});

test('equal entries lie once; none at all leaves an empty table', () => {
  const [a, b] = entriesOf(2) as [Uint8Array, Uint8Array];
  const table = placeEntries([a, b, a.slice(), a], rng.bytes(32));
  expect(table.duplicates).toBe(2);
  expect([...table.entryAt].filter((each) => each >= 0).sort()).toEqual([0, 1]);
  expect(placeEntries([], rng.bytes(32))).toMatchObject({ slots: 2, duplicates: 0 });
});

test('the same arguments give the same table, another seed another', () => {
  const entries = entriesOf(100);
  const [seed, other] = [rng.bytes(32), rng.bytes(32)];
  expect(placeEntries(entries, seed)).toEqual(placeEntries(entries, seed));
  expect(placeEntries(entries, seed).entryAt).not.toEqual(placeEntries(entries, other).entryAt);
});

test('pitfall 9: an entry with one slot for both choices is placed', () => {
  const seed = rng.bytes(32);
  const entries = entriesOf(400);
  const single = entries.filter((entry) => {
    const [a, b] = slotsOf(seed, slotsFor(4, 0.45), entry);
    return a === b;
  });
  const crowd = [...entries.filter((entry) => !single.includes(entry)).slice(0, 3), single[0]!];
  expect(single.length).toBeGreaterThan(10);
  const table = placeEntries(crowd, seed);
  expect([...table.entryAt].filter((each) => each >= 0)).toHaveLength(4);
});

test('both slots are spread evenly: chi-square over 16 slots', () => {
  const counts = [new Float64Array(16), new Float64Array(16)] as const;
  const seed = rng.bytes(32);
  for (const entry of entriesOf(16_000))
    slotsOf(seed, 16, entry).forEach((slot, j) => {
      counts[j]![slot]!++;
    });
  // 99.9 % point of chi-square with 15 degrees of freedom.
  for (const each of counts)
    expect(each.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(37.7);
});

describe('refused', () => {
  test.each([0, 0.5, 1, -1, Number.NaN])('a load of %d', (load) =>
    expect(() => placeEntries([], rng.bytes(32), { load })).toThrow(RangeError),
  );

  test('a table for which no seed is found says so', () => {
    // At this load the first seed does not do; one attempt is all that is allowed.
    for (;;) {
      const [entries, seed] = [entriesOf(200), rng.bytes(32)];
      if (placeable(seed, slotsFor(200, 0.499), entries)) continue;
      expect(() => placeEntries(entries, seed, { load: 0.499, limit: 1 })).toThrow('No placement of 200 entries');
      break;
    }
  });
});
