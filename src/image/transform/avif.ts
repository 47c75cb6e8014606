/** One lossy AVIF encoding: a single intra frame of AV1. */
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { withChannels } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const avif = defineTransform({
  name: 'avif',
  summary: 'Saved as AVIF once.',
  parameters: { quality: { default: 50, min: 1, max: 100, unit: 'quality of libvips', integer: true } },
  reference: 'AOMedia, AV1 Image File Format',
  apply: async (image, { quality }) =>
    withChannels(await decode(await encode(image, { type: 'avif', quality })), image.channels),
});
