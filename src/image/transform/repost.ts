/** Forwards a picture through several services: each shrinks it until it fits, and saves it again as JPEG. */
import { messenger } from './messenger.ts';
import { defineTransform } from './transform.ts';

export const repost = defineTransform({
  name: 'repost',
  summary: 'Shrunk until it fits and saved as JPEG, again and again, each time a little smaller.',
  parameters: {
    times: { default: 3, min: 1, max: 20, unit: 'services', integer: true },
    maxSide: { default: 1600, min: 1, max: 16384, unit: 'px, at the first', integer: true },
    shrink: { default: 0.9, min: 0.1, max: 1, unit: 'of the longer side before' },
    quality: { default: 75, min: 1, max: 100, unit: 'quality of libvips', integer: true },
  },
  apply: async (image, { times, maxSide, shrink, quality }, rng) => {
    let [out, limit] = [image, maxSide];
    for (let i = 0; i < times; i++) {
      out = await messenger.apply(out, { maxSide: limit, quality }, rng);
      limit = Math.max(1, Math.floor(Math.max(out.width, out.height) * shrink + 0.5));
    }
    return out;
  },
});
