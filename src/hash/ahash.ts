/**
 * aHash, the average hash: which pixels of a small square thumbnail are brighter than their mean.
 * Krawetz, "Looks Like It" (2011), https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html;
 * bit by bit ImageHash 4.3.2's `average_hash`, https://github.com/JohannesBuchner/imagehash.
 */
import type { Raster } from '../image/raster.ts';
import type { HashResult, PerceptualHash } from './perceptual-hash.ts';
import { leastStructure, structureQuality } from './structure.ts';
import { greyThumbnail, packBits } from './thumbnail.ts';

/** aHash of a thumbnail of `side` pixels per side: side × side bits. */
function ahashOf(side: number, own: Pick<PerceptualHash, 'name' | 'threshold' | 'examples'>): PerceptualHash {
  function hash(image: Raster): HashResult {
    const thumbnail = greyThumbnail(image, side, side);
    const pixels = [...thumbnail.data];
    // A sum of bytes divided by a power of two is exact, without rounding.
    const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
    const bits = pixels.map((pixel) => pixel > mean);
    return { hash: packBits(bits), quality: structureQuality({ bits, thumbnail }) };
  }
  return {
    ...own,
    bits: side * side,
    minQuality: leastStructure,
    summary: `Which pixels of ${side === 8 ? 'an' : 'a'} ${side} × ${side} thumbnail are brighter than their mean.`,
    reference:
      'Krawetz, "Looks Like It" (2011), https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html',
    hash,
  };
}

/** aHash, 64 bits. Threshold 5: "Looks Like It" calls a distance of 5 still similar and 10 or more a different picture. */
export const ahash = ahashOf(8, { name: 'ahash', threshold: 5, examples: ['5dba5dffffba5dba', '0f07070707070707'] });

/**
 * aHash, 256 bits. Threshold 15: Czkawka's "medium" similarity for hashes of this size (`SIMILAR_VALUES` in its
 * `similar_images.rs`, https://github.com/qarmin/czkawka).
 */
export const ahash16 = ahashOf(16, {
  name: 'ahash-16',
  threshold: 15,
  examples: [
    '5ffdbffa5ffdffffffffffffffffffffffffffffffffffffffffbffa5ffdbffa',
    'ff0e9f749f3d1fecbbcef802e00810281ae216fc103cc07f86760f7c0ffc0dfe',
  ],
});
