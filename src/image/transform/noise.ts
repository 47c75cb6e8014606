/**
 * Gaussian noise, the same for all channels of a pixel. Each deviate is the sum of twelve uniform bytes (Irwin–Hall: within six sigma,
 * close to the bell), so that it needs only integers and a table, and no logarithm, which engines can round differently.
 */
import type { Rng } from '../../util/rng.ts';
import { filled, toByte } from './pixels.ts';
import { defineTransform } from './transform.ts';

const draws = 12;
const mean = (draws * 255) / 2;
/** Standard deviation of the sum: a uniform byte has a variance of (256² − 1) / 12. */
const deviation = Math.sqrt((draws * (256 * 256 - 1)) / 12);

const sumOfFour = (word: number): number => (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
const sumOfTwelve = (rng: Rng): number => sumOfFour(rng.uint32()) + sumOfFour(rng.uint32()) + sumOfFour(rng.uint32());

export const noise = defineTransform({
  name: 'noise',
  summary: 'Gaussian noise added to the brightness of every pixel.',
  parameters: { sigma: { default: 0.05, min: 0, max: 1, unit: 'of 255' } },
  reference:
    'noise0.2 of the benchmark in github.com/thorn-oss/perception, which draws once per pixel, not per channel',
  apply: async (image, { sigma }, rng) => {
    const { width, height, channels, data } = image;
    const out = filled(width, height, channels, 0);
    const offset = Float64Array.from({ length: draws * 255 + 1 }, (_, sum) => ((sum - mean) / deviation) * sigma * 255);
    for (let i = 0; i < out.data.length; i += channels) {
      const add = offset[sumOfTwelve(rng)]!;
      for (let c = i; c < i + channels; c++) out.data[c] = toByte(data[c]! + add);
    }
    return out;
  },
});
