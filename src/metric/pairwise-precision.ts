/**
 * Duplicate search as imagededup benchmarks it (`imagededup/handlers/metrics/classification.py`): all unordered pairs of a set, class 1
 * the copy pairs, class 0 the others.
 */

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
