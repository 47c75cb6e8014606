/** False positives of a list by threshold and by size, from the distance of each innocent picture to its nearest entry. */
import { histogramOf, tailShare } from './distance-histogram.ts';
import type { Proportion } from './interval.ts';
import { boundsAt } from './list-bounds.ts';
import { proportion } from './proportion.ts';

/** Distances to the nearest entry of a list of `size` entries: counts[d] for d = 0 to bits. */
export interface NearestAt {
  readonly size: number;
  readonly counts: readonly number[];
}

/** The rate at one threshold against a list of one size. */
export interface EstimatedRate {
  readonly size: number;
  /** Counted where a part of the list has this size; null beyond it, where only bounds are known. */
  readonly rate: Proportion | null;
  readonly low: number;
  readonly high: number;
}

/** One threshold, at every size. */
export interface ThresholdRates {
  readonly threshold: number;
  readonly rates: readonly EstimatedRate[];
}

/** Distances of pictures to the nearest entry, as they come; one list after the other of growing size. */
export class NearestCounts {
  readonly #counts: Map<number, number[]>;

  /** For parts of the list of these sizes, of a hash of so many bits. */
  constructor(sizes: readonly number[], bits: number) {
    this.#counts = new Map(sizes.map((size) => [size, [...histogramOf([], bits).counts]]));
  }

  /** One more picture. */
  add(size: number, distance: number): void {
    this.#counts.get(size)![distance]!++;
  }

  /** The counts so far. */
  get all(): NearestAt[] {
    return [...this.#counts].map(([size, counts]) => ({ size, counts }));
  }
}

/**
 * The rate at each threshold and size. At sizes that were counted: k/n with the exact interval. Beyond the longest: a longer list matches no less, and at most as often
 * as its parts do together, as long as further entries are like those counted (list-bounds.ts).
 */
export function estimatedRates(
  nearest: readonly NearestAt[],
  { thresholds, beyond }: { readonly thresholds: readonly number[]; readonly beyond: readonly number[] },
): ThresholdRates[] {
  return thresholds.map((threshold) => {
    const counted = nearest.map(({ size, counts }) => {
      const { k, n } = tailShare({ bits: counts.length - 1, counts }, threshold);
      return { size, k, n };
    });
    const measured = counted.map(({ size, k, n }) => ({ size, queries: n, matched: k }));
    return {
      threshold,
      rates: [
        ...counted.map(({ size, k, n }): EstimatedRate => {
          const rate = proportion(k, n);
          return { size, rate, low: rate.low, high: rate.high };
        }),
        ...beyond.map((size): EstimatedRate => {
          // Pairs are not counted, so that only the list itself bounds a longer one.
          const { low, high } = boundsAt({ measured, pair: { estimate: null, high: 1 } }, size);
          return { size, rate: null, low, high };
        }),
      ],
    };
  });
}
