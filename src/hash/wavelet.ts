/**
 * The discrete wavelet transform of square pictures, as PyWavelets' `wavedec2` and `waverec2` define it: down the columns and then along
 * the rows, with pictures mirrored at their edges ('symmetric'). Products are summed in its order, so that ties have the same result.
 * Mallat, "A theory for multiresolution signal decomposition" (1989); Lee et al., "PyWavelets" (2019), https://pywavelets.readthedocs.io.
 */

/** Low-pass analysis filters: Haar (1910), and Daubechies' with four vanishing moments, "Ten Lectures on Wavelets" (1992), table 6.1. */
export const lowPass = {
  haar: [Math.SQRT1_2, Math.SQRT1_2],
  db4: [
    -0.010597401785069032, 0.0328830116668852, 0.030841381835560764, -0.18703481171909309, -0.027983769416859854,
    0.6308807679298589, 0.7148465705529157, 0.2303778133088965,
  ],
} as const satisfies Record<string, readonly number[]>;

/** Name of a wavelet, as PyWavelets calls it. */
export type WaveletName = keyof typeof lowPass;

/** A square picture, row by row. */
export interface Square {
  readonly side: number;
  readonly data: Float64Array;
}

/** The terms of each filtered sample: `count` pairs of a source index and its weight, in the order of addition. */
export interface Taps {
  readonly length: number;
  readonly count: number;
  readonly from: Int32Array;
  readonly weights: Float64Array;
}

/** For `side` samples; `side` is at least the length of the filter. */
export function tapsOf(side: number, filter: readonly number[]): Taps {
  const count = filter.length;
  const length = (side + count - 1) >> 1;
  const from = new Int32Array(length * count);
  const weights = new Float64Array(length * count);
  for (let i = 0; i < length; i++) {
    const last = 2 * i + 1;
    // Past the right edge the mirrored samples come first, counted from the edge.
    const over = Math.max(0, last - side + 1);
    for (let j = 0; j < count; j++) {
      const k = j < over ? over - 1 - j : j;
      const at = last - k;
      from[i * count + j] = at < 0 ? -1 - at : at < side ? at : 2 * side - 1 - at;
      weights[i * count + j] = filter[k]!;
    }
  }
  return { length, count, from, weights };
}

function filterDown(source: Float64Array, width: number, { length, count, from, weights }: Taps): Float64Array {
  const target = new Float64Array(length * width);
  for (let y = 0, tap = 0; y < length; y++)
    for (let j = 0; j < count; j++, tap++)
      for (let x = 0, to = y * width, at = from[tap]! * width; x < width; x++, to++, at++)
        target[to] = target[to]! + weights[tap]! * source[at]!;
  return target;
}

function filterAcross(source: Float64Array, width: number, { length, count, from, weights }: Taps): Float64Array {
  const height = source.length / width;
  const target = new Float64Array(length * height);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0, tap = 0; x < length; x++, to++) {
      let sum = 0;
      for (let j = 0; j < count; j++, tap++) sum += weights[tap]! * source[y * width + from[tap]!]!;
      target[to] = sum;
    }
  return target;
}

/** The approximation (LL) of a picture after `levels` levels of a wavelet. */
export function approximation(picture: Square, wavelet: WaveletName, levels: number): Square {
  let { side, data } = picture;
  for (let level = 0; level < levels; level++) {
    const taps = tapsOf(side, lowPass[wavelet]);
    data = filterAcross(filterDown(data, side, taps), side, taps);
    side = taps.length;
  }
  return { side, data };
}

/**
 * The picture without its mean: decomposed by Haar's wavelet to the last level, with the single approximation set to zero, and recomposed.
 * Subtracting the mean would round differently. The side must be a power of two.
 */
export function withoutMean({ side, data: picture }: Square): Square {
  const data = picture.slice();
  const spare = new Float64Array(side * side);
  for (let count = side; count > 1; count /= 2) {
    analyseDown(data, side, count, spare);
    analyseAcross(data, side, count, spare);
  }
  data[0] = 0;
  for (let count = 2; count <= side; count *= 2) {
    synthesiseAcross(data, side, count, spare);
    synthesiseDown(data, side, count, spare);
  }
  return { side, data };
}

const r = Math.SQRT1_2;

/**
 * In the upper left count × count samples: replaces pairs of rows by their sums above and their differences below. Row by row, in memory
 * order.
 */
function analyseDown(data: Float64Array, side: number, count: number, spare: Float64Array): void {
  const half = count / 2;
  for (let i = 0; i < half; i++)
    for (let x = 0, at = 2 * i * side, low = i * side, high = (half + i) * side; x < count; x++, at++, low++, high++) {
      const left = r * data[at]!;
      const right = r * data[at + side]!;
      spare[low] = right + left;
      spare[high] = left - right;
    }
  copyBack(data, side, count, spare);
}

/** The same horizontally: pairs of samples of each row. */
function analyseAcross(data: Float64Array, side: number, count: number, spare: Float64Array): void {
  const half = count / 2;
  for (let y = 0; y < count; y++)
    for (let i = 0, at = y * side, low = at, high = at + half; i < half; i++, at += 2, low++, high++) {
      const left = r * data[at]!;
      const right = r * data[at + 1]!;
      spare[low] = right + left;
      spare[high] = left - right;
    }
  copyBack(data, side, count, spare);
}

function synthesiseAcross(data: Float64Array, side: number, count: number, spare: Float64Array): void {
  const half = count / 2;
  for (let y = 0; y < count; y++)
    for (let i = 0, at = y * side, low = at, high = at + half; i < half; i++, at += 2, low++, high++) {
      const sum = r * data[low]!;
      const difference = r * data[high]!;
      spare[at] = sum + difference;
      spare[at + 1] = sum - difference;
    }
  copyBack(data, side, count, spare);
}

function synthesiseDown(data: Float64Array, side: number, count: number, spare: Float64Array): void {
  const half = count / 2;
  for (let i = 0; i < half; i++)
    for (let x = 0, at = 2 * i * side, low = i * side, high = (half + i) * side; x < count; x++, at++, low++, high++) {
      const sum = r * data[low]!;
      const difference = r * data[high]!;
      spare[at] = sum + difference;
      spare[at + side] = sum - difference;
    }
  copyBack(data, side, count, spare);
}

function copyBack(data: Float64Array, side: number, count: number, spare: Float64Array): void {
  for (let y = 0; y < count; y++) data.set(spare.subarray(y * side, y * side + count), y * side);
}
