/**
 * False positives per query against the size of the list, from what was measured to at most two decades beyond. Every row says which it is; none
 * is a bare number. Beyond what was measured two methods answer, which share no assumption but that entries are independent.
 */
import { fprAtListSize, pairTailOf } from './extreme-value.ts';
import type { Interval, Proportion } from './interval.ts';
import { proportion, wilson } from './proportion.ts';

/** Independent queries, none of them on the list, against one fixed list. */
export interface MeasuredFpr {
  /** Entries on the list. */
  readonly size: number;
  readonly queries: number;
  /** Queries with at least one entry at or below the threshold. */
  readonly matched: number;
}

/** P(distance between a query and one entry <= threshold) by both methods: effectiveBitsTail, and extremeValueInterval or nearestNeighbourTail. */
export interface PairTails {
  /** Null for distances that are no share of a largest one, such as the Euclidean distance: these have no effective bits. */
  readonly effectiveBits: Interval | null;
  readonly extremeValue: Interval;
}

/** What is known, and the sizes asked about. */
export interface ListSizeInput {
  readonly measured: readonly MeasuredFpr[];
  readonly pairTails: PairTails;
  /** Distances that the pair tails were fitted to. */
  readonly pairs: number;
  /** 10^3 to 10^7 by default. */
  readonly sizes?: readonly number[];
}

/** The false-positive rate of a query against a list of that size. */
export type ListSizeRow =
  | {
      readonly size: number;
      readonly status: 'measured';
      readonly rate: Proportion;
      readonly wilson: Proportion;
    }
  | {
      readonly size: number;
      readonly status: 'extrapolated';
      /** Largest list measured, and how many decades this one is beyond it. */
      readonly from: number;
      readonly decades: number;
      /** Null for distances without effective bits. */
      readonly byEffectiveBits: Interval | null;
      readonly byExtremeValue: Interval;
      /** How many decades each pair tail lies below one in all distances fitted; 0 where the threshold was reached. Above 2, say so. */
      readonly tailDecades: { readonly effectiveBits: number | null; readonly extremeValue: number };
    }
  | {
      readonly size: number;
      readonly status: 'not supported';
      /** One sentence for the report. */
      readonly reason: string;
    };

/** Decades beyond the largest measured list for which a rate is given. */
const furthest = 2;

/** One row a size: measured where a list of that very size was, else extrapolated up to two decades past the largest one measured. */
export function fprByListSize({ measured, pairTails, pairs, sizes = decades }: ListSizeInput): ListSizeRow[] {
  const from = Math.max(0, ...measured.map((each) => each.size));
  return sizes.map((size): ListSizeRow => {
    const at = measured.find((each) => each.size === size);
    if (at)
      return {
        size,
        status: 'measured',
        rate: proportion(at.matched, at.queries),
        wilson: wilson(at.matched, at.queries),
      };
    if (from === 0) return { size, status: 'not supported', reason: 'no list was measured' };
    // Between measured sizes nothing is extrapolated, but nothing was measured either.
    const beyond = Math.max(0, Math.log10(size / from));
    if (beyond > furthest + 1e-9) {
      const reason = `${beyond.toFixed(1)} decades beyond the largest list measured (${from}); at most ${furthest} are supported`;
      return { size, status: 'not supported', reason };
    }
    return {
      size,
      status: 'extrapolated',
      from,
      decades: beyond,
      byEffectiveBits: pairTails.effectiveBits && atListSize(pairTails.effectiveBits, size),
      byExtremeValue: atListSize(pairTails.extremeValue, size),
      tailDecades: {
        effectiveBits: pairTails.effectiveBits && decadesBelow(pairTails.effectiveBits.estimate, pairs),
        extremeValue: decadesBelow(pairTails.extremeValue.estimate, pairs),
      },
    };
  });
}

const decades = [1e3, 1e4, 1e5, 1e6, 1e7];

/** A pair tail, with its interval, as a rate per query. */
const atListSize = (pairTail: Interval, size: number): Interval => ({
  estimate: fprAtListSize(pairTail.estimate, size),
  low: fprAtListSize(pairTail.low, size),
  high: fprAtListSize(pairTail.high, size),
  method: `${pairTail.method}; 1 - (1 - q)^${size}`,
});

const decadesBelow = (tail: number, pairs: number): number => Math.max(0, -Math.log10(tail * pairs));

/** A prediction against what was then measured. */
export interface Check {
  readonly predicted: Interval;
  /** Predicted / measured; null when nothing was matched. */
  readonly ratio: number | null;
  /** 'agrees': the intervals overlap, so the measurement does not refute the prediction (wide ones agree easily). */
  readonly verdict: 'agrees' | 'too low' | 'too high';
}

/** Pair tails fitted at one list size, and the measurements there and at a larger one. */
export interface PredictionInput {
  readonly fittedOn: MeasuredFpr;
  readonly pairTails: PairTails;
  readonly measured: MeasuredFpr;
}

/** Each method's prediction for the larger list. */
export interface PredictionCheck {
  readonly from: number;
  readonly size: number;
  readonly measured: Proportion;
  readonly byEffectiveBits: Check | null;
  readonly byExtremeValue: Check;
  /** The smaller list's measured rate, scaled by the number of entries: what any model must beat. */
  readonly byScaling: Check;
}

/** Predicts the rate at a larger list from fits at a smaller one, and compares: the test that an extrapolation beyond both has to pass. */
export function predictAndCheck({ fittedOn, pairTails, measured }: PredictionInput): PredictionCheck {
  const rate = proportion(measured.matched, measured.queries);
  const check = (pairTail: Interval): Check => {
    const predicted = atListSize(pairTail, measured.size);
    const verdict = predicted.high < rate.low ? 'too low' : predicted.low > rate.high ? 'too high' : 'agrees';
    return { predicted, ratio: rate.estimate ? predicted.estimate / rate.estimate : null, verdict };
  };
  const before = proportion(fittedOn.matched, fittedOn.queries);
  return {
    from: fittedOn.size,
    size: measured.size,
    measured: rate,
    byEffectiveBits: pairTails.effectiveBits && check(pairTails.effectiveBits),
    byExtremeValue: check(pairTails.extremeValue),
    byScaling: check({
      estimate: pairTailOf(before.estimate ?? 0, fittedOn.size),
      low: pairTailOf(before.low, fittedOn.size),
      high: pairTailOf(before.high, fittedOn.size),
      method: `measured at ${fittedOn.size} entries, ${before.method}`,
    }),
  };
}
