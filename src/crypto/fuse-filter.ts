/**
 * Binary fuse filter, 3-wise: set membership with about 1.13 fingerprints per entry, a false-positive rate of 2^-bits, and no false
 * negatives. Graf & Lemire, "Binary fuse filters: fast and smaller than xor filters" (JEA 2022). Here it is keyed: without the secret key
 * nobody can query the table or search for false positives.
 */
import { byteKey, concatBytes, readU32, u32, utf8 } from '../util/bytes.ts';
import { sodium } from './sodium.ts';

/** Bits of a fingerprint. */
export type FingerprintBits = 8 | 16 | 32;

/** A filter; a device needs `key` to query it. */
export interface FuseFilter {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly bits: FingerprintBits;
  /** Slots per segment, a power of two. */
  readonly segmentLength: number;
  /** Segments that a first slot can lie in; the table has two more. */
  readonly segments: number;
  /** Index of the hash function with which construction succeeded, from 0. */
  readonly attempt: number;
  readonly fingerprints: Uint8Array | Uint16Array | Uint32Array;
}

/** A parsed filter, or why the bytes are malformed. */
export type ParsedFilter =
  | { readonly ok: true; readonly filter: FuseFilter }
  | { readonly ok: false; readonly reason: string };

const arrays = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array } as const;
const magic = utf8('PSFUSE1\n');
const headerBytes = magic.length + 16;
const attemptLimit = 100;

const wordsPerEntry = 4;

/**
 * Writes four 32-bit words of an entry to `out`: the position of its first slot, the offsets of the other two, and its fingerprint. Keyed
 * BLAKE2b-128.
 */
function putWords(out: Uint32Array, at: number, key: Uint8Array, attempt: number, entry: Uint8Array): void {
  const hash = sodium.crypto_generichash(16, concatBytes(Uint8Array.of(attempt), entry), key);
  for (let i = 0; i < wordsPerEntry; i++) out[at * wordsPerEntry + i] = readU32(hash, 4 * i);
}

/** The three slots of the entry whose words lie at a position, each in the segment after the previous one. */
function slotsOf({ segmentLength, segments }: Shape, words: Uint32Array, at: number): [number, number, number] {
  const from = at * wordsPerEntry;
  const first = Math.floor((words[from]! / 0x1_0000_0000) * segments * segmentLength);
  const mask = segmentLength - 1;
  return [
    first,
    (first + segmentLength) ^ (words[from + 1]! & mask),
    (first + 2 * segmentLength) ^ (words[from + 2]! & mask),
  ];
}

const fingerprintOf = (words: Uint32Array, at: number): number => words[at * wordsPerEntry + 3]!;

type Shape = Pick<FuseFilter, 'segmentLength' | 'segments'>;

/** Dimensions for a number of entries, as in the authors' reference implementation (github.com/FastFilter/xor_singleheader). */
function shapeFor(size: number): Shape {
  const segmentLength = size === 0 ? 4 : Math.min(262_144, 2 ** Math.floor(Math.log(size) / Math.log(3.33) + 2.25));
  const factor = size <= 1 ? 0 : Math.max(1.125, 0.875 + (0.25 * Math.log(1_000_000)) / Math.log(size));
  const needed = Math.ceil(Math.round(size * factor) / segmentLength) - 2;
  return { segmentLength, segments: Math.max(1, needed) };
}

/** Builds a filter of distinct entries (equal ones count once) under a secret key of 32 bytes; deterministic. */
export function buildFilter(entries: readonly Uint8Array[], bits: FingerprintBits, key: Uint8Array): FuseFilter {
  if (key.length !== 32) throw new RangeError(`Expected a filter key of 32 bytes but received ${key.length}`);
  const distinct = [...new Map(entries.map((entry) => [byteKey(entry), entry])).values()];
  const shape = shapeFor(distinct.length);
  for (let attempt = 0; attempt < attemptLimit; attempt++) {
    const words = new Uint32Array(wordsPerEntry * distinct.length);
    for (const [i, entry] of distinct.entries()) putWords(words, i, key, attempt, entry);
    const order = peel(words, shape);
    if (order) return { key, bits, ...shape, attempt, fingerprints: fill(words, order, shape, bits, key) };
  }
  throw new Error(`No filter of ${distinct.length} entries under ${attemptLimit} hash functions`);
}

/** An entry and the slot that it alone determines. */
type Peeled = readonly { readonly entry: number; readonly slot: number }[];

/** Repeatedly removes an entry that has a slot of its own. Undefined if some entries remain. */
function peel(words: Uint32Array, shape: Shape): Peeled | undefined {
  const length = (shape.segments + 2) * shape.segmentLength;
  const degree = new Int32Array(length);
  // XOR of the entries of a slot: when one entry is left, this is its index.
  const entries = new Int32Array(length);
  const toggle = (entry: number, by: 1 | -1): void => {
    for (const slot of slotsOf(shape, words, entry)) {
      degree[slot]! += by;
      entries[slot]! ^= entry;
    }
  };
  const count = words.length / wordsPerEntry;
  for (let entry = 0; entry < count; entry++) toggle(entry, 1);
  const alone: number[] = [];
  for (let slot = 0; slot < length; slot++) if (degree[slot] === 1) alone.push(slot);
  const out: { entry: number; slot: number }[] = [];
  for (let slot = alone.pop(); slot !== undefined; slot = alone.pop()) {
    if (degree[slot] !== 1) continue;
    const entry = entries[slot]!;
    out.push({ entry, slot });
    toggle(entry, -1);
    for (const each of slotsOf(shape, words, entry)) if (degree[each] === 1) alone.push(each);
  }
  return out.length === count ? out : undefined;
}

