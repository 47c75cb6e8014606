/**
 * Whether a picture has structure in both directions. One that is flat, or that repeats one row or one column throughout, has none to tell it
 * from others: every hash gives the same bits to all pictures of its kind, and so matches them with each other.
 */
import type { Raster } from './raster.ts';
import { resizeLanczos } from './resize.ts';

/**
 * Largest difference between rows or columns, in grey levels, that counts as none: PDQ's quality does not count differences of less than
 * 1/100 of full scale, 2.55 levels, either.
 */
const tolerance = 2;

/** Whether every row of a small picture is about the first one, or every column is. */
export function isStructureless({ width, channels, data }: Raster): boolean {
  const stride = width * channels;
  const sameRows = (): boolean => data.every((byte, at) => Math.abs(byte - data[at % stride]!) <= tolerance);
  const sameColumns = (): boolean =>
    data.every((byte, at) => Math.abs(byte - data[at - (at % stride) + (at % channels)]!) <= tolerance);
  return sameRows() || sameColumns();
}

/** Pixels a side of the picture that is looked at where a hash makes none of its own. */
const side = 32;

/** Whether a picture of any size has structure: by a small copy, in which noise is evened out. */
export const hasStructure = (image: Raster): boolean => !isStructureless(resizeLanczos(image, side, side));
