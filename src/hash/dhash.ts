/**
 * dHash, the difference hash: where a 9 × 8 thumbnail gets brighter from one pixel to the next on its right.
 * Krawetz, "Kind of Like That" (2013), https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html;
 * bit by bit ImageHash 4.3.2's `dhash`, https://github.com/JohannesBuchner/imagehash.
 */
import type { Raster } from '../image/raster.ts';
import type { HashResult, PerceptualHash } from './perceptual-hash.ts';
import { greyThumbnail, packBits } from './thumbnail.ts';

const side = 8;

function hash(image: Raster): HashResult {
  const pixels = greyThumbnail(image, side + 1, side);
  const bits: boolean[] = [];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const at = y * (side + 1) + x;
      bits.push(pixels[at + 1]! > pixels[at]!);
    }
  return { hash: packBits(bits), quality: 100 };
}

/** dHash, 64 bits. Threshold 10: the default of imagededup's `find_duplicates` (https://github.com/idealo/imagededup), inclusive. */
export const dhash: PerceptualHash = {
  name: 'dhash',
  bits: side * side,
  threshold: 10,
  minQuality: 0,
  summary: 'Where a 9 × 8 thumbnail gets brighter from one pixel to the next on its right.',
  reference:
    'Krawetz, "Kind of Like That" (2013), https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html',
  examples: ['a552a5000052a552', '4c4c4c4c4c4c4c4c'],
  hash,
};
