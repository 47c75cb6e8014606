/**
 * The weights by which Pillow makes a picture larger or smaller: an antialiased filter (Lanczos-3, bicubic or bilinear) in fixed point with 22 bits of
 * fraction. C. E. Duchon, "Lanczos filtering in one and two dimensions" (1979); R. G. Keys, "Cubic convolution interpolation" (1981).
 */

/** Fraction bits of a weight: 32, minus 8 for the pixel and 2 for overshoot and sign. */
export const fraction = 32 - 8 - 2;

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Each filter's curve, and its support on either side, in source pixels when enlarging. */
const filters = {
  lanczos: { lobes: 3, curve: (x: number) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  bilinear: { lobes: 1, curve: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  /** Keys' cubic with a = -1/2, in Pillow's order of operations. */
  bicubic: {
    lobes: 2,
    curve(x: number) {
      const a = -0.5;
      const d = Math.abs(x);
      if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    },
  },
} as const;

/** Name of a filter. */
export type FilterName = keyof typeof filters;

/** For each target pixel of an axis: its first source pixel, the number of source pixels, and the fixed-point weight of each. */
export interface Weights {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` weights per target pixel. */
  readonly weights: Int32Array;
  readonly stride: number;
}

function compute(from: number, to: number, name: FilterName): Weights {
  const { lobes, curve } = filters[name];
  const scale = from / to;
  // When shrinking, the filter is widened so that it covers every source pixel.
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

/** Weights of earlier calls, the latest last: most pictures have one of a few sizes, and their sines take longer than the small thumbnails. */
const known = new Map<string, Weights>();
/** Weights that are kept at most, in all. */
const mostKept = 2 ** 18;
let kept = 0;

/** The weights from that many pixels to that many. */
export function weightsOf(from: number, to: number, filter: FilterName): Weights {
  const key = `${filter} ${from} ${to}`;
  const found = known.get(key);
  const result = found ?? compute(from, to, filter);
  if (found) known.delete(key);
  else kept += result.weights.length;
  known.set(key, result);
  for (const [oldest, { weights }] of known) {
    if (kept <= mostKept) break;
    known.delete(oldest);
    kept -= weights.length;
  }
  return result;
}
