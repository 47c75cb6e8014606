/**
 * Whether a picture has structure in both directions. A picture that is flat, or that repeats one row or one column throughout, is
 * indistinguishable from others: every hash gives all such pictures the same bits, and so matches them with each other.
 */
import type { Raster } from './raster.ts';
import { resizeLanczos } from './resize.ts';

/**
 * Largest difference between rows or columns, in grey levels, that is ignored. PDQ's quality also ignores differences of less than 1/100 of
 * full scale, 2.55 levels.
 */
const tolerance = 2;

/** Whether all rows of a small picture are about equal to the first, or all columns. */
export function isStructureless({ width, channels, data }: Raster): boolean {
  const stride = width * channels;
  const sameRows = (): boolean => data.every((byte, at) => Math.abs(byte - data[at % stride]!) <= tolerance);
  const sameColumns = (): boolean =>
    data.every((byte, at) => Math.abs(byte - data[at - (at % stride) + (at % channels)]!) <= tolerance);
  return sameRows() || sameColumns();
}

/** Side in pixels of the examined picture, if a hash makes none of its own. */
const side = 32;

/** Whether a picture of any size has structure. It examines a small copy, in which noise is averaged out. */
export const hasStructure = (image: Raster): boolean => !isStructureless(resizeLanczos(image, side, side));
