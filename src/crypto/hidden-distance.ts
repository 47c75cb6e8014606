/**
 * Tests whether two parties' hashes lie within a distance; only the holder of the key learns the answer. It encrypts every bit of its entry
 * with lifted ElGamal. The other party computes the encrypted distance, subtracts each distance that counts, and returns the differences,
 * shuffled and blinded by random factors. Each decrypts to 0 or to a uniform non-zero value. ElGamal (CRYPTO 1984), in the additive form of
 * Cramer, Gennaro & Schoenmakers (EUROCRYPT 1997). Both parties must follow the protocol: an entry that does not encrypt bits tests another
 * function of the hash, and forged answers can claim a match.
 *
 * Sums and multiples are computed on decoded points (wasm/ristretto.ts): the bits of the hash choose what is added by masks, and blinding
 * factors and the secret key choose multiples by masks. The list is encrypted by libsodium.
 */
import { byteKey, concatBytes, equalBytes } from '../util/bytes.ts';
import {
  addScalars,
  elementBytes,
  isIdentity,
  multiplyBase,
  multiplyScalars,
  one,
  type Point,
  randomScalar,
  type Scalar,
  subtractScalars,
  zero,
} from './group.ts';
import type { RandomBytes } from './sodium.ts';
import {
  type Addends,
  combinations,
  decodeAll,
  decoded,
  generatorTable,
  isMultiple,
  lastLessTwice,
  type Table,
  tableOf,
} from './wasm/ristretto.ts';

/** Keys of the party that holds the list and learns the outcome. */
export interface DistanceKeys {
  readonly secretKey: Scalar;
  readonly publicKey: Point;
}

/** A lifted ElGamal ciphertext of m: (r·B, r·X + m·B). */
interface Ciphertext {
  readonly c1: Point;
  readonly c2: Point;
}

/** Bytes of one ciphertext. */
export const ciphertextBytes = 2 * elementBytes;

/** Fresh keys. */
export function distanceKeys(random: RandomBytes): DistanceKeys {
  const secretKey = randomScalar(random);
  return { secretKey, publicKey: multiplyBase(secretKey) };
}

/** Bytes of an encrypted entry for a hash of `hashBytes` bytes. */
export const entryBytes = (hashBytes: number): number => (hashBytes * 8 + 1) * ciphertextBytes;

/**
 * Encrypts an entry for the other party: each bit of the hash, most significant first, 64 bytes per bit, and then their sum. With the
 * secret key this needs only multiples of the generator, at less than half the cost of the public key.
 */
export function encryptEntry(hash: Uint8Array, { secretKey }: DistanceKeys, random: RandomBytes): Uint8Array {
  const out = new Uint8Array(entryBytes(hash.length));
  const encryption = (r: Scalar, plain: Scalar): Ciphertext => ({
    c1: multiplyBase(r),
    c2: multiplyBase(addScalars(multiplyScalars(r, secretKey), plain)),
  });
  let [sum, ones] = [zero, zero];
  for (let i = 0; i < hash.length * 8; i++) {
    const r = randomScalar(random);
    const bit = bitOf(hash, i) === 1 ? one : zero;
    write(encryption(r, bit), out, i);
    [sum, ones] = [addScalars(sum, r), addScalars(ones, bit)];
  }
  write(encryption(sum, ones), out, hash.length * 8);
  return out;
}

function write({ c1, c2 }: Ciphertext, out: Uint8Array, index: number): void {
  out.set(c1, index * ciphertextBytes);
  out.set(c2, index * ciphertextBytes + elementBytes);
}

