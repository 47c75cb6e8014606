/** A vignette: brightness decreases from the centre by a Gaussian, scaled by the side length in each direction. */
import { filled } from './pixels.ts';
import { defineTransform } from './transform.ts';

export const vignette = defineTransform({
  name: 'vignette',
  summary: 'Darkened towards the edges by a Gaussian about the centre, whose brightest pixel is unchanged.',
  parameters: { sigma: { default: 0.5, min: 0.05, max: 10, unit: 'of the width, and of the height' } },
  reference: 'vignette of the benchmark in github.com/thorn-oss/perception',
  apply: async (image, { sigma }) => {
    const { width, height, channels, data } = image;
    const out = filled(width, height, channels, 0);
    const [across, down] = [bell(width, sigma), bell(height, sigma)];
    for (let y = 0, i = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const light = across[x]! * down[y]!;
        // Truncated, not rounded, as in the reference.
        for (let c = 0; c < channels; c++, i++) out.data[i] = Math.floor(data[i]! * light);
      }
    return out;
  },
});

/** A Gaussian centred in `size` pixels, with maximum 1. */
function bell(size: number, sigma: number): Float64Array {
  const [middle, spread] = [(size - 1) / 2, sigma * size];
  const values = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - middle) ** 2) / (2 * spread * spread)));
  const top = values[Math.floor(middle)]!;
  return values.map((value) => value / top);
}
