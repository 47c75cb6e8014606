/**
 * Smooth perturbations: sums of low cosines over the picture, one set a channel. Searching there and not among pixels is what makes
 * black-box attacks affordable. Guo, Frank & Weinberger, "Low frequency adversarial perturbation" (UAI 2019).
 */
import type { Raster } from '../image/raster.ts';
import { unexpected } from '../util/errors.ts';

/** Points of the grid to the shortest half-wave. */
const perHalfWave = 3;
/** Bits of fraction of a grey level, and of a way between two points. */
const fraction = 8;
const unit = 1 << fraction;
const rounding = unit >> 1;
const half = 1 << (2 * fraction - 1);

/** A picture altered. */
export interface Altered {
  readonly image: Raster;
  /** Root mean square of the change over all values, after rounding to bytes, as a share of 255. */
  readonly l2: number;
}

/** What a picture can be altered to. */
export interface CosineSpace {
  /** Number of coefficients. */
  readonly dimensions: number;
  /** The picture with the perturbation of these coefficients, whose norm is its root mean square in grey levels, rounded and clipped. */
  alter(coefficients: Float64Array): Altered;
}

/**
 * The space of up to `frequencies` half-waves across and down, without the constant. A perturbation is summed on a grid of three points
 * to the shortest half-wave and interpolated between them.
 */
export function cosineSpace(picture: Raster, frequencies: number): CosineSpace {
  if (!Number.isInteger(frequencies) || frequencies < 1 || frequencies > 64)
    throw unexpected('frequencies', 'a whole number from 1 to 64', frequencies);
  const { width, height, channels } = picture;
  const waves = frequencies + 1;
  const edge = perHalfWave * frequencies;
  const cosines = Float64Array.from({ length: waves * edge }, (_, i) => {
    const [wave, at] = [Math.floor(i / edge), i % edge];
    return (wave === 0 ? 1 : Math.SQRT2) * Math.cos((Math.PI * wave * (at + 0.5)) / edge);
  });
  const plane = waves * waves - 1;
  const [across, down] = [taps(edge, width), taps(edge, height)];
  // A channel's own norm is 1/√channels of all coefficients' where they are alike: the mean square is over all values.
  const scale = Math.sqrt(channels);

  /** One channel's sum of cosines on the grid. */
  const onGrid = (coefficients: Float64Array, from: number): Int32Array => {
    const grid = new Float64Array(edge * edge);
    for (let v = 0; v < waves; v++) {
      const line = new Float64Array(edge);
      for (let u = v === 0 ? 1 : 0; u < waves; u++) {
        const coefficient = coefficients[from + v * waves + u - 1]!;
        if (coefficient === 0) continue;
        for (let x = 0; x < edge; x++) line[x]! += coefficient * cosines[u * edge + x]!;
      }
      for (let y = 0; y < edge; y++) {
        const weight = scale * cosines[v * edge + y]!;
        for (let x = 0; x < edge; x++) grid[y * edge + x]! += weight * line[x]!;
      }
    }
    const rounded = new Int32Array(grid.length);
    for (let i = 0; i < grid.length; i++) rounded[i] = Math.round(unit * grid[i]!);
    return rounded;
  };

  return {
    dimensions: plane * channels,
    alter(coefficients) {
      const original = picture.data;
      const data = new Uint8Array(original.length);
      const line = new Int32Array(edge);
      const [before, part] = [across.at, across.part];
      let squares = 0;
      for (let channel = 0; channel < channels; channel++) {
        const grid = onGrid(coefficients, channel * plane);
        for (let y = 0; y < height; y++) {
          const row = down.at[y]! * edge;
          const share = down.part[y]!;
          // Whole numbers from here on: most of the time of a query is spent on pixels.
          for (let i = 0; i < edge; i++)
            line[i] = ((unit - share) * grid[row + i]! + share * grid[row + edge + i]! + rounding) >> fraction;
          let sum = 0;
          for (let x = 0, to = y * width * channels + channel; x < width; x++, to += channels) {
            const at = before[x]!;
            const left = line[at]!;
            const old = original[to]!;
            const value =
              old + (((left << fraction) + Math.imul(part[x]!, line[at + 1]! - left) + half) >> (2 * fraction));
            const clipped = value < 0 ? 0 : value > 255 ? 255 : value;
            data[to] = clipped;
            sum = (sum + Math.imul(clipped - old, clipped - old)) | 0;
          }
          squares += sum;
        }
      }
      return { image: { width, height, channels, data }, l2: Math.sqrt(squares / data.length) / 255 };
    },
  };
}

/** For each of `to` pixels: the grid point before it, and how far it is on the way to the next, in units of 2^-fraction. */
function taps(edge: number, to: number): { readonly at: Int32Array; readonly part: Int32Array } {
  const at = new Int32Array(to);
  const part = new Int32Array(to);
  for (let i = 0; i < to; i++) {
    const where = Math.min(edge - 1, Math.max(0, ((i + 0.5) * edge) / to - 0.5));
    at[i] = Math.min(edge - 2, Math.floor(where));
    part[i] = Math.round(unit * (where - at[i]!));
  }
  return { at, part };
}
