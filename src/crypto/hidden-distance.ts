/**
 * Tests whether two parties' hashes lie within a distance; only the holder of the key learns the answer. It encrypts every bit of its entry
 * with lifted ElGamal. The other party computes the encrypted distance, subtracts each distance that counts, and returns the differences,
 * shuffled and blinded by random factors. Each decrypts to 0 or to a uniform non-zero value. ElGamal (CRYPTO 1984), in the additive form of
 * Cramer, Gennaro & Schoenmakers (EUROCRYPT 1997). Both parties must follow the protocol: an entry that does not encrypt bits tests another
 * function of the hash, and forged answers can claim a match.
 */
import {
  add,
  addScalars,
  basePoint,
  elementBytes,
  identity,
  multiply,
  multiplyBase,
  multiplyEncoded,
  multiplyScalars,
  one,
  type Point,
  randomScalar,
  type Scalar,
  subtract,
  zero,
} from './group.ts';
import { toScalar } from './scalar-field.ts';
import { type RandomBytes, sodium } from './sodium.ts';

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
    const bit = bitOf(hash, i) ? one : zero;
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

/** Answers for one encrypted entry: one for each distance in `distances`, in that order. The caller shuffles the answers of all entries. */
export function answerEntry(
  hash: Uint8Array,
  entry: Uint8Array,
  publicKey: Point,
  distances: readonly number[],
  random: RandomBytes,
): Answered {
  if (entry.length !== entryBytes(hash.length))
    return {
      ok: false,
      reason: `an entry of ${entry.length} bytes where ${entryBytes(hash.length)} are due`,
    };
  const sum = encryptedDistance(hash, entry);
  if (!sum) return { ok: false, reason: 'an entry holds what is no point' };
  const answers: Uint8Array[] = [];
  for (const distance of distances) {
    const c2 = distance === 0 ? sum.c2 : subtract(sum.c2, multipleOfBase(distance));
    const [factor, fresh] = [randomScalar(random), randomScalar(random)];
    const answer = new Uint8Array(ciphertextBytes);
    answer.set(add(multiply(factor, sum.c1), multiplyBase(fresh)));
    answer.set(add(multiply(factor, c2), multiply(fresh, publicKey)), elementBytes);
    answers.push(answer);
  }
  return { ok: true, answers };
}

/** Small multiples of the generator, by factor: the same few for every entry. */
const multiplesOfBase: Point[] = [identity];

/** A multiple of the generator by a whole number up to the length of a hash in bits. */
function multipleOfBase(factor: number): Point {
  while (multiplesOfBase.length <= factor) multiplesOfBase.push(add(multiplesOfBase.at(-1)!, basePoint));
  return multiplesOfBase[factor]!;
}

/** Number of answers that decrypt to 0, that is, of entries at a distance that counts. Malformed answers do not count. */
export function countMatches(answers: readonly Uint8Array[], { secretKey }: DistanceKeys): number {
  let matches = 0;
  for (const answer of answers) {
    if (answer.length !== ciphertextBytes) continue;
    // Points have one encoding each, so equal bytes are equal points, and what equals a point is one.
    const due = multiplyEncoded(secretKey, answer.subarray(0, elementBytes));
    if (due.ok && sodium.memcmp(due.point, answer.subarray(elementBytes))) matches++;
  }
  return matches;
}

/**
 * The distance is Σ y + Σ (1 − 2y) over the own bits that are 1: the sum that came with the entry, and half of its ciphertexts on average.
 * Undefined if an encoding is invalid.
 */
function encryptedDistance(hash: Uint8Array, entry: Uint8Array): Ciphertext | undefined {
  const bits = hash.length * 8;
  const part = (index: number, half: number): Point =>
    entry.subarray(index * ciphertextBytes + half, index * ciphertextBytes + half + elementBytes) as Point;
  try {
    let [c1, c2] = [identity, identity];
    let ones = 0;
    for (let i = 0; i < bits; i++)
      if (bitOf(hash, i)) {
        // Addition decodes, and rejects invalid points. A check before it would cost half as much again.
        c1 = add(c1, part(i, 0));
        c2 = add(c2, part(i, elementBytes));
        ones++;
      }
    const weight = toScalar(BigInt(ones));
    return {
      c1: subtract(part(bits, 0), add(c1, c1)),
      c2: add(subtract(part(bits, elementBytes), add(c2, c2)), multiplyBase(weight)),
    };
  } catch (error) {
    // All lengths are valid, so libsodium rejects an invalid point with a plain Error. Other error classes are bugs in the code.
    if (error instanceof TypeError || error instanceof RangeError || error instanceof WebAssembly.RuntimeError)
      throw error;
    return undefined;
  }
}

const bitOf = (hash: Uint8Array, i: number): boolean => (hash[i >> 3]! & (128 >> (i & 7))) !== 0;
