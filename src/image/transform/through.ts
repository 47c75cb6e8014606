/** Runs a libvips resampling step on raw pixels, without a codec. */
import type { Sharp } from 'sharp';
import type { Raster } from '../raster.ts';
import { sharp } from '../sharp.ts';

/** The result of a libvips pipeline, with the same number of channels as before. */
export async function throughSharp(image: Raster, pipeline: (input: Sharp) => Sharp): Promise<Raster> {
  const { width, height, channels, data: pixels } = image;
  const { data, info } = await pipeline(sharp(pixels, { raw: { width, height, channels } }))
    // Otherwise one grey channel is returned as three equal ones.
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== channels) throw new Error(`libvips made ${info.channels} channels of ${channels}`);
  return { width: info.width, height: info.height, channels, data: new Uint8Array(data) };
}
