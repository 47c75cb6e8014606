/**
 * The quality of hashes that define none: 0 for a hash without structure, which cannot tell its picture from others, else 100. Their authors
 * give a hash to every picture. A flat picture, a split one or a stripe has then the hash of every other one, at a distance of 0: as a match
 * that means nothing, so that it is refused as PDQ's authors refuse a picture of low quality. The bits stay those of the reference.
 *
 * Of the 854 photographs under `photos` of the development set, that many are refused: phash, phash-16, dhash, dhash-16, dhash-vertical,
 * ahash-16, lda-hash and blockhash 0, ahash and colorhash 1, whash-haar and whash-db4 2, phash-simple 12 (it looks at the top quarter of a
 * picture only, often sky or a wall).
 */

import type { Raster } from '../image/raster.ts';
import { isStructureless } from '../image/structure.ts';

/** Least quality at which a hash without a quality of its own is used. */
export const leastStructure = 1;

/** The bits of a hash, the first one highest. */
export const bitsOf = (hash: Uint8Array): boolean[] =>
  Array.from({ length: 8 * hash.length }, (_, i) => ((hash[i >> 3]! << (i & 7)) & 0x80) > 0);

/** Whether a square grid of bits repeats one row or one column throughout; a constant grid does both. */
export function repeats(bits: ArrayLike<boolean>): boolean {
  const side = Math.sqrt(bits.length);
  let [rows, columns] = [true, true];
  for (let at = 0; at < bits.length && (rows || columns); at++) {
    rows &&= bits[at] === bits[at % side];
    columns &&= bits[at] === bits[at - (at % side)];
  }
  return rows || columns;
}

/** The quality of a hash: of a grid of bits that lie as the picture does, of the thumbnail that it was made from, or of both. */
export const structureQuality = (of: { readonly bits?: ArrayLike<boolean>; readonly thumbnail?: Raster }): 0 | 100 =>
  (of.bits && repeats(of.bits)) || (of.thumbnail && isStructureless(of.thumbnail)) ? 0 : 100;
