/**
 * The input of lda-hash: the lowest DCT frequencies of a small colour thumbnail, in the opponent colours r + g + b, r − b and r − 2g + b.
 * Ohta, Kanade & Sakai, "Color information for region segmentation" (1980): the directions in which the colours of photographs vary.
 */
import type { Raster } from '../image/raster.ts';
import { resizeLanczos } from '../image/resize.ts';
import { lowFrequencies } from './dct.ts';

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
export function frequenciesOf({ channels, data }: Raster, perSide = side, colours: 1 | 3 = 3): Float64Array {
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  const out = new Float64Array(colours * perSide * perSide);
  // On its side: the rows of the thumbnail are transformed before its columns.
  const turned = new Float64Array(edge * edge);
  opponents.slice(0, colours).forEach(([r, g, b], colour) => {
    for (let y = 0, at = 0; y < edge; y++)
      for (let x = 0; x < edge; x++, at += channels)
        turned[x * edge + y] = r * data[at]! + g * data[at + green]! + b * data[at + blue]!;
    const found = lowFrequencies(turned, edge, perSide);
    for (let v = 0; v < perSide; v++)
      for (let u = 0; u < perSide; u++) out[(colour * perSide + v) * perSide + u] = found[u * perSide + v]!;
  });
  return out;
}
