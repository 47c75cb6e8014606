/** Mirroring. No perceptual hash here is designed to survive it, so it is measured. */
import { filled } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const flip = defineTransform({
  name: 'flip',
  summary: 'Mirrored, left to right or top to bottom.',
  parameters: { axis: { default: 0, min: 0, max: 1, unit: '0 = horizontal, 1 = vertical', integer: true } },
  apply: async (image, { axis }) => {
    const { width, height, channels, data } = image;
    const out = filled(width, height, channels, 0);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = axis === 0 ? y * width + (width - 1 - x) : (height - 1 - y) * width + x;
        for (let c = 0; c < channels; c++) out.data[(y * width + x) * channels + c] = data[from * channels + c]!;
      }
    return out;
  },
});
