/**
 * The scale on which distances are counted. Hamming distances are whole numbers of bits. Exact distances of vectors are counted in steps: the count
 * of a distance is the number of steps that reach it. A threshold is a whole number of steps too, so that counting changes no decision at it.
 */

/** Distances as counts, and back. */
export interface DistanceScale {
  readonly unit: 'bits' | 'cosine' | 'l2';
  /** One count, in the unit. */
  readonly size: number;
  /** The largest count. A larger distance has this count too. */
  readonly most: number;
  /** The distance of a count, in the unit; of −1, which is below every distance, −1. */
  at(count: number): number;
  /** The count of a distance in the unit: of a threshold, the counts that are matches are at most this. */
  countOf(distance: number): number;
}

/** Distances in bits. */
export const bitScale = (bits: number): DistanceScale => ({
  unit: 'bits',
  size: 1,
  most: bits,
  at: (count) => count,
  countOf: (distance) => distance,
});

/** Most steps of a scale: so many counts are kept for each set of distances. A threshold has at most half of them (comparison.ts). */
const mostSteps = 20_000;

/** Share of a step by which rounding may exceed it: equal vectors can have a cosine a little below 1. */
const tolerance = 1e-6;

/** Distances in steps of `step`, up to `largest`, the largest distance possible. */
export function stepScale(unit: 'cosine' | 'l2', step: number, largest: number): DistanceScale {
  const most = Math.min(mostSteps, Math.max(1, Math.ceil(largest / step - tolerance)));
  // A multiple of a decimal step is the decimal number, not its sum of rounding errors.
  const ends = Float64Array.from({ length: most + 1 }, (_, count) => Number((count * step).toPrecision(12)));
  const slack = tolerance * step;
  return {
    unit,
    size: step,
    most,
    at: (count) => (count < 0 ? -1 : ends[Math.min(count, most)]!),
    countOf(distance) {
      if (distance < 0) return -1;
      let count = Math.min(most, Math.max(0, Math.ceil(distance / step)));
      // The quotient is rounded; the ends decide.
      while (count > 0 && distance <= ends[count - 1]! + slack) count--;
      while (count < most && distance > ends[count]! + slack) count++;
      return count;
    },
  };
}
