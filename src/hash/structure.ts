/**
 * The quality of hashes that define none: 0 for a hash without structure, which is shared by many pictures, otherwise 100. Their authors
 * give every picture a hash. A flat picture, a split one or a stripe then has the hash of every other such picture, at distance 0. Such a
 * match means nothing, so the picture is refused, as PDQ's authors refuse pictures of low quality. The bits stay those of the reference.
 *
 * Number of refused ones among the 854 photographs under `photos` of the development set: phash, phash-16, dhash, dhash-16, dhash-vertical,
 * ahash-16, lda-hash and blockhash 0, ahash and colorhash 1, whash-haar and whash-db4 2, phash-simple 12 (it uses only the top quarter of a
 * picture, often sky or a wall).
 */

import type { Raster } from '../image/raster.ts';
import { isStructureless } from '../image/structure.ts';

/** Minimum quality for a hash that defines none. */
export const leastStructure = 1;

/** The bits of a hash, most significant first. */
export const bitsOf = (hash: Uint8Array): boolean[] =>
  Array.from({ length: 8 * hash.length }, (_, i) => ((hash[i >> 3]! << (i & 7)) & 0x80) > 0);

/** Whether all rows of a square grid of bits are equal, or all columns; a constant grid is both. */
export function repeats(bits: ArrayLike<boolean>): boolean {
  const side = Math.sqrt(bits.length);
  let [rows, columns] = [true, true];
  for (let at = 0; at < bits.length && (rows || columns); at++) {
    rows &&= bits[at] === bits[at % side];
    columns &&= bits[at] === bits[at - (at % side)];
  }
  return rows || columns;
}

/** The quality of a hash: from a grid of bits in the picture's layout, from the hash's thumbnail, or from both. */
export const structureQuality = (of: { readonly bits?: ArrayLike<boolean>; readonly thumbnail?: Raster }): 0 | 100 =>
  (of.bits && repeats(of.bits)) || (of.thumbnail && isStructureless(of.thumbnail)) ? 0 : 100;
