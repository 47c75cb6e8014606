/**
 * What is known of false positives against a list of any size, and nothing more. Up to the largest list measured: counts. Beyond it only two
 * things hold whatever entries have to do with each other, as long as further entries are like those measured: a longer list matches no less,
 * and it matches at most as often as its parts do together (the union bound). That entries are independent, which would give one number,
 * is refuted on long lists (experiments/false-positive-tail), so that this number is given beside and never as the answer.
 */
import { unexpected } from '../util/errors.ts';
import type { Proportion } from './interval.ts';
import type { MeasuredFpr } from './list-size.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion, upperBound } from './proportion.ts';

/** The evidence on one design. */
export interface ListEvidence {
  /** Lists that were measured, of growing size; the smaller are the beginnings of the largest. */
  readonly measured: readonly MeasuredFpr[];
  /** Rate among pairs, its upper bound by picture, and none where nothing was found. */
  readonly pair: { readonly estimate: number | null; readonly high: number };
}

/** False positives of a query against a list of that size. */
type FprAtSize =
  | {
      readonly size: number;
      readonly state: 'measured';
      readonly rate: Proportion;
      readonly independent: number | null;
    }
  | {
      readonly size: number;
      /** 'not known': the bounds allow everybody. */
      readonly state: 'bounded' | 'not known';
      readonly low: number;
      readonly high: number;
      /** As if entries were independent; null where no pair was found. */
      readonly independent: number | null;
    };

/** k of n with the exact two-sided interval; of 0 the one-sided upper bound, since there is nothing below. */
const oneSidedAtZero = (k: number, n: number): Proportion =>
  k === 0 && n > 0
    ? { k, n, estimate: 0, low: 0, high: upperBound(0, n), method: 'Clopper-Pearson 95 %, one-sided' }
    : proportion(k, n);

/** 1 − (1 − q)^N without losing a small q to rounding. */
export const asIfIndependent = (q: number, size: number): number => -Math.expm1(size * Math.log1p(-q));

/** False positives against a list of `size` entries. */
export function fprAtSize(evidence: ListEvidence, size: number): FprAtSize {
  if (!Number.isInteger(size) || size < 1) throw unexpected('a list', 'a whole number of entries from 1', size);
  const { measured, pair } = evidence;
  const independent = pair.estimate ? asIfIndependent(pair.estimate, size) : null;
  const at = measured.find((each) => each.size === size);
  if (at) return { size, state: 'measured', rate: oneSidedAtZero(at.matched, at.queries), independent };
  const { low, high } = boundsAt(evidence, size);
  return { size, state: high < 1 ? 'bounded' : 'not known', low, high, independent };
}

/**
 * Both bounds, each by itself in 95 % of runs: the lower from the longest list measured that is no longer, the upper as the lesser of two with
 * a tail of 2.5 % each, from the list and from all pairs.
 */
export function boundsAt({ measured, pair }: ListEvidence, size: number): { low: number; high: number } {
  const shorter = measured.findLast((each) => each.size <= size);
  const low = shorter ? clopperPearsonLow(shorter.matched, shorter.queries, 0.05) : 0;
  const by = measured.find((each) => each.size >= size) ?? measured.at(-1);
  const parts = by ? Math.ceil(size / by.size) * clopperPearsonHigh(by.matched, by.queries, 0.025) : 1;
  return { low, high: Math.max(low, Math.min(1, size * pair.high, parts)) };
}

/** The size of a list at which a rate is reached: not before `earliest`; at `latest` at the latest, null where that is not known. */
interface ReachedAt {
  readonly earliest: number | null;
  /** As if entries were independent; null where no pair was found. */
  readonly independent: number | null;
  readonly latest: number | null;
}

/** Lists are looked at up to so many entries. */
const longest = 1e12;

/** The size from which on the false-positive rate is at least `rate`, in (0, 1). `earliest` is null where no list up to 10^12 reaches it. */
export function reachedAt(evidence: ListEvidence, rate: number): ReachedAt {
  if (!(rate > 0 && rate < 1)) throw unexpected('a rate', 'a number between 0 and 1', rate);
  const { measured, pair } = evidence;
  const latest = measured.find(({ matched, queries }) => clopperPearsonLow(matched, queries, 0.05) >= rate)?.size;
  // The upper bound grows with the size, so that halving finds where it passes the rate.
  let [below, above] = [0, longest];
  if (boundsAt(evidence, above).high < rate) return { earliest: null, independent: null, latest: latest ?? null };
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (boundsAt(evidence, middle).high >= rate) above = middle;
    else below = middle;
  }
  return {
    earliest: above,
    independent: pair.estimate ? Math.ceil(Math.log1p(-rate) / Math.log1p(-pair.estimate)) : null,
    latest: latest ?? null,
  };
}
