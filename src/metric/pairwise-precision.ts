/**
 * Duplicate search as imagededup benchmarks it (`imagededup/handlers/metrics/classification.py`): all unordered pairs of a set, class 1
 * the copy pairs, class 0 the others; a pair is retrieved when distance <= threshold.
 */
import { type DistanceHistogram, tailShare } from './distance-histogram.ts';
import type { Proportion } from './interval.ts';
import { proportion } from './proportion.ts';

/** One threshold. Intervals take pairs as independent, which pairs of shared pictures are not: see node-bootstrap.ts. */
interface PairwiseRow {
  /** In bits. */
  readonly threshold: number;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
  /** tp of tp + fp; estimate null where nothing is retrieved. */
  readonly precision: Proportion;
  /** tp of copy pairs. */
  readonly recall: Proportion;
  /** fp of other pairs; class-0 recall is one less this. */
  readonly fpr: Proportion;
}

/** Class-1 precision and recall and the pairwise false-positive rate at each threshold; imagededup's are 0, 10 and 32 of 64 bits. */
export function pairwisePrecision(
  copies: DistanceHistogram,
  others: DistanceHistogram,
  thresholds: readonly number[] = [0, 10, 32],
): PairwiseRow[] {
  return thresholds.map((threshold) => {
    const { k: tp, n: copyPairs } = tailShare(copies, threshold);
    const { k: fp, n: otherPairs } = tailShare(others, threshold);
    return {
      threshold,
      tp,
      fp,
      fn: copyPairs - tp,
      tn: otherPairs - fp,
      precision: proportion(tp, tp + fp),
      recall: proportion(tp, copyPairs),
      fpr: proportion(fp, otherPairs),
    };
  });
}

/** A published class-1 precision (above 0) and recall, with the pairs of its set. */
interface PublishedPrecision {
  readonly precision: number;
  readonly recall: number;
  readonly copyPairs: number;
  readonly otherPairs: number;
}

/** The pairwise false-positive rate that a published precision and recall imply: FP = TP (1 − p) / p over the other pairs. */
export const impliedFpr = ({ precision, recall, copyPairs, otherPairs }: PublishedPrecision): number =>
  (recall * copyPairs * (1 - precision)) / precision / otherPairs;
