/** One lossy WebP encoding: prediction and a 4×4 transform, colour at half resolution. */
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { withChannels } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const webp = defineTransform({
  name: 'webp',
  summary: 'Saved as lossy WebP once.',
  parameters: { quality: { default: 75, min: 1, max: 100, unit: 'quality of libvips', integer: true } },
  reference: 'RFC 9649',
  apply: async (image, { quality }) =>
    withChannels(await decode(await encode(image, { type: 'webp', quality })), image.channels),
});
