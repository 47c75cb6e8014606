/** A resampling step run by libvips on raw pixels: raw in, raw out, no codec on the way. */
import type { Sharp } from 'sharp';
import type { Raster } from '../raster.ts';
import { sharp } from '../sharp.ts';

/** The picture after a pipeline of libvips, with as many channels as before. */
export async function throughSharp(image: Raster, pipeline: (input: Sharp) => Sharp): Promise<Raster> {
  const { width, height, channels, data: pixels } = image;
  const { data, info } = await pipeline(sharp(pixels, { raw: { width, height, channels } }))
    // Without it one grey channel comes back as three equal ones.
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== channels) throw new Error(`libvips made ${info.channels} channels of ${channels}`);
  return { width: info.width, height: info.height, channels, data: new Uint8Array(data) };
}
