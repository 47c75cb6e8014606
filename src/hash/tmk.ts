/**
 * TMK+PDQF: one hash of fixed size for a whole clip, from the float coefficients of PDQ of its frames at 15 per second: their mean (level 1),
 * and their sums weighted by cosines and sines of time (level 2), by which two clips can be compared at the best shift of time. Facebook,
 * "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (2019), and `tmk/cpp/algo/tmkfv.cpp` of
 * github.com/facebook/ThreatExchange; S. Poullot et al., "Temporal matching kernel with explicit feature maps" (ACM Multimedia 2015).
 */
import type { Raster } from '../image/raster.ts';
import { pdqCoefficients } from './pdq-plain.ts';

/** Frames per second to which a clip is resampled. */
export const tmkFramesPerSecond = 15;
/** Side in pixels of the frames, whatever the shape of the clip. */
export const tmkSide = 64;
/** Smallest scores of a match at levels 1 and 2 (`tmk_default_thresholds.h`). */
export const tmkThresholds = { level1: 0.7, level2: 0.7 } as const;

/** Coefficients of a frame. */
export const tmkDimension = 256;
/** Periods, in frames, of the cosines and sines. */
export const tmkPeriods: readonly number[] = [2731, 4391, 9767, 14653];
/** Number of Fourier coefficients, and the parameter of the kernel that they approximate. */
const terms = 32;
const beta = 32;

/** The hash of a clip. */
export interface TmkHash {
  /** Number of frames at `tmkFramesPerSecond`. */
  readonly frames: number;
  /** Mean of the frames' coefficients; 256 numbers. */
  readonly average: Float32Array;
  /** Sums weighted by cosines and by sines, of unit length times the root of their coefficient: [period][term][256] numbers each. */
  readonly cosines: Float32Array;
  readonly sines: Float32Array;
}

/** Modified Bessel function of the first kind of order n at x, by its power series (Abramowitz & Stegun 9.6.10). */
function bessel(n: number, x: number): number {
  let term = 1;
  for (let i = 1; i <= n; i++) term *= x / 2 / i;
  let sum = 0;
  for (let k = 1; term > sum * 1e-17; k++) {
    sum += term;
    term *= (x / 2) ** 2 / (k * (k + n));
  }
  return sum;
}

/** The Fourier coefficients of Poullot's kernel exp(β cos t), as 32-bit floats. */
export const tmkCoefficients: Float32Array = Float32Array.from({ length: terms }, (_, j) =>
  j === 0 ? (bessel(0, beta) - Math.exp(-beta)) / (2 * Math.sinh(beta)) : bessel(j, beta) / Math.sinh(beta),
);

/** Score of a clip with itself at level 2, before it is divided by it. */
const selfScore = tmkCoefficients.reduce((sum, value, j) => sum + (j === 0 ? 1 : 2) * value, 0);

const norm = (vector: Float32Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** Adds up the frames of a clip, which are squares of `tmkSide` pixels at `tmkFramesPerSecond`, in order. */
export function tmkHasher(): { add(frame: Raster): void; finish(): TmkHash } {
  const average = new Float64Array(tmkDimension);
  const cosines = new Float64Array(tmkPeriods.length * terms * tmkDimension);
  const sines = new Float64Array(cosines.length);
  let frames = 0;
  return {
    add(frame) {
      const feature = pdqCoefficients(frame);
      const length = norm(feature) || 1;
      for (let k = 0; k < tmkDimension; k++) average[k]! += feature[k]!;
      for (let i = 0, at = 0; i < tmkPeriods.length; i++)
        for (let j = 0; j < terms; j++, at += tmkDimension) {
          const angle = (2 * Math.PI * j * frames) / tmkPeriods[i]!;
          const cosine = Math.cos(angle) / length;
          const sine = Math.sin(angle) / length;
          for (let k = 0; k < tmkDimension; k++) {
            cosines[at + k]! += cosine * feature[k]!;
            sines[at + k]! += sine * feature[k]!;
          }
        }
      frames++;
    },
    finish: () => ({
      frames,
      average: Float32Array.from(average, (sum) => sum / Math.max(1, frames)),
      cosines: weighted(cosines),
      sines: weighted(sines),
    }),
  };
}

/** Each vector at unit length, times the root of its coefficient. */
function weighted(sums: Float64Array): Float32Array {
  const out = new Float32Array(sums.length);
  for (let at = 0; at < sums.length; at += tmkDimension) {
    const vector = sums.subarray(at, at + tmkDimension);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    const scale = length > 0 ? Math.sqrt(tmkCoefficients[(at / tmkDimension) % terms]!) / length : 0;
    for (let k = 0; k < tmkDimension; k++) out[at + k] = scale * vector[k]!;
  }
  return out;
}

function dot(a: Float32Array, b: Float32Array, from = 0): number {
  let sum = 0;
  for (let k = from; k < from + tmkDimension; k++) sum += a[k]! * b[k]!;
  return sum;
}

/** Level 1: the cosine of the two means, -1 to 1; 0 if one of them is zero. */
export function tmkLevel1(a: Pick<TmkHash, 'average'>, b: Pick<TmkHash, 'average'>): number {
  const lengths = norm(a.average) * norm(b.average);
  return lengths === 0 ? 0 : dot(a.average, b.average) / lengths;
}

/** Level 2: the best score of any shift in time, 1 for a clip with itself. It takes some milliseconds. */
export function tmkLevel2(a: TmkHash, b: TmkHash): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const [i, period] of tmkPeriods.entries()) {
    const even = new Float64Array(terms);
    const odd = new Float64Array(terms);
    for (let j = 0; j < terms; j++) {
      const at = (i * terms + j) * tmkDimension;
      even[j] = dot(a.cosines, b.cosines, at) + dot(a.sines, b.sines, at);
      odd[j] = dot(a.sines, b.cosines, at) - dot(a.cosines, b.sines, at);
    }
    for (let shift = 0; shift < period; shift++) {
      // The cosines and sines of the multiples of an angle, by turning.
      const stepCosine = Math.cos((2 * Math.PI * shift) / period);
      const stepSine = Math.sin((2 * Math.PI * shift) / period);
      let cosine = 1;
      let sine = 0;
      let score = even[0]!;
      for (let j = 1; j < terms; j++) {
        const turned = cosine * stepCosine - sine * stepSine;
        sine = sine * stepCosine + cosine * stepSine;
        cosine = turned;
        score += cosine * even[j]! + sine * odd[j]!;
      }
      best = Math.max(best, score);
    }
  }
  return best / selfScore;
}
