/**
 * Resizing as Pillow does it, bit by bit: a separable antialiased filter, first horizontally and then vertically, in 8-bit fixed point, rounded
 * and clipped after each pass. Pure, so that a phone and a browser compute the same thumbnail; in WebAssembly with SIMD, or in JavaScript.
 * Pillow's `Image.resize(size, Resampling.LANCZOS)`, https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters.
 */
import { unexpected } from '../util/errors.ts';
import { type FilterName, weightsOf } from './filter.ts';
import { plainPixels } from './plain-pixels.ts';
import type { Raster } from './raster.ts';
import { wasmPixels } from './wasm/pixels.ts';

function resize(image: Raster, width: number, height: number, filter: FilterName): Raster {
  for (const [name, size] of Object.entries({ width, height }))
    if (!Number.isInteger(size) || size < 1) throw unexpected(name, 'a whole number of pixels from 1', size);
  const across = width === image.width ? undefined : weightsOf(image.width, width, filter);
  const down = height === image.height ? undefined : weightsOf(image.height, height, filter);
  return (wasmPixels() ?? plainPixels).resize(image, across, down);
}

/** The picture at another size, in pixels, by Lanczos-3. An unchanged axis is not filtered. */
export const resizeLanczos = (image: Raster, width: number, height: number): Raster =>
  resize(image, width, height, 'lanczos');

/** The same by Keys' cubic: Pillow's `resize` without a filter. */
export const resizeBicubic = (image: Raster, width: number, height: number): Raster =>
  resize(image, width, height, 'bicubic');

/** The same by a triangle: Pillow's `resize` with BILINEAR, which torchvision uses unless it is told otherwise. */
export const resizeBilinear = (image: Raster, width: number, height: number): Raster =>
  resize(image, width, height, 'bilinear');

/** The middle of a picture, in pixels: it begins at half of what is too much, rounded half to even, as torchvision's CenterCrop does it. */
export function cropped({ width: wide, height: high, channels, data }: Raster, width: number, height: number): Raster {
  const half = (excess: number): number => {
    const down = Math.floor(excess / 2);
    return excess % 2 === 0 || down % 2 === 0 ? down : down + 1;
  };
  const [left, top] = [half(wide - width), half(high - height)];
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * wide + left) * channels;
    out.set(data.subarray(from, from + width * channels), y * width * channels);
  }
  return { width, height, channels, data: out };
}
