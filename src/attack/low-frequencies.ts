/**
 * What an inversion tries to recover: a picture's 32 × 32 luma thumbnail, as its 16 × 16 lowest coefficients of the orthonormal discrete
 * cosine transform (Ahmed, Natarajan & Rao 1974). Perceptual hashes look at no finer detail than that.
 */
import { greyThumbnail } from '../hash/thumbnail.ts';
import type { Raster } from '../image/raster.ts';

/** Pixels a side of the thumbnail. */
export const thumbnailSide = 32;
/** Frequencies a side that are recovered. */
export const frequencySide = 16;

/** Row u is the cosine of frequency u over the 32 pixels, of length 1. */
const basis = Float64Array.from({ length: frequencySide * thumbnailSide }, (_, at) => {
  const [u, x] = [Math.floor(at / thumbnailSide), at % thumbnailSide];
  return Math.sqrt((u === 0 ? 1 : 2) / thumbnailSide) * Math.cos((Math.PI * u * (x + 0.5)) / thumbnailSide);
});

/** The picture's luma at 32 × 32 pixels, row by row; both axes are scaled to fit, as perceptual hashes do. */
export const thumbnailOf = (image: Raster): Uint8Array => greyThumbnail(image, thumbnailSide, thumbnailSide).data;

/** The 256 lowest coefficients of a thumbnail, row by row from the constant. */
export function toFrequencies(thumbnail: ArrayLike<number>): Float64Array {
  const rows = new Float64Array(frequencySide * thumbnailSide);
  for (let u = 0; u < frequencySide; u++)
    for (let y = 0; y < thumbnailSide; y++) {
      let sum = 0;
      for (let x = 0; x < thumbnailSide; x++) sum += basis[u * thumbnailSide + x]! * thumbnail[y * thumbnailSide + x]!;
      rows[u * thumbnailSide + y] = sum;
    }
  const out = new Float64Array(frequencySide ** 2);
  for (let v = 0; v < frequencySide; v++)
    for (let u = 0; u < frequencySide; u++) {
      let sum = 0;
      for (let y = 0; y < thumbnailSide; y++) sum += basis[v * thumbnailSide + y]! * rows[u * thumbnailSide + y]!;
      out[v * frequencySide + u] = sum;
    }
  return out;
}

/** The thumbnail that has these coefficients and no higher ones: 1,024 numbers, neither rounded nor clipped. */
export function fromFrequencies(frequencies: ArrayLike<number>): Float64Array {
  const columns = new Float64Array(frequencySide * thumbnailSide);
  for (let u = 0; u < frequencySide; u++)
    for (let y = 0; y < thumbnailSide; y++) {
      let sum = 0;
      for (let v = 0; v < frequencySide; v++)
        sum += basis[v * thumbnailSide + y]! * frequencies[v * frequencySide + u]!;
      columns[u * thumbnailSide + y] = sum;
    }
  const out = new Float64Array(thumbnailSide ** 2);
  for (let y = 0; y < thumbnailSide; y++)
    for (let x = 0; x < thumbnailSide; x++) {
      let sum = 0;
      for (let u = 0; u < frequencySide; u++) sum += basis[u * thumbnailSide + x]! * columns[u * thumbnailSide + y]!;
      out[y * thumbnailSide + x] = sum;
    }
  return out;
}

/** Grey levels: rounded and clipped to bytes. */
export const toGrey = (values: ArrayLike<number>): Uint8Array =>
  Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(value))));
