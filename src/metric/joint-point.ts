/**
 * Operating points of two detectors together: both are loosened alike, so that neither is favoured, as far as the false positives of both
 * together allow. Scores: the higher the more suspicious; a distance counts as its negative.
 */
import type { Proportion } from './interval.ts';
import { proportion } from './proportion.ts';
import { justAbove } from './roc.ts';

/** An innocent picture of the calibration part under both detectors. */
interface TwoScores {
  readonly first: number;
  readonly second: number;
}

/** Thresholds: a detector flags when its score is at least its threshold. */
interface JointPoint extends TwoScores {
  readonly calibrationFpr: Proportion;
}

/** The smallest threshold that flags at most that many of the scores; -Infinity where all may be flagged, Infinity where none is known. */
export function thresholdAllowing(scores: readonly number[], allowed: number): number {
  if (scores.length === 0) return Number.POSITIVE_INFINITY;
  if (allowed >= scores.length) return Number.NEGATIVE_INFINITY;
  const descending = Float64Array.from(scores, (each) => -each).sort();
  return justAbove(-descending[Math.max(0, allowed)]!);
}

/** How many of n negatives may be flagged; k/n <= target is compared as written, so that 1 of 1,000 meets 0.001. */
export function allowedOf(n: number, targetFpr: number): number {
  let allowed = 0;
  while (allowed < n && (allowed + 1) / n <= targetFpr) allowed++;
  return allowed;
}

/**
 * The loosest pair of thresholds, each of which flags equally many negatives by itself, at which both together (and), or either (or),
 * flag at most the target share.
 */
export function jointPoint(negatives: readonly TwoScores[], targetFpr: number, how: 'and' | 'or'): JointPoint {
  const n = negatives.length;
  const allowed = allowedOf(n, targetFpr);
  const [first, second] = [negatives.map((each) => each.first), negatives.map((each) => each.second)];
  const at = (each: number): JointPoint => {
    const point = { first: thresholdAllowing(first, each), second: thresholdAllowing(second, each) };
    return { ...point, calibrationFpr: proportion(negatives.filter((scores) => flags(scores, point, how)).length, n) };
  };
  let best = at(0);
  for (let each = 1; each <= n; each++) {
    const next = at(each);
    if (next.calibrationFpr.k > allowed) break;
    best = next;
  }
  return best;
}

/** Whether both, or either, flag. */
export function flags({ first, second }: TwoScores, point: TwoScores, how: 'and' | 'or'): boolean {
  const [one, other] = [first >= point.first, second >= point.second];
  return how === 'and' ? one && other : one || other;
}
