/**
 * From rates to the letter's numbers, for one setting of all inputs: how many of the lost reports a strategy would bring back, and at what
 * price to people who did nothing. Without chance in it; `simulate` draws the settings. The detection rates come from edits of benign
 * pictures, a proxy for the content that the letter is about; say so wherever these numbers are printed.
 */
import { logOverdispersedTail, logPoissonTail } from '../binomial.ts';
import { logGamma } from '../special.ts';
import { type Held, thresholdCurve } from '../threshold-model.ts';
import type { Setting } from './inputs.ts';

/** Rates of one strategy on one kind of message each. */
export interface Rates {
  /** Listed content found as sent, and after edits. */
  readonly listedAsSent: number;
  readonly listedEdited: number;
  /** Target content found that is not on the list. */
  readonly newContent: number;
  /** Innocent messages flagged. */
  readonly falsePositive: number;
  /** Innocent messages whose picture somebody other than sender and recipient got. */
  readonly exposedInnocent: number;
}
export const rateNames = ['listedAsSent', 'listedEdited', 'newContent', 'falsePositive', 'exposedInnocent'] as const;

/** What sets a strategy apart in the model. */
export interface StrategyFacts {
  /** Whether a sender who wants to can get around it. */
  readonly evadable: boolean;
  /** Whether people look at what it flags. */
  readonly reviewed: boolean;
  /** Survival of the account threshold at a detection rate; undefined where one match is enough. */
  readonly survival?: ((rate: number) => number) | undefined;
}

/** What would follow, a year. */
export interface Outcome {
  /** Share of the lost reports that would come back. */
  readonly recovered: number;
  /** Of that, by scanning alone. */
  readonly scanned: number;
  /** Innocent accounts flagged at least once. */
  readonly innocentAccounts: number;
  /** Innocent images flagged. */
  readonly innocentImages: number;
  /** Hours of human review. */
  readonly reviewHours: number;
  /** The same, in people who do nothing else. */
  readonly reviewers: number;
  /** Innocent messages exposed, of 10^9, and in all. */
  readonly exposedPerBillion: number;
  readonly exposed: number;
  /** Share of flagged images that are target content; null where nothing is flagged. */
  readonly ppv: number | null;
}

/**
 * The outcome. `topFound` is the share of the few items of `topShare` that are found: a draw of how many of them are, or the detection
 * rate itself for the expectation, which is the default.
 */
export function outcome(
  rates: Rates,
  setting: Setting,
  facts: StrategyFacts,
  topFound?: (rate: number) => number,
): Outcome {
  const { onList, unedited, topShare, imagesPerYear, prevalence, accounts } = setting;
  const { evadable, reviewed, survival } = facts;
  const listed = unedited * rates.listedAsSent + (1 - unedited) * rates.listedEdited;
  const reached = evadable ? 1 - setting.evasion : 1;
  const threshold = survival ? setting.matchThreshold : 1;
  const found = (rate: number): number => (survival ? survival(rate) : foundInReport(rate, setting));
  // Of the few items each is found in all its copies or in none: their share of the volume moves together.
  const few = topFound ? topFound(listed) : listed;
  const ofTop = survival ? (listed > 0 ? Math.min(1, (found(listed) * few) / listed) : 0) : few;
  const ofListed = topShare > 0 ? topShare * ofTop + (1 - topShare) * found(listed) : found(listed);
  const scanned = reached * (onList * ofListed + (1 - onList) * found(rates.newContent));

  const mean = rates.falsePositive * setting.imagesPerAccountYear;
  const innocentAccounts = accounts * flaggedShare(threshold, mean, setting.falseMatchSpread);
  const innocentOf = imagesPerYear * (1 - prevalence) * rates.falsePositive;
  // E[X; X >= t] of a Poisson count is its mean times P(X >= t - 1).
  const innocentImages =
    threshold > 1 ? innocentOf * flaggedShare(threshold - 1, mean, setting.falseMatchSpread) : innocentOf;
  const rateOfTarget = onList * listed + (1 - onList) * rates.newContent;
  const opened = survival && rateOfTarget > 0 ? Math.min(1, survival(rateOfTarget)) : 1;
  const hits = imagesPerYear * prevalence * reached * rateOfTarget * opened;
  const reviewHours = reviewed ? ((hits + innocentImages) * setting.secondsPerReview) / 3600 : 0;
  return {
    recovered: scanned + (1 - scanned) * setting.userReports,
    scanned,
    innocentAccounts,
    innocentImages,
    reviewHours,
    reviewers: reviewHours / setting.hoursPerReviewer,
    exposedPerBillion: 1e9 * rates.exposedInnocent,
    exposed: imagesPerYear * (1 - prevalence) * rates.exposedInnocent,
    ppv: hits + innocentImages > 0 ? hits / (hits + innocentImages) : null,
  };
}

/**
 * Probability that at least one of m files of a report is found: 1 − (1 − τ)^m where misses are independent, beta-binomial where they
 * correlate. m need not be a whole number: the product of the beta-binomial is written with gamma functions.
 */
export function foundInReport(
  rate: number,
  { filesPerReport: m, missCorrelation: c }: Pick<Setting, 'filesPerReport' | 'missCorrelation'>,
): number {
  if (rate <= 0) return 0;
  if (rate >= 1) return 1;
  if (c >= 1) return rate;
  if (c <= 0) return -Math.expm1(m * Math.log1p(-rate));
  const size = 1 / c - 1;
  const miss = (1 - rate) * size;
  return -Math.expm1(logGamma(miss + m) - logGamma(miss) + logGamma(size) - logGamma(size + m));
}

/** Share of innocent accounts with at least `threshold` false matches, of so many expected; negative binomial where rates spread. */
export function flaggedShare(threshold: number, mean: number, spread: number): number {
  if (mean <= 0) return 0;
  return Math.exp(spread > 0 ? logOverdispersedTail(threshold, mean, spread) : logPoissonTail(threshold, mean));
}

/** Points at which the survival of a threshold is worked out; between them it is linear. */
const grid = 100;

/**
 * Share of offenders' listed pictures whose account reaches the threshold, as a function of the detection rate:
 * Σ P(K = k) k P(Bin(k, τ) ≥ t) / E[K].
 */
export function thresholdSurvival(held: Held, threshold: number, correlation = 0): (rate: number) => number {
  const points = Float64Array.from({ length: grid + 1 }, (_, i) =>
    i === 0 ? 0 : thresholdCurve(held, { rate: i / grid, correlation }, threshold).pictures[threshold - 1]!,
  );
  return (rate) => {
    const at = Math.min(grid, Math.max(0, rate * grid));
    const low = Math.min(grid - 1, Math.floor(at));
    return points[low]! + (at - low) * (points[low + 1]! - points[low]!);
  };
}
