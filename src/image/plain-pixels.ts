/** The kernel in JavaScript: for pages whose policy forbids WebAssembly, and what the tests hold the one in WebAssembly against. */
import { fraction, type Weights } from './filter.ts';
import type { PixelKernel } from './pixel-kernel.ts';

/** Sum of `count` weighted samples that lie `step` apart, rounded and clipped to a byte. 32-bit throughout, as in Pillow. */
function weigh(
  source: Uint8Array,
  at: number,
  step: number,
  weights: Int32Array,
  first: number,
  count: number,
): number {
  let sum = 1 << (fraction - 1);
  for (let k = 0; k < count; k++, at += step) sum = (sum + Math.imul(source[at]!, weights[first + k]!)) | 0;
  const value = sum >> fraction;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function resizeAcross(
  source: Uint8Array,
  from: number,
  height: number,
  channels: number,
  { starts, counts, weights, stride }: Weights,
): Uint8Array {
  const target = new Uint8Array(starts.length * height * channels);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < starts.length; x++)
      for (let c = 0; c < channels; c++, at++) {
        const start = (y * from + starts[x]!) * channels + c;
        target[at] = weigh(source, start, channels, weights, x * stride, counts[x]!);
      }
  return target;
}

/** Vertically, pixels and channels are treated the same: `row` adjacent bytes. */
function resizeDown(source: Uint8Array, row: number, { starts, counts, weights, stride }: Weights): Uint8Array {
  const target = new Uint8Array(starts.length * row);
  for (let y = 0, at = 0; y < starts.length; y++)
    for (let x = 0; x < row; x++, at++)
      target[at] = weigh(source, starts[y]! * row + x, row, weights, y * stride, counts[y]!);
  return target;
}

/** The kernel. */
export const plainPixels: PixelKernel = {
  resize({ width: from, height: rows, channels, data }, across, down) {
    const width = across?.starts.length ?? from;
    const height = down?.starts.length ?? rows;
    if (across) data = resizeAcross(data, from, rows, channels, across);
    if (down) data = resizeDown(data, width * channels, down);
    return { width, height, channels, data };
  },
  luma(rgb) {
    const luma = new Uint8Array(rgb.length / 3);
    for (let to = 0, from = 0; to < luma.length; to++, from += 3)
      luma[to] = (rgb[from]! * 19595 + rgb[from + 1]! * 38470 + rgb[from + 2]! * 7471 + 0x8000) >> 16;
    return luma;
  },
};
