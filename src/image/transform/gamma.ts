/** Gamma: a power curve through black and white. */
import { mapBytes } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const gamma = defineTransform({
  name: 'gamma',
  summary: 'Each channel, as a share of 255, raised to a power: above 1 darkens the middle tones.',
  parameters: { exponent: { default: 2, min: 0.1, max: 10, unit: 'exponent' } },
  reference: 'gamma2 of the benchmark in github.com/thorn-oss/perception',
  apply: async (image, { exponent }) => mapBytes(image, (value) => 255 * (value / 255) ** exponent),
});
