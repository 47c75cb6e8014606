/**
 * Operating points: thresholds chosen on calibration pictures, to be scored on others. A threshold never moves past the one that a
 * hash's authors recommend, whatever calibration would allow: a few thousand negatives say nothing about the far tail.
 */
import type { Proportion } from './interval.ts';
import { proportion } from './proportion.ts';
import { justAbove, largestDistance } from './roc.ts';

/** A Hamming-distance threshold, with how it came about. */
export interface DistanceThreshold {
  /** A match is distance <= bits; -1: nothing matches. */
  readonly bits: number;
  readonly calibrationFpr: Proportion;
  /** One sentence for the report. */
  readonly rule: string;
}

/** A score threshold, with how it came about. */
export interface ScoreThreshold {
  /** A picture is flagged when its score >= this. */
  readonly score: number;
  readonly calibrationFpr: Proportion;
  /** One sentence for the report. */
  readonly rule: string;
}

/**
 * The largest threshold, in bits, whose FPR on calibration negatives is at most the target, and at most the authors' own; with
 * `cap: false`, at most `maxBits`. Without negatives no threshold is justified, so nothing matches.
 */
export function chooseDistanceThreshold(
  calibrationNegatives: ArrayLike<number>,
  targetFpr: number,
  authorsThreshold: number,
  options: { readonly cap: true } | { readonly cap: false; readonly maxBits: number } = { cap: true },
): DistanceThreshold {
  const limit = options.cap ? authorsThreshold : options.maxBits;
  const bits = largestDistance(calibrationNegatives, targetFpr, limit);
  const flagged = Array.from(calibrationNegatives).filter((each) => each <= bits).length;
  const calibrationFpr = proportion(flagged, calibrationNegatives.length);
  const capped = options.cap ? `, and at most the authors' ${authorsThreshold} bits` : '';
  const chosen =
    bits < 0 ? 'even distance 0 exceeds it, so nothing matches' : `${bits} bits (${counts(calibrationFpr, targetFpr)})`;
  const rule =
    calibrationNegatives.length === 0
      ? 'no calibration negatives, so no threshold is justified and nothing matches'
      : `largest distance with FPR <= ${targetFpr} on calibration${capped}: ${chosen}`;
  return { bits, calibrationFpr, rule };
}

/**
 * The smallest score whose FPR on calibration negatives is at most the target. It may lie just above 1, where nothing is flagged, as it
 * does without negatives.
 */
export function chooseScoreThreshold(calibrationNegativeScores: ArrayLike<number>, targetFpr: number): ScoreThreshold {
  const n = calibrationNegativeScores.length;
  if (n === 0)
    return {
      score: justAbove(1),
      calibrationFpr: proportion(0, 0),
      rule: 'no calibration negatives, so no threshold is justified and nothing is flagged',
    };
  const descending = Float64Array.from(calibrationNegativeScores, (each) => -each)
    .sort()
    .map((each) => -each);
  let allowed = 0;
  while (allowed < n && (allowed + 1) / n <= targetFpr) allowed++;
  // Just above the highest score that may not be flagged; ties with it fall too.
  const score = allowed === n ? descending[n - 1]! : justAbove(descending[allowed]!);
  const calibrationFpr = proportion(descending.filter((each) => each >= score).length, n);
  const chosen =
    score > 1 ? 'no score up to 1 meets it, so nothing is flagged' : `${score} (${counts(calibrationFpr, targetFpr)})`;
  const rule = `smallest score with FPR <= ${targetFpr} on calibration: ${chosen}`;
  return { score, calibrationFpr, rule };
}

/** Whether so many negatives can tell a rate from 0: the least rate above 0 is one of them. */
export const isAttainable = (fpr: number, negatives: number): boolean => negatives > 0 && fpr >= 1 / negatives;

const counts = ({ k, n }: Proportion, targetFpr: number): string =>
  `${k} of ${n} negatives${k > 0 || isAttainable(targetFpr, n) ? '' : `, so FPR < ${(100 / n).toPrecision(2)} %`}`;