/** Blinded answers, 64 bytes each, or why an entry cannot be answered. */
export type Answered =
  | { readonly ok: true; readonly answers: readonly Uint8Array[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The party that holds a hash. It keeps entries that it has decoded, because the same ones come back with many hashes: decoding one takes as
 * long as answering it.
 */
export class DistanceAnswerer {
  readonly #publicKey: Table;
  readonly #mostKeptBytes: number;
  /** Decoded entries, longest unused first, by the first ciphertext of each. */
  readonly #entries = new Map<string, { readonly entry: Uint8Array; readonly points: Addends }>();
  #keptBytes = 0;

  /** Bytes of entries that are kept: each as received, and decoded. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** `publicKey`: of the party that holds the list. `mostKeptBytes`: room for kept entries. */
  constructor(publicKey: Point, mostKeptBytes = 2 ** 25) {
    this.#publicKey = tableOf(decoded(publicKey));
    this.#mostKeptBytes = mostKeptBytes;
  }

  /**
   * Answers for one encrypted entry: one for each distance in `distances`, in that order. The caller shuffles the answers of all entries.
   * Neither a branch nor an address depends on the hash: timing does not reveal it beyond `distances`. All points of an entry are checked,
   * also those that this hash does not need, so that a refusal says nothing about the hash.
   */
  answer(hash: Uint8Array, entry: Uint8Array, distances: readonly number[], random: RandomBytes): Answered {
    if (entry.length !== entryBytes(hash.length))
      return {
        ok: false,
        reason: `an entry of ${entry.length} bytes where ${entryBytes(hash.length)} are due`,
      };
    const points = this.#decode(entry);
    if (!points) return { ok: false, reason: 'an entry holds what is no point' };
    const bits = Uint8Array.from({ length: hash.length * 8 }, (_, i) => bitOf(hash, i));
    const ones = bits.reduce((sum, bit) => sum + bit, 0);
    // The distance is Σ y + Σ (1 − 2y) over the own bits that are 1. Their number is added below, with the distance that is subtracted.
    const [first, second] = [0, 1].map((half) => tableOf(lastLessTwice(points, half, 2, bits)));
    const factors = distances.map((distance) => {
      const [factor, fresh] = [randomScalar(random), randomScalar(random)];
      return { factor, fresh, plain: multiplyScalars(factor, subtractScalars(small(ones), small(distance))) };
    });
    const generator = generatorTable();
    const c1 = combinations(
      [first!, generator],
      factors.map(({ factor, fresh }) => [factor, fresh]),
    );
    const c2 = combinations(
      [second!, generator, this.#publicKey],
      factors.map(({ factor, plain, fresh }) => [factor, plain, fresh]),
    );
    return { ok: true, answers: c1.map((each, i) => concatBytes(each, c2[i]!)) };
  }

  /** Undefined if an encoding is invalid. */
  #decode(entry: Uint8Array): Addends | undefined {
    const key = byteKey(entry.subarray(0, ciphertextBytes));
    const kept = this.#entries.get(key);
    if (kept) this.#forget(key, kept);
    const points = kept && equalBytes(kept.entry, entry) ? kept.points : decodeAll(entry);
    if (!points || entry.length + points.length > this.#mostKeptBytes) return points;
    this.#entries.set(key, { entry: entry.slice(), points });
    this.#keptBytes += entry.length + points.length;
    for (const [oldest, each] of this.#entries) {
      if (this.#keptBytes <= this.#mostKeptBytes) break;
      this.#forget(oldest, each);
    }
    return points;
  }

  #forget(key: string, { entry, points }: { readonly entry: Uint8Array; readonly points: Addends }): void {
    this.#entries.delete(key);
    this.#keptBytes -= entry.length + points.length;
  }
}

/** Whether an answer decrypts to 0, that is, whether an entry is at a distance that counts; undefined if it is no ciphertext. */
export function opensToZero(answer: Uint8Array, { secretKey }: DistanceKeys): boolean | undefined {
  if (answer.length !== ciphertextBytes) return undefined;
  const [c1, c2] = [answer.subarray(0, elementBytes), answer.subarray(elementBytes)];
  return isIdentity(c1 as Point) || isIdentity(c2 as Point) ? undefined : isMultiple(secretKey, c1, c2);
}

/** Number of answers that decrypt to 0. Malformed answers do not count. */
export const countMatches = (answers: readonly Uint8Array[], keys: DistanceKeys): number =>
  answers.filter((each) => opensToZero(each, keys)).length;

/** The scalar of a whole number below 65,536. */
const small = (value: number): Scalar => zero.with(0, value & 255).with(1, value >> 8) as Scalar;

/** Bit i of a hash, most significant first. */
const bitOf = (hash: Uint8Array, i: number): number => (hash[i >> 3]! >> (7 - (i & 7))) & 1;
