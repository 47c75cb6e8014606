/**
 * Resizing as Pillow does it, bit by bit: a separable antialiased filter (Lanczos-3 or bicubic), first horizontally and then vertically, in
 * 8-bit fixed point with 22 fraction bits, rounded and clipped after each pass. Pure, so that a phone and a browser compute the same
 * thumbnail. Pillow's `Image.resize(size, Resampling.LANCZOS)`, https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters; C.
 * E. Duchon, "Lanczos filtering in one and two dimensions" (1979); R. G. Keys, "Cubic convolution interpolation" (1981).
 */
import { unexpected } from '../util/errors.ts';
import type { Raster } from './raster.ts';

/** Fraction bits of a weight: 32, minus 8 for the pixel and 2 for overshoot and sign. */
const fraction = 32 - 8 - 2;

/** A filter's curve, and its support on either side, in source pixels when enlarging. */
interface Filter {
  readonly lobes: number;
  readonly curve: (x: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos3: Filter = { lobes: 3, curve: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) };

/** Keys' cubic with a = -1/2, in Pillow's order of operations. */
const keys: Filter = {
  lobes: 2,
  curve(x) {
    const a = -0.5;
    const d = Math.abs(x);
    if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
  },
};

/** For each target pixel: its first source pixel, the number of source pixels, and the fixed-point weight of each. */
interface Kernel {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` weights per target pixel. */
  readonly weights: Int32Array;
  readonly stride: number;
}

function kernelOf(from: number, to: number, { lobes, curve }: Filter): Kernel {
  const scale = from / to;
  // When shrinking, the kernel is widened so that it covers every source pixel.
  const stretch = Math.max(1, scale);
  const reach = lobes * stretch;
  const stride = Math.ceil(reach) * 2 + 1;
  const starts = new Int32Array(to);
  const counts = new Int32Array(to);
  const weights = new Int32Array(to * stride);
  const exact = new Float64Array(stride);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - reach + 0.5));
    const count = Math.min(from, Math.trunc(center + reach + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      // Multiplied by the reciprocal, as in Pillow: a division would round differently.
      exact[k] = curve((k + start - center + 0.5) * (1 / stretch));
      sum += exact[k]!;
    }
    for (let k = 0; k < count; k++) {
      const weight = (exact[k]! / sum) * (1 << fraction);
      weights[i * stride + k] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, stride };
}

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

/** `weigh` for adjacent samples, four sums at a time: the hot loop of every grey thumbnail. The sum wraps identically in any order. */
function weighRun(source: Uint8Array, at: number, weights: Int32Array, first: number, count: number): number {
  let [a, b, c, d] = [1 << (fraction - 1), 0, 0, 0];
  const end = at + count - (count & 3);
  while (at < end) {
    a = (a + Math.imul(source[at]!, weights[first]!)) | 0;
    b = (b + Math.imul(source[at + 1]!, weights[first + 1]!)) | 0;
    c = (c + Math.imul(source[at + 2]!, weights[first + 2]!)) | 0;
    d = (d + Math.imul(source[at + 3]!, weights[first + 3]!)) | 0;
    at += 4;
    first += 4;
  }
  for (let k = 0; k < (count & 3); k++) a = (a + Math.imul(source[at + k]!, weights[first + k]!)) | 0;
  const value = ((((a + b) | 0) + ((c + d) | 0)) | 0) >> fraction;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function resizeAcross(
  source: Uint8Array,
  from: number,
  to: number,
  height: number,
  channels: number,
  filter: Filter,
): Uint8Array {
  const { starts, counts, weights, stride } = kernelOf(from, to, filter);
  const target = new Uint8Array(to * height * channels);
  if (channels === 1) {
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < to; x++, at++)
        target[at] = weighRun(source, y * from + starts[x]!, weights, x * stride, counts[x]!);
    return target;
  }
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < to; x++)
      for (let c = 0; c < channels; c++, at++) {
        const start = (y * from + starts[x]!) * channels + c;
        target[at] = weigh(source, start, channels, weights, x * stride, counts[x]!);
      }
  return target;
}

/** Vertically, pixels and channels are treated the same: `row` adjacent bytes. */
function resizeDown(source: Uint8Array, from: number, to: number, row: number, filter: Filter): Uint8Array {
  const { starts, counts, weights, stride } = kernelOf(from, to, filter);
  const target = new Uint8Array(to * row);
  for (let y = 0, at = 0; y < to; y++)
    for (let x = 0; x < row; x++, at++)
      target[at] = weigh(source, starts[y]! * row + x, row, weights, y * stride, counts[y]!);
  return target;
}

function resize(image: Raster, width: number, height: number, filter: Filter): Raster {
  for (const [name, size] of Object.entries({ width, height }))
    if (!Number.isInteger(size) || size < 1) throw unexpected(name, 'a whole number of pixels from 1', size);
  const { channels } = image;
  let { data } = image;
  if (width !== image.width) data = resizeAcross(data, image.width, width, image.height, channels, filter);
  if (height !== image.height) data = resizeDown(data, image.height, height, width * channels, filter);
  return { width, height, channels, data };
}

/** The picture at another size, in pixels, by Lanczos-3. An unchanged axis is not filtered. */
export const resizeLanczos = (image: Raster, width: number, height: number): Raster =>
  resize(image, width, height, lanczos3);

/** The same by Keys' cubic: Pillow's `resize` without a filter. */
export const resizeBicubic = (image: Raster, width: number, height: number): Raster =>
  resize(image, width, height, keys);
