/** A part of the picture with a given size and a random position. */
import { cut } from './pixels.ts';
import { scaled } from './resize.ts';
import { defineTransform } from './transform.ts';

export const randomCrop = defineTransform({
  name: 'random-crop',
  summary: 'A part with the same aspect ratio, cropped at a random position and not scaled.',
  parameters: { keep: { default: 0.875, min: 0.01, max: 1, unit: 'of each side' } },
  reference: '560 × 420 of 640 × 480 in the benchmarks of github.com/idealo/imagededup',
  apply: async (image, { keep }, rng) => {
    const [width, height] = [scaled(image.width, keep), scaled(image.height, keep)];
    const left = rng.int(image.width - width + 1);
    return cut(image, left, rng.int(image.height - height + 1), width, height);
  },
});
