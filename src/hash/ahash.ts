/**
 * aHash, the average hash: which pixels of an 8 × 8 thumbnail are brighter than their mean.
 * Krawetz, "Looks Like It" (2011), https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html;
 * bit by bit ImageHash 4.3.2's `average_hash`, https://github.com/JohannesBuchner/imagehash.
 */
import type { Raster } from '../image/raster.ts';
import type { HashResult, PerceptualHash } from './perceptual-hash.ts';
import { greyThumbnail, packBits } from './thumbnail.ts';

const side = 8;

function hash(image: Raster): HashResult {
  const pixels = [...greyThumbnail(image, side, side)];
  // A sum of 64 bytes divided by 64 is exact: no rounding question.
  const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  return { hash: packBits(pixels.map((pixel) => pixel > mean)), quality: 100 };
}

/** aHash, 64 bits. Threshold 5: "Looks Like It" calls a distance of 5 still similar and 10 or more a different picture. */
export const ahash: PerceptualHash = {
  name: 'ahash',
  bits: side * side,
  threshold: 5,
  minQuality: 0,
  summary: 'Which pixels of an 8 × 8 thumbnail are brighter than their mean.',
  reference:
    'Krawetz, "Looks Like It" (2011), https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html',
  examples: ['5dba5dffffba5dba', '0f07070707070707'],
  hash,
};
