/** One JPEG encoding: 8×8 DCT, quantised, colour at half resolution; after a resize, if requested. */
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { withChannels } from './pixels.ts';
import { resample, scaled } from './resize.ts';
import { defineTransform } from './transform.ts';

export const jpeg = defineTransform({
  name: 'jpeg',
  summary: 'Saved as JPEG once.',
  parameters: {
    quality: { default: 75, min: 1, max: 100, unit: 'quality of libvips', integer: true },
    scale: { default: 1, min: 0.01, max: 4, unit: 'of the side, before it is saved (Lanczos)', quiet: true },
  },
  reference: 'ITU-T T.81 (1992)',
  apply: async (image, { quality, scale }) => {
    const resized = await resample(image, scaled(image.width, scale), scaled(image.height, scale));
    return withChannels(await decode(await encode(resized, { type: 'jpeg', quality })), image.channels);
  },
});
