/**
 * Cuckoo hashing with two choices and one entry per slot: who knows an entry looks into two slots and no more. Pagh & Rodler, "Cuckoo
 * hashing" (J. Algorithms 2004). Up to a load of one half a placement exists with high probability; another seed is tried when not.
 */
import { byteKey } from '../util/bytes.ts';
import { sodium } from './sodium.ts';

/** Load that is filled by default: near the limit of 0.5, since every empty slot costs a dummy. */
export const defaultLoad = 0.45;

/** Entries in their slots. */
export interface CuckooTable {
  /** Key of the two hash functions, 32 bytes; public. */
  readonly seed: Uint8Array;
  readonly slots: number;
  /** For every slot the index of its entry, -1 where it is empty. */
  readonly entryAt: Int32Array;
  /** Seeds tried, 1 when the first did. */
  readonly attempts: number;
  /** Entries omitted because an equal one came before. */
  readonly duplicates: number;
}

/** The two slots of an entry, which may be one: 48 bits of a keyed BLAKE2b each, so that the remainder is even to within 2^-16. */
export function slotsOf(seed: Uint8Array, slots: number, entry: Uint8Array): readonly [number, number] {
  const hash = sodium.crypto_generichash(16, entry, seed);
  const view = new DataView(hash.buffer, hash.byteOffset);
  const at = (offset: number): number => (view.getUint32(offset) * 0x1_0000 + view.getUint16(offset + 4)) % slots;
  return [at(0), at(8)];
}

/** Entries that find no place in their slots. */
export class NoPlacementError extends Error {
  override readonly name = 'NoPlacementError';
}

/** How many slots a number of entries gets at a load; at least two. */
export const slotsFor = (entries: number, load: number): number => Math.max(2, Math.ceil(entries / load));

/**
 * Places entries, in as many slots as a load asks for or in `slots`. The first seed is `seed` itself, later ones are its hashes, so the same
 * arguments give the same table. Throws a RangeError on a load outside (0, 0.5), and a NoPlacementError when `limit` seeds in a row do not
 * do.
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

/** The table under one seed, or undefined when there is none: some set of entries has fewer slots than members. */
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
    // Each entry is put out at most twice where a placement exists, and the walk ends; a longer one runs in a circle.
    let moves = 2 * (placed + 1) + 1;
    for (;;) {
      const evicted = entryAt[slot]!;
      entryAt[slot] = entry;
      if (evicted < 0) break;
      if (moves-- === 0) return undefined;
      // To the other of its slots; an entry with only one goes back and puts out who came.
      slot = choices[2 * evicted]! === slot ? choices[2 * evicted + 1]! : choices[2 * evicted]!;
      entry = evicted;
    }
  }
  return entryAt;
}
