/** Contrast: stretches every channel about the middle of the range. */
import { mapBytes } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const contrast = defineTransform({
  name: 'contrast',
  summary: 'Each channel’s distance from 127.5 times a factor, clipped to 0..255.',
  parameters: { factor: { default: 1.5, min: 0, max: 10, unit: 'times' } },
  apply: async (image, { factor }) => mapBytes(image, (value) => 127.5 + (value - 127.5) * factor),
});
