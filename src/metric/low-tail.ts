/** The low tail of a histogram of distances: what extreme-value.ts fits and node-bootstrap.ts draws again. */
import { unexpected } from '../util/errors.ts';
import { type DistanceHistogram, distanceStep, histogramTotal } from './distance-histogram.ts';

/** Distances at or below a cut, counted downwards from it. */
export interface LowTail {
  /** In bits; a multiple of the step. */
  readonly cut: number;
  /** Spacing of the distances that occur: 2 for hashes cut at the median. */
  readonly step: 1 | 2;
  /** counts[j]: distances above cut − (j + 1) step and at most cut − j step; the last one is distance 0. */
  readonly counts: readonly number[];
  /** All distances, those above the cut included. */
  readonly total: number;
}

/** Where to cut. */
export interface LowTailOptions {
  /** The cut itself, in bits; without it, the smallest distance that meets the three options below. */
  readonly cut?: number;
  /** The histogram's own step by default. */
  readonly step?: 1 | 2;
  /** Least share of the distances at or below the cut: 0.001 by default. */
  readonly share?: number;
  /** Fewest distances at or below the cut: 100 by default; never fewer than three different ones. */
  readonly fewest?: number;
  /** Least cut, in bits: the threshold to be asked about. */
  readonly atLeast?: number;
}

/** The low tail of a histogram; throws UserError when it holds too few distances for the options. */
export function lowTail(h: DistanceHistogram, options: LowTailOptions = {}): LowTail {
  const step = options.step ?? distanceStep(h);
  const total = histogramTotal(h);
  let cut = options.cut ?? smallestCut(h, total, options);
  cut -= cut % step;
  const counts = new Array<number>(cut / step + 1).fill(0);
  for (let d = 0; d <= cut; d++) counts[Math.floor((cut - d) / step)]! += h.counts[d]!;
  return { cut, step, counts, total };
}

function smallestCut(h: DistanceHistogram, total: number, options: LowTailOptions): number {
  const wanted = Math.max(options.fewest ?? 100, (options.share ?? 0.001) * total);
  let seen = 0;
  let different = 0;
  for (const [d, count] of h.counts.entries()) {
    seen += count;
    if (count > 0) different++;
    if (count > 0 && different >= 3 && seen >= wanted && d >= (options.atLeast ?? 0)) return d;
  }
  throw unexpected('a low tail', `${Math.ceil(wanted)} distances, of three values or more`, total);
}
