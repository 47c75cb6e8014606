/**
 * What a messaging app does before encryption: it shrinks the picture until its longer side fits, and saves it once as JPEG without
 * metadata. Size and quality are parameters, because apps differ and change; the defaults are typical round numbers.
 */
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import type { Raster } from '../raster.ts';
import { withChannels } from './pixels.ts';
import { resample, scaled } from './resize.ts';
import { defineTransform } from './transform.ts';

const parameters = {
  maxSide: { default: 1600, min: 1, max: 16384, unit: 'px', integer: true },
  quality: { default: 75, min: 1, max: 100, unit: 'quality of libvips', integer: true },
} as const;

/** The JPEG file that the app sends. Omitted parameters have their defaults. */
export async function messengerFile(image: Raster, given: Readonly<Record<string, number>> = {}): Promise<Uint8Array> {
  const { maxSide = parameters.maxSide.default, quality = parameters.quality.default } = given;
  const factor = Math.min(1, maxSide / Math.max(image.width, image.height));
  const fitting = await resample(image, scaled(image.width, factor), scaled(image.height, factor));
  return encode(fitting, { type: 'jpeg', quality });
}

export const messenger = defineTransform({
  name: 'messenger',
  summary: 'Shrunk until the longer side fits, then saved as JPEG once, as a messaging app does before it sends.',
  parameters,
  apply: async (image, given) => withChannels(await decode(await messengerFile(image, given)), image.channels),
});
