/** Test pictures built in code, so that no decoder stands between them and what is expected. */
import { expect } from 'vitest';
import type { Raster } from '../../../src/image/raster.ts';
import { seededRng } from '../../../src/util/rng.ts';

/** Ramps of different directions per channel, a dark disc, and a little noise: smooth and sharp parts both. */
export function picture(width: number, height: number, channels: 1 | 3 = 3): Raster {
  const rng = seededRng(1, `${width}x${height}x${channels}`);
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [right, down] = [x / width, y / height];
      const dark = (right - 0.4) ** 2 + (down - 0.5) ** 2 < 0.06 ? 0.3 : 1;
      const levels = [right, down, 1 - (right + down) / 2];
      for (let c = 0; c < channels; c++)
        data[(y * width + x) * channels + c] = Math.floor(30 + dark * 190 * levels[c]! + 8 * rng.next());
    }
  return { width, height, channels, data };
}

/** A grey picture of these shades, in one row. */
export const row = (...shades: number[]): Raster => ({
  width: shades.length,
  height: 1,
  channels: 1,
  data: Uint8Array.from(shades),
});

/** Root of the mean squared difference of two pictures of one size, in levels of 255. */
export function rmsError(a: Raster, b: Raster): number {
  if (a.data.length !== b.data.length) throw new Error('the pictures differ in size');
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return Math.sqrt(sum / a.data.length);
}

/** Where two pictures first differ, in words; undefined when they are the same. */
export function difference(a: Raster, b: Raster): string | undefined {
  const sizeOf = ({ width, height, channels }: Raster): string => `${width}×${height}×${channels}`;
  if (sizeOf(a) !== sizeOf(b)) return `${sizeOf(a)} is not ${sizeOf(b)}`;
  const at = a.data.findIndex((value, i) => value !== b.data[i]);
  return at < 0 ? undefined : `byte ${at} is ${a.data[at]}, not ${b.data[at]}`;
}

/** Expects two pictures to be the same. (`toEqual` would spend minutes on printing how large ones differ.) */
export const expectSame = (a: Raster, b: Raster): void => expect(difference(a, b)).toBeUndefined();
