/** Pictures drawn by a formula, for tests that must not depend on any decoder. */
import fc from 'fast-check';
import type { Raster } from '../../src/image/raster.ts';

/** A busy pattern; test/vectors/make_pillow_lanczos.py draws the same. */
export function pattern(width: number, height: number, channels: 1 | 3): Raster {
  const data = new Uint8Array(width * height * channels);
  let at = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) data[at++] = ((x * 37 + y * 91 + c * 53) ^ (x * y + (x >> 2) * 7)) & 255;
  return { width, height, channels, data };
}

/** One colour all over. */
export const flat = (width: number, height: number, channels: 1 | 3, value: number): Raster => ({
  width,
  height,
  channels,
  data: new Uint8Array(width * height * channels).fill(value),
});

/** Any small Raster. */
export const rasters: fc.Arbitrary<Raster> = fc
  .record({
    width: fc.integer({ min: 1, max: 80 }),
    height: fc.integer({ min: 1, max: 80 }),
    channels: fc.constantFrom(1 as const, 3 as const),
  })
  .chain(({ width, height, channels }) => {
    const length = width * height * channels;
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ width, height, channels, data }));
  });
