/** Gaussian blur: by libvips in floating point, or with the kernel truncated as in a benchmark's library. */
import type { Raster } from '../raster.ts';
import { filled, toByte } from './pixels.ts';
import { throughSharp } from './through.ts';
import { defineTransform } from './transform.ts';

/**
 * OpenCV's `GaussianBlur` with a kernel of 2 × radius + 1: the weights sum to 1, and the picture is mirrored at its outermost pixels.
 * imgaug uses a radius of about 1.65 sigma.
 */
function cutBlur(image: Raster, sigma: number, radius: number): Raster {
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const sum = bell.reduce((total, each) => total + each, 0);
  const weights = Float64Array.from(bell, (each) => each / sum);
  const { width, height, channels, data } = image;
  const row = width * channels;
  const across = new Float64Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let k = -radius; k <= radius; k++) {
        const from = y * row + mirrored(x + k, width) * channels;
        for (let c = 0; c < channels; c++)
          across[y * row + x * channels + c]! += weights[k + radius]! * data[from + c]!;
      }
  const out = filled(width, height, channels, 0);
  for (let y = 0; y < height; y++)
    for (let i = 0; i < row; i++) {
      let value = 0;
      for (let k = -radius; k <= radius; k++)
        value += weights[k + radius]! * across[mirrored(y + k, height) * row + i]!;
      out.data[y * row + i] = toByte(value);
    }
  return out;
}

/** A position beyond the edge, reflected at the outermost pixel: 3 2 1 | 0 1 2 3 | 2 1 0. */
function mirrored(at: number, size: number): number {
  const period = Math.max(1, 2 * (size - 1));
  const within = ((at % period) + period) % period;
  return within < size ? within : period - within;
}

export const blur = defineTransform({
  name: 'blur',
  summary: 'Gaussian blur; beyond the edge its pixels count as repeated (or, with a radius, as mirrored).',
  parameters: {
    sigma: { default: 2, min: 0.3, max: 100, unit: 'px' },
    radius: { default: 0, min: 0, max: 50, unit: 'px of the bell that are kept; 0 = all', integer: true, quiet: true },
  },
  reference: 'blur2 of the benchmark in github.com/thorn-oss/perception',
  apply: async (image, { sigma, radius }) =>
    radius > 0
      ? cutBlur(image, sigma, radius)
      : // By default libvips truncates the kernel at a fifth of its height, which makes it narrower than its sigma.
        throughSharp(image, (input) => input.blur({ sigma, precision: 'float', minAmplitude: 0.01 })),
});
