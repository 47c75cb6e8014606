/**
 * Median filter of 3 × 3 pixels; beyond the border, the border's pixels repeat: Pillow's `ImageFilter.MedianFilter(3)`, bit by bit,
 * https://pillow.readthedocs.io/en/stable/reference/ImageFilter.html.
 */
import type { Raster } from './raster.ts';

/** Replaces each sample by the median of itself and its eight neighbours in the same channel. */
export function median3x3({ width, height, channels, data }: Raster): Raster {
  const out = new Uint8Array(data.length);
  const row = width * channels;
  const window = new Uint8Array(9);
  for (let y = 0, at = 0; y < height; y++) {
    const above = y > 0 ? -row : 0;
    const below = y < height - 1 ? row : 0;
    for (let x = 0; x < width; x++) {
      const left = x > 0 ? -channels : 0;
      const right = x < width - 1 ? channels : 0;
      for (let c = 0; c < channels; c++, at++) {
        let n = 0;
        for (const line of [at + above, at, at + below])
          for (const pixel of [line + left, line, line + right]) {
            // Insertion sort: sufficient for nine values.
            const value = data[pixel]!;
            let place = n++;
            for (; place > 0 && window[place - 1]! > value; place--) window[place] = window[place - 1]!;
            window[place] = value;
          }
        out[at] = window[4]!;
      }
    }
  }
  return { width, height, channels, data: out };
}
