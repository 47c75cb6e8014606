/** Histograms of Hamming distances: how often each whole number of bits occurred. 1.25 × 10^9 pairs of a 256-bit hash are 257 counts. */
import { unexpected } from '../util/errors.ts';
import type { Counts } from './interval.ts';

/** How often each Hamming distance occurred between hashes of that many bits. */
export interface DistanceHistogram {
  readonly bits: number;
  /** counts[d] for d = 0 to bits: length bits + 1. */
  readonly counts: readonly number[];
}

/** The histogram of distances, each a whole number from 0 to `bits`; throws UserError on any other. */
export function histogramOf(distances: Iterable<number>, bits: number): DistanceHistogram {
  const counts = new Array<number>(bits + 1).fill(0);
  for (const distance of distances) {
    const count = counts[distance];
    if (count === undefined) throw unexpected('a distance', `a whole number from 0 to ${bits}`, distance);
    counts[distance] = count + 1;
  }
  return { bits, counts };
}

/** The sum of one or more histograms of the same hash length; throws UserError when lengths differ. */
export function addHistograms(parts: readonly DistanceHistogram[]): DistanceHistogram {
  const bits = parts[0]?.bits ?? 0;
  const counts = new Array<number>(bits + 1).fill(0);
  for (const part of parts) {
    if (part.bits !== bits) throw unexpected('the hash length of a histogram', `${bits} bits`, part.bits);
    part.counts.forEach((count, distance) => {
      counts[distance]! += count;
    });
  }
  return { bits, counts };
}

/** Number of distances in the histogram. */
export const histogramTotal = (h: DistanceHistogram): number => h.counts.reduce((sum, count) => sum + count, 0);

/** Mean of the normalised distance (distance / bits); NaN when empty. */
export const meanDistance = (h: DistanceHistogram): number =>
  h.counts.reduce((sum, count, distance) => sum + count * distance, 0) / histogramTotal(h) / h.bits;

/** Standard deviation of the normalised distance (distance / bits), divided by n; NaN when empty. */
export function sdDistance(h: DistanceHistogram): number {
  const mean = meanDistance(h) * h.bits;
  const squares = h.counts.reduce((sum, count, distance) => sum + count * (distance - mean) ** 2, 0);
  return Math.sqrt(squares / histogramTotal(h)) / h.bits;
}

/** Smallest distance seen, in bits; null when empty. */
export function minDistance(h: DistanceHistogram): number | null {
  const at = h.counts.findIndex((count) => count > 0);
  return at < 0 ? null : at;
}

/** The p-quantile of the distances in bits, type 7 as in quantile.ts; NaN when empty. */
export function distanceQuantile(h: DistanceHistogram, p: number): number {
  const n = histogramTotal(h);
  if (n === 0) return Number.NaN;
  const at = (n - 1) * p;
  const below = Math.floor(at);
  const value = orderStatistic(h, below);
  return at === below ? value : value + (at - below) * (orderStatistic(h, below + 1) - value);
}

/** The distance at place `rank` (from 0) in ascending order. */
function orderStatistic(h: DistanceHistogram, rank: number): number {
  let seen = 0;
  return h.counts.findIndex((count) => {
    seen += count;
    return seen > rank;
  });
}

/** How many distances, of how many, are at or below a threshold in bits. */
export const tailShare = (h: DistanceHistogram, threshold: number): Counts => ({
  k: h.counts.reduce((sum, count, distance) => (distance <= threshold ? sum + count : sum), 0),
  n: histogramTotal(h),
});

/**
 * Spacing of the distances that occur: 2 where at most 1 % are odd, else 1. A hash cut at its median has half its bits set, so two
 * such hashes are an even distance apart; ties at the median leave a few exceptions.
 */
export function distanceStep(h: DistanceHistogram): 1 | 2 {
  const odd = h.counts.reduce((sum, count, distance) => (distance % 2 === 1 ? sum + count : sum), 0);
  return odd <= 0.01 * histogramTotal(h) ? 2 : 1;
}
