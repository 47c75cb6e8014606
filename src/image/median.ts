/**
 * Median filter of 3 × 3 pixels; beyond the border, the border's pixels repeat: Pillow's `ImageFilter.MedianFilter(3)`, bit by bit,
 * https://pillow.readthedocs.io/en/stable/reference/ImageFilter.html.
 */
import type { Raster } from './raster.ts';

const { max, min } = Math;
const middle = (a: number, b: number, c: number): number => max(min(a, b), min(max(a, b), c));

/**
 * Replaces each sample by the median of itself and its eight neighbours in the same channel. With the three columns sorted, it is the
 * median of the largest of the lowest samples, the median of the middle ones and the smallest of the highest.
 */
export function median3x3({ width, height, channels, data }: Raster): Raster {
  const out = new Uint8Array(data.length);
  const row = width * channels;
  // The columns of a row, with one more on either side.
  const [low, mid, high] = [0, 1, 2].map(() => new Uint8Array(row + 2 * channels)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  for (let y = 0, from = 0; y < height; y++, from += row) {
    const above = y > 0 ? from - row : from;
    const below = y < height - 1 ? from + row : from;
    for (let x = 0, to = channels; x < row; x++, to++) {
      const [a, b, c] = [data[above + x]!, data[from + x]!, data[below + x]!];
      low[to] = min(a, b, c);
      mid[to] = middle(a, b, c);
      high[to] = max(a, b, c);
    }
    for (const line of [low, mid, high]) {
      line.copyWithin(0, channels, 2 * channels);
      line.copyWithin(row + channels, row, row + channels);
    }
    for (let x = 0, one = channels, two = 2 * channels; x < row; x++, one++, two++)
      out[from + x] = middle(
        max(low[x]!, low[one]!, low[two]!),
        middle(mid[x]!, mid[one]!, mid[two]!),
        min(high[x]!, high[one]!, high[two]!),
      );
  }
  return { width, height, channels, data: out };
}
