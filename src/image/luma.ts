/**
 * Luma as in Pillow's `convert('L')`: ITU-R 601-2 weights in 16-bit fixed point, rounded to the nearest.
 * https://pillow.readthedocs.io/en/stable/reference/Image.html#PIL.Image.Image.convert
 */
import type { Raster } from './raster.ts';

type Grey = Raster & { readonly channels: 1 };

/** Caches the luma, because several hashes need it for the same picture. */
const known = new WeakMap<Uint8Array, Grey>();

/** The picture in grey. A grey picture is returned as it is. */
export function toLuma({ width, height, channels, data }: Raster): Grey {
  if (channels === 1) return { width, height, channels, data };
  const before = known.get(data);
  if (before?.width === width) return before;
  const luma = new Uint8Array(width * height);
  for (let to = 0, from = 0; to < luma.length; to++, from += 3)
    luma[to] = (data[from]! * 19595 + data[from + 1]! * 38470 + data[from + 2]! * 7471 + 0x8000) >> 16;
  const grey: Grey = { width, height, channels: 1, data: luma };
  known.set(data, grey);
  return grey;
}
