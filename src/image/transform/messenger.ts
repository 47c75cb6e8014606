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

/** The file that was made last of a picture: experiments both compare it after this edit and send it. */
const made = new WeakMap<Raster, { readonly settings: string; readonly file: Promise<Uint8Array> }>();

/** The JPEG file that the app sends; nobody may change its bytes. Omitted parameters have their defaults. */
export function messengerFile(image: Raster, given: Readonly<Record<string, number>> = {}): Promise<Uint8Array> {
  const { maxSide = parameters.maxSide.default, quality = parameters.quality.default } = given;
  const settings = `${maxSide} ${quality}`;
  const before = made.get(image);
  if (before?.settings === settings) return before.file;
  const file = encodedFile(image, maxSide, quality);
  made.set(image, { settings, file });
  return file;
}

async function encodedFile(image: Raster, maxSide: number, quality: number): Promise<Uint8Array> {
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
