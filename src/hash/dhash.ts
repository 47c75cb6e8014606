/**
 * dHash, the difference hash: where the brightness of a small thumbnail increases from one pixel to the next.
 * Krawetz, "Kind of Like That" (2013), https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html;
 * bit by bit ImageHash 4.3.2's `dhash` and `dhash_vertical`, https://github.com/JohannesBuchner/imagehash.
 */
import type { Raster } from '../image/raster.ts';
import type { HashResult, PerceptualHash } from './perceptual-hash.ts';
import { leastStructure, structureQuality } from './structure.ts';
import { greyThumbnail, packBits } from './thumbnail.ts';

/** dHash with `side` × `side` differences, to the pixel on the right or below: side × side bits. */
function dhashOf(
  side: number,
  direction: 'right' | 'below',
  own: Pick<PerceptualHash, 'name' | 'threshold' | 'examples'>,
): PerceptualHash {
  const [width, height] = direction === 'right' ? [side + 1, side] : [side, side + 1];
  const next = direction === 'right' ? 1 : width;

  function hash(image: Raster): HashResult {
    const thumbnail = greyThumbnail(image, width, height);
    const pixels = thumbnail.data;
    const bits: boolean[] = [];
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const at = y * width + x;
        bits.push(pixels[at + next]! > pixels[at]!);
      }
    return { hash: packBits(bits), quality: structureQuality({ bits, thumbnail }) };
  }

  const neighbour = direction === 'right' ? 'the next on its right' : 'the one below';
  return {
    ...own,
    bits: side * side,
    minQuality: leastStructure,
    summary: `Where ${width === 8 ? 'an' : 'a'} ${width} × ${height} thumbnail gets brighter from one pixel to ${neighbour}.`,
    reference:
      'Krawetz, "Kind of Like That" (2013), https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html',
    hash,
  };
}

/** dHash, 64 bits. Threshold 10: the default of imagededup's `find_duplicates` (https://github.com/idealo/imagededup), inclusive. */
export const dhash = dhashOf(8, 'right', {
  name: 'dhash',
  threshold: 10,
  examples: ['a552a5000052a552', '4c4c4c4c4c4c4c4c'],
});

/**
 * dHash, 256 bits. Threshold 15: Czkawka's "medium" similarity for hashes of this size (`SIMILAR_VALUES` in its
 * `similar_images.rs`, https://github.com/qarmin/czkawka).
 */
export const dhash16 = dhashOf(16, 'right', {
  name: 'dhash-16',
  threshold: 15,
  examples: [
    '8101400281010000000000000000000000000000000000000000400281014002',
    '305a3a443a6db689739a429e14d020da34aa2da02ce892df3ac4785c595cd92c',
  ],
});

/** dHash down the columns, 64 bits. Threshold 10: dHash's, because it has no published one of its own. */
export const dhashVertical = dhashOf(8, 'below', {
  name: 'dhash-vertical',
  threshold: 10,
  examples: ['a245a24500a245a2', '3dc9843f1e83384a'],
});
