/**
 * pHash: which of the lowest DCT frequencies of a thumbnail are above their median; the thumbnail has four times as many pixels per side.
 * Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010), as described by Krawetz, "Looks Like It" (2011); bit
 * by bit ImageHash 4.3.2's `phash`, https://github.com/JohannesBuchner/imagehash.
 */
import { lowFrequencies } from './dct.ts';
import { aboveMedian } from './median.ts';
import type { PerceptualHash } from './perceptual-hash.ts';
import { leastStructure, structureQuality } from './structure.ts';
import { greyThumbnail, packBits } from './thumbnail.ts';

/** pHash with `side` × `side` lowest frequencies, `side` a power of two: side × side bits. */
function phashOf(side: number, own: Pick<PerceptualHash, 'name' | 'threshold' | 'examples'>): PerceptualHash {
  const edge = 4 * side;
  return {
    ...own,
    bits: side * side,
    minQuality: leastStructure,
    summary: `Which of the ${side} × ${side} lowest DCT frequencies of a ${edge} × ${edge} thumbnail are above their median.`,
    reference: 'Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010)',
    hash: (image) => {
      const thumbnail = greyThumbnail(image, edge, edge);
      // Columns first, then rows: with ties at the median the order matters.
      const hash = packBits(aboveMedian(lowFrequencies(thumbnail.data, edge, side)));
      return { hash, quality: structureQuality({ thumbnail }) };
    },
  };
}

/** pHash, 64 bits. Threshold 10: the default of imagededup's `find_duplicates` (https://github.com/idealo/imagededup), inclusive. */
export const phash = phashOf(8, { name: 'phash', threshold: 10, examples: ['8000000000000000', 'b700c8dbc866c99f'] });

/**
 * pHash, 256 bits. Threshold 15: Czkawka's "medium" similarity for hashes of this size (`SIMILAR_VALUES` in its
 * `similar_images.rs`, https://github.com/qarmin/czkawka).
 */
export const phash16 = phashOf(16, {
  name: 'phash-16',
  threshold: 15,
  examples: [
    '8000000000000000000000000000000000000000000000000000000000000000',
    '877ee9e4cdceb6c8541d7a26f115cdb5a92584215221aac42cf9ebdcb68514ea',
  ],
});
