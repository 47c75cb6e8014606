/** JPEG once: 8×8 DCT, quantised, colour at half resolution. */
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { withChannels } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const jpeg = defineTransform({
  name: 'jpeg',
  summary: 'Saved as JPEG once.',
  parameters: { quality: { default: 75, min: 1, max: 100, unit: 'quality of libvips', integer: true } },
  reference: 'ITU-T T.81 (1992)',
  apply: async (image, { quality }) =>
    withChannels(await decode(await encode(image, { type: 'jpeg', quality })), image.channels),
});