function fill(
  words: Uint32Array,
  order: Peeled,
  shape: Shape,
  bits: FingerprintBits,
  key: Uint8Array,
): FuseFilter['fingerprints'] {
  const length = (shape.segments + 2) * shape.segmentLength;
  // Free slots hold pseudorandom bytes: zeros would reveal the number of entries.
  const out = new arrays[bits](length);
  const stream = sodium.crypto_stream_xchacha20_xor(new Uint8Array((length * bits) / 8), new Uint8Array(24), key);
  for (let i = 0; i < length; i++) out[i] = readFingerprint(stream, i, bits);
  for (const { entry, slot } of order.toReversed()) {
    const [a, b, c] = slotsOf(shape, words, entry);
    // The slot itself is among the three, so it cancels.
    out[slot] = fingerprintOf(words, entry) ^ out[a]! ^ out[b]! ^ out[c]! ^ out[slot]!;
  }
  return out;
}

const readFingerprint = (bytes: Uint8Array, i: number, bits: FingerprintBits): number => {
  let value = 0;
  for (let j = 0; j < bits / 8; j++) value |= bytes[(i * bits) / 8 + j]! << (8 * j);
  return value;
};

/**
 * The condition for an entry to be in the filter: fingerprints in three different slots, whose XOR has the low `bits` bits of
 * `fingerprint`. Any other construction than `buildFilter` must solve these equations.
 */
export function filterEquation(
  filter: Omit<FuseFilter, 'fingerprints'>,
  entry: Uint8Array,
): { readonly slots: readonly [number, number, number]; readonly fingerprint: number } {
  const words = new Uint32Array(wordsPerEntry);
  putWords(words, 0, filter.key, filter.attempt, entry);
  return { slots: slotsOf(filter, words, 0), fingerprint: fingerprintOf(words, 0) };
}

/**
 * Number of entries that a filter of this size can hold if somebody solves its equations. It is two less than the number of fingerprints:
 * an entry's three slots lie in three consecutive segments. Changing all fingerprints in every segment except each third one changes no
 * sum, and two such changes are independent.
 */
export const filterCapacity = ({ fingerprints }: Pick<FuseFilter, 'fingerprints'>): number => fingerprints.length - 2;

/** Whether an entry is in the set. An entry outside the set tests positive with probability 2^-bits. */
export function filterHas(filter: FuseFilter, entry: Uint8Array): boolean {
  const { slots, fingerprint } = filterEquation(filter, entry);
  const mixed = slots.reduce((sum, slot) => sum ^ filter.fingerprints[slot]!, fingerprint);
  // Only the low bits count: the words are wider than a fingerprint.
  return (filter.bits === 32 ? mixed : mixed & (2 ** filter.bits - 1)) === 0;
}

/** The filter without its key: magic, bits, segment length, segments, attempt, then fingerprints, little-endian. */
export function serializeFilter({ bits, segmentLength, segments, attempt, fingerprints }: FuseFilter): Uint8Array {
  const out = new Uint8Array(headerBytes + (fingerprints.length * bits) / 8);
  out.set(concatBytes(magic, u32(bits), u32(segmentLength), u32(segments), u32(attempt)));
  fingerprints.forEach((value, i) => {
    for (let j = 0; j < bits / 8; j++) out[headerBytes + (i * bits) / 8 + j] = value >>> (8 * j);
  });
  return out;
}

/** Parses a filter from bytes and adds its key; checks every length. */
export function parseFilter(bytes: Uint8Array, key: Uint8Array): ParsedFilter {
  if (key.length !== 32) return { ok: false, reason: `a filter key has 32 bytes, not ${key.length}` };
  if (bytes.length < headerBytes || magic.some((byte, i) => bytes[i] !== byte))
    return { ok: false, reason: 'the bytes do not begin as a filter does' };
  const [width, segmentLength, segments, attempt] = [0, 4, 8, 12].map((at) => readU32(bytes, magic.length + at)) as [
    number,
    number,
    number,
    number,
  ];
  if (width !== 8 && width !== 16 && width !== 32)
    return { ok: false, reason: `a fingerprint has 8, 16 or 32 bits, not ${width}` };
  if (segmentLength < 4 || segmentLength > 262_144 || (segmentLength & (segmentLength - 1)) !== 0)
    return { ok: false, reason: `a segment length is a power of two from 4 to 262144, not ${segmentLength}` };
  if (segments < 1 || attempt >= attemptLimit) return { ok: false, reason: 'the header of the filter is out of range' };
  const length = (segments + 2) * segmentLength;
  if (bytes.length !== headerBytes + (length * width) / 8)
    return { ok: false, reason: `${bytes.length} bytes are no filter of ${length} fingerprints` };
  const fingerprints = new arrays[width](length);
  const body = bytes.subarray(headerBytes);
  for (let i = 0; i < length; i++) fingerprints[i] = readFingerprint(body, i, width);
  return { ok: true, filter: { key, bits: width, segmentLength, segments, attempt, fingerprints } };
}
