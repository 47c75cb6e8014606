/**
 * pHash, simple: which of the low horizontal frequencies of the top rows of a 32 × 32 thumbnail are above their mean. A one-dimensional
 * version of Krawetz, "Looks Like It" (2011): it transforms rows but not columns, so it uses only the top quarter of the picture. Bit by
 * bit ImageHash 4.3.2's `phash_simple`, https://github.com/JohannesBuchner/imagehash.
 */
import type { Raster } from '../image/raster.ts';
import { dct2 } from './dct.ts';
import type { HashResult, PerceptualHash } from './perceptual-hash.ts';
import { leastStructure, structureQuality } from './structure.ts';
import { greyThumbnail, packBits } from './thumbnail.ts';

/** Number of rows, and of frequencies of each. */
const side = 8;
/** Side of the thumbnail in pixels. */
const edge = 32;

function hash(image: Raster): HashResult {
  // Only the top rows of the thumbnail are used.
  const pixels = greyThumbnail(image, edge, edge).data.subarray(0, side * edge);
  const rows = Array.from({ length: side }, (_, y) =>
    // From the second frequency on: the first is the row's brightness.
    dct2(pixels.subarray(y * edge, (y + 1) * edge), side + 1).subarray(1),
  );
  const mean = rows.reduce((sum, row) => sum + pairwiseSum(row), 0) / (side * side);
  const bits = rows.flatMap((row) => [...row]).map((value) => value > mean);
  const thumbnail: Raster = { width: edge, height: side, channels: 1, data: pixels };
  return { hash: packBits(bits), quality: structureQuality({ bits, thumbnail }) };
}

/** Sum of eight numbers in NumPy's order, which decides whether a frequency equal to the mean is above it. */
const pairwiseSum = ([a, b, c, d, e, f, g, h]: Float64Array): number => a! + b! + (c! + d!) + (e! + f! + (g! + h!));

/** Simple pHash, 64 bits. Threshold 5: "Looks Like It" calls a distance of 5 still similar and 10 or more a different picture. */
export const phashSimple: PerceptualHash = {
  name: 'phash-simple',
  bits: side * side,
  threshold: 5,
  minQuality: leastStructure,
  summary: 'Which horizontal DCT frequencies of the top 8 rows of a 32 × 32 thumbnail are above their mean.',
  reference:
    'Krawetz, "Looks Like It" (2011), https://www.hackerfactor.com/blog/index.php?/archives/432-Looks-Like-It.html',
  examples: ['55ff55ff55ff55ff', 'cb8b8e0f0f0f078a'],
  hash,
};
