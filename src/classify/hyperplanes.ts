/**
 * Locality-sensitive hashing of embeddings: bit i is the side of hyperplane i on which the embedding lies. For random hyperplanes, the
 * fraction of differing bits estimates the angle between two embeddings, in half turns.
 * Charikar, "Similarity estimation techniques from rounding algorithms" (STOC 2002), https://doi.org/10.1145/509907.509965.
 */
import { normalVariate } from '../util/normal.ts';
import { type Rng, seededRng } from '../util/rng.ts';

/** Normals of hyperplanes through the origin, row by row. */
export interface Hyperplanes {
  /** Number of hyperplanes; each gives a bit. */
  readonly bits: number;
  /** Floats in an embedding. */
  readonly length: number;
  /** bits × length floats. */
  readonly normals: Float32Array;
}

/** Hyperplanes in uniformly random directions: the coordinates of their normals are independent Gaussians. */
export function randomHyperplanes(bits: number, length: number, rng: Rng): Hyperplanes {
  return { bits, length, normals: Float32Array.from({ length: bits * length }, () => normalVariate(rng)) };
}

/** The hyperplanes of a detector file: those of a seed. */
export const seededHyperplanes = (bits: number, length: number, seed: number): Hyperplanes =>
  randomHyperplanes(bits, length, seededRng(seed, 'hyperplanes'));

/**
 * The bits of an embedding, most significant first: 1 where (hyperplane · embedding) >= 0. Summed in double precision, so a bit differs
 * from a 32-bit product only if the embedding lies on the hyperplane up to rounding. Expects `length` floats.
 */
export function sidesOf({ bits, length, normals }: Hyperplanes, embedding: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(Math.ceil(bits / 8));
  for (let row = 0, at = 0; row < bits; row++) {
    let sum = 0;
    for (let i = 0; i < length; i++, at++) sum += normals[at]! * embedding[i]!;
    if (sum >= 0) out[row >> 3]! |= 0x80 >> (row & 7);
  }
  return out;
}
