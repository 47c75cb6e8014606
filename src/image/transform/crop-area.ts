/** Crops a fraction of the area, evenly on all sides, so that the aspect ratio stays. */
import { cut } from './pixels.ts';
import { scaled } from './resize.ts';
import { defineTransform } from './transform.ts';

export const cropArea = defineTransform({
  name: 'crop-area',
  summary: 'A share of the area cropped around the centre, width and height by the same factor.',
  parameters: { share: { default: 0.1, min: 0, max: 0.99, unit: 'of the surface, cut away' } },
  reference:
    'crops of INRIA Copydays: Douze et al., "Evaluation of GIST descriptors for web-scale image search" (2009)',
  apply: async (image, { share }) => {
    const factor = Math.sqrt(1 - share);
    const [width, height] = [scaled(image.width, factor), scaled(image.height, factor)];
    return cut(image, Math.floor((image.width - width) / 2), Math.floor((image.height - height) / 2), width, height);
  },
});
