/** Brightness: multiplies every channel by a factor. */
import { mapBytes } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const brightness = defineTransform({
  name: 'brightness',
  summary: 'Each channel times a factor, clipped at 255.',
  parameters: { factor: { default: 1.3, min: 0, max: 10, unit: 'times' } },
  apply: async (image, { factor }) => mapBytes(image, (value) => value * factor),
});
