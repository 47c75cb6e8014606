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
    const { data: to } = out;
    const row = width * channels;
    for (let y = 0; y < height; y++) {
      if (axis === 1) {
        to.set(data.subarray((height - 1 - y) * row, (height - y) * row), y * row);
        continue;
      }
      for (let at = y * row, from = at + row - channels; from >= y * row; from -= channels, at += channels)
        for (let c = 0; c < channels; c++) to[at + c] = data[from + c]!;
    }
    return out;
  },
});
