/**
 * Cuckoo hashing with two choices and one entry per slot: looking up an entry takes two slots. Pagh & Rodler, "Cuckoo hashing" (J.
 * Algorithms 2004). Up to a load of one half, a placement exists with high probability; otherwise another seed is tried.
 */
import { byteKey } from '../util/bytes.ts';
import { sodium } from './sodium.ts';

/** Default load: near the limit of 0.5, because every empty slot costs a dummy. */
export const defaultLoad = 0.45;

/** The entries' placement in slots. */
export interface CuckooTable {
  /** Key of the two hash functions, 32 bytes; public. */
  readonly seed: Uint8Array;
  readonly slots: number;
  /** For every slot the index of its entry, or -1 if it is empty. */
  readonly entryAt: Int32Array;
  /** Number of seeds tried. */
  readonly attempts: number;
  /** Number of entries omitted as duplicates of an earlier one. */
  readonly duplicates: number;
}

/** The two slots of an entry; they can coincide. Each takes 48 bits of a keyed BLAKE2b, so the remainder is uniform to within 2^-16. */
export function slotsOf(seed: Uint8Array, slots: number, entry: Uint8Array): readonly [number, number] {
  const hash = sodium.crypto_generichash(16, entry, seed);
  const view = new DataView(hash.buffer, hash.byteOffset);
  const at = (offset: number): number => (view.getUint32(offset) * 0x1_0000 + view.getUint16(offset + 4)) % slots;
  return [at(0), at(8)];
}

/** Thrown if entries cannot be placed. */
export class NoPlacementError extends Error {
  override readonly name = 'NoPlacementError';
}

/** Number of slots for a number of entries at a load; at least two. */
export const slotsFor = (entries: number, load: number): number => Math.max(2, Math.ceil(entries / load));

/**
 * Places entries in `slots` slots, or in as many as the load requires. The first seed is `seed`, later ones are its hashes, so the same
 * arguments give the same table. Throws a RangeError if the load is outside (0, 0.5), and a NoPlacementError if `limit` seeds in a row
 * fail.
 */
export function placeEntries(
  entries: readonly Uint8Array[],
  seed: Uint8Array,
  { load = defaultLoad, limit = 1000, ...wanted }: { load?: number; limit?: number; slots?: number } = {},
): CuckooTable {
  if (!(load > 0 && load < 0.5)) throw new RangeError(`Expected a load above 0 and below 0.5 but received ${load}`);
  const distinct = indexesOfDistinct(entries);
  const slots = wanted.slots ?? slotsFor(distinct.length, load);
  for (let attempts = 1; attempts <= limit; attempts++) {
    const entryAt = tryToPlace(entries, distinct, seed, slots);
    if (entryAt) return { seed, slots, entryAt, attempts, duplicates: entries.length - distinct.length };
    seed = sodium.crypto_generichash(32, seed, null);
  }
  throw new NoPlacementError(`No placement of ${distinct.length} entries in ${slots} slots under ${limit} seeds`);
}

function indexesOfDistinct(entries: readonly Uint8Array[]): number[] {
  const seen = new Set<string>();
  const out: number[] = [];
  for (const [i, entry] of entries.entries()) {
    const key = byteKey(entry);
    if (!seen.has(key)) out.push(i);
    seen.add(key);
  }
  return out;
}

/** The table under one seed; undefined if some set of entries has fewer slots than members. */
function tryToPlace(
  entries: readonly Uint8Array[],
  distinct: readonly number[],
  seed: Uint8Array,
  slots: number,
): Int32Array | undefined {
  const entryAt = new Int32Array(slots).fill(-1);
  const choices = new Int32Array(2 * entries.length);
  for (const [placed, i] of distinct.entries()) {
    choices.set(slotsOf(seed, slots, entries[i]!), 2 * i);
    let [entry, slot] = [i, choices[2 * i]!];
    // If a placement exists, each entry is evicted at most twice. A longer walk is a cycle.
    let moves = 2 * (placed + 1) + 1;
    for (;;) {
      const evicted = entryAt[slot]!;
      entryAt[slot] = entry;
      if (evicted < 0) break;
      if (moves-- === 0) return undefined;
      // Moves to the entry's other slot. An entry with only one slot returns there and evicts the newcomer.
      slot = choices[2 * evicted]! === slot ? choices[2 * evicted + 1]! : choices[2 * evicted]!;
      entry = evicted;
    }
  }
  return entryAt;
}
