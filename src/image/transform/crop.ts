/** Crops the same fraction from each of the four sides. */
import { cut } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const crop = defineTransform({
  name: 'crop',
  summary: 'A share of the width cut off left and right, and of the height off top and bottom; the rest is not scaled.',
  parameters: { fraction: { default: 0.05, min: 0, max: 0.49, unit: 'of the side, at each end' } },
  reference: 'crop0.05 of the benchmark in github.com/thorn-oss/perception',
  apply: async (image, { fraction }) => {
    // At least one pixel remains.
    const off = (side: number): number => Math.min(Math.floor(side * fraction + 0.5), Math.floor((side - 1) / 2));
    const [left, top] = [off(image.width), off(image.height)];
    return cut(image, left, top, image.width - 2 * left, image.height - 2 * top);
  },
});
