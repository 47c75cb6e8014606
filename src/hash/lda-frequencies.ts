/**
 * The input of lda-hash: the lowest DCT frequencies of a small colour thumbnail, in the opponent colours r + g + b, r − b and r − 2g + b.
 * Ohta, Kanade & Sakai, "Color information for region segmentation" (1980): the directions in which the colours of photographs vary.
 */
import type { Raster } from '../image/raster.ts';
import { resizeLanczos } from '../image/resize.ts';
import { dct2 } from './dct.ts';

/** Side of the thumbnail in pixels, and number of frequencies per side for each opponent colour. */
const edge = 32;
const side = 5;
/** Weights of red, green and blue. */
const opponents = [
  [1, 1, 1],
  [1, 0, -1],
  [1, -2, 1],
] as const;

/** Frequencies of a picture. */
export const frequencyCount = opponents.length * side * side;

/** The thumbnail to transform. Its pixels are integers, so that every engine gives the same result. */
export const ldaThumbnail = (image: Raster): Raster => resizeLanczos(image, edge, edge);

/** The frequencies of a picture. */
export const ldaFrequencies = (image: Raster): Float64Array => frequenciesOf(ldaThumbnail(image));

/**
 * The frequencies of a thumbnail: for each opponent colour row by row, the constant first. lda-hash uses 5 a side of each of the three
 * colours; other hashes use more of them, or brightness alone (`colours` 1).
 */
export function frequenciesOf(small: Raster, perSide = side, colours: 1 | 3 = 3): Float64Array {
  const [green, blue] = small.channels === 1 ? [0, 0] : [1, 2];
  const out = new Float64Array(colours * perSide * perSide);
  opponents.slice(0, colours).forEach((weights, colour) => {
    const rows = Array.from({ length: edge }, (_, y) =>
      dct2(
        Float64Array.from({ length: edge }, (_, x) => {
          const at = (y * edge + x) * small.channels;
          return (
            weights[0] * small.data[at]! + weights[1] * small.data[at + green]! + weights[2] * small.data[at + blue]!
          );
        }),
      ),
    );
    for (let u = 0; u < perSide; u++) {
      const column = dct2(Float64Array.from(rows, (row) => row[u]!));
      for (let v = 0; v < perSide; v++) out[(colour * perSide + v) * perSide + u] = column[v]!;
    }
  });
  return out;
}
