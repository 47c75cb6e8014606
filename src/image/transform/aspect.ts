/** Stretching: changes the aspect ratio, which distorts the picture. */
import { resample, scaled } from './resize.ts';
import { defineTransform } from './transform.ts';

export const aspect = defineTransform({
  name: 'aspect',
  summary: 'Stretched or squeezed to a ratio of width to height; the shorter side keeps its length (Lanczos).',
  parameters: { ratio: { default: 1, min: 0.1, max: 10, unit: 'width over height' } },
  reference: 'aspect ratio 1:1 of the transformed UKBench in the benchmarks of github.com/idealo/imagededup',
  apply: (image, { ratio }) => {
    const shorter = Math.min(image.width, image.height);
    return ratio >= 1
      ? resample(image, scaled(shorter, ratio), shorter)
      : resample(image, shorter, scaled(shorter, 1 / ratio));
  },
});
