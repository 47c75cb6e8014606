/**
 * Hamming distance: the number of differing bits of two equally long hashes. R. W. Hamming, "Error detecting and error correcting codes"
 * (1950).
 */
import { UserError } from '../util/errors.ts';

/** Number of set bits of every byte. */
const ones = new Uint8Array(256);
for (let byte = 1; byte < 256; byte++) ones[byte] = ones[byte >> 1]! + (byte & 1);

/** Hamming distance in bits. Throws a UserError if the lengths differ: hashes of different kinds cannot be compared. */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length)
    throw new UserError(`Cannot compare a hash of ${8 * a.length} bits with one of ${8 * b.length} bits`);
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += ones[a[i]! ^ b[i]!]!;
  return distance;
}

/** The same, under the field name of observations and matches. */
export const distanceBits = hammingDistance;
