/**
 * Luma as in Pillow's `convert('L')`: ITU-R 601-2 weights in 16-bit fixed point, rounded to the nearest.
 * https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert
 */
import { plainPixels } from './plain-pixels.ts';
import type { Raster } from './raster.ts';
import { wasmPixels } from './wasm/pixels.ts';

type Grey = Raster & { readonly channels: 1 };

/** Caches the luma, because several hashes need it for the same picture. */
const known = new WeakMap<Uint8Array, Grey>();

/** The picture in grey. A grey picture is returned as it is. */
export function toLuma({ width, height, channels, data }: Raster): Grey {
  if (channels === 1) return { width, height, channels, data };
  const before = known.get(data);
  if (before?.width === width) return before;
  const luma = (wasmPixels() ?? plainPixels).luma(data);
  const grey: Grey = { width, height, channels: 1, data: luma };
  known.set(data, grey);
  return grey;
}
