/**
 * pHash: which of the 8 × 8 lowest DCT frequencies of a 32 × 32 thumbnail are above their median.
 * Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010), as Krawetz, "Looks Like It" (2011) tells it;
 * bit by bit ImageHash 4.3.2's `phash`, https://github.com/JohannesBuchner/imagehash.
 */
import type { Raster } from '../image/raster.ts';
import { dct2 } from './dct.ts';
import type { HashResult, PerceptualHash } from './perceptual-hash.ts';
import { greyThumbnail, packBits } from './thumbnail.ts';

/** Frequencies kept a side. */
const side = 8;
/** Pixels a side of the thumbnail. */
const edge = 32;

/** The 8 × 8 lowest frequencies of a thumbnail, row by row. */
function lowFrequencies(pixels: Uint8Array): number[] {
  // Columns first, then rows: with ties at the median the order shows.
  const columns = Array.from({ length: edge }, (_, x) =>
    dct2(Float64Array.from({ length: edge }, (_, y) => pixels[y * edge + x]!)),
  );
  return Array.from({ length: side }, (_, v) => [
    ...dct2(Float64Array.from(columns, (column) => column[v]!)).subarray(0, side),
  ]).flat();
}

function hash(image: Raster): HashResult {
  const low = lowFrequencies(greyThumbnail(image, edge, edge));
  const sorted = Float64Array.from(low).sort();
  const median = (sorted[low.length / 2 - 1]! + sorted[low.length / 2]!) / 2;
  return { hash: packBits(low.map((value) => value > median)), quality: 100 };
}

/** pHash, 64 bits. Threshold 10: the default of imagededup's `find_duplicates` (https://github.com/idealo/imagededup), inclusive. */
export const phash: PerceptualHash = {
  name: 'phash',
  bits: side * side,
  threshold: 10,
  minQuality: 0,
  summary: 'Which of the 8 × 8 lowest DCT frequencies of a 32 × 32 thumbnail are above their median.',
  reference: 'Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010)',
  examples: ['8000000000000000', 'b700c8dbc866c99f'],
  hash,
};
