/** Gaussian blur, by libvips in floating point. */
import { throughSharp } from './through.ts';
import { defineTransform } from './transform.ts';

export const blur = defineTransform({
  name: 'blur',
  summary: 'Gaussian blur; pixels at the edge count as repeated beyond it.',
  parameters: { sigma: { default: 2, min: 0.3, max: 100, unit: 'px' } },
  reference: 'blur2 of the benchmark in github.com/thorn-oss/perception',
  // By default libvips cuts the bell off at a fifth of its height, which makes it narrower than its sigma says.
  apply: (image, { sigma }) =>
    throughSharp(image, (input) => input.blur({ sigma, precision: 'float', minAmplitude: 0.01 })),
});
