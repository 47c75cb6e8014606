/**
 * From rates to the letter's numbers, for one setting of all inputs: how many of the lost reports a strategy would bring back, and at what
 * price to people who did nothing. Without chance in it; `simulate` draws the settings. The detection rates come from edits of benign
 * pictures, a proxy for the content that the letter is about; say so wherever these numbers are printed.
 */
import { logOverdispersedTail, logPoissonTail } from '../binomial.ts';
import { logGamma } from '../special.ts';
import { type Held, thresholdCurve } from '../threshold-model.ts';
import type { Setting } from './inputs.ts';

/** A number of the model; null where it depends on something that nobody measured. */
export type Known = number | null;

/** Rates of one strategy on one kind of message each; null where nobody measured. */
export interface Rates {
  /** Listed content found as sent, and after edits. */
  readonly listedAsSent: Known;
  readonly listedEdited: Known;
  /** Target content found that is not on the list. */
  readonly newContent: Known;
  /** Innocent messages flagged. */
  readonly falsePositive: Known;
  /** Innocent messages whose picture somebody other than sender and recipient got. */
  readonly exposedInnocent: Known;
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

/** What would follow, a year; null where it depends on a rate that nobody measured. */
export interface Outcome {
  /** Share of the lost reports that would come back. */
  readonly recovered: Known;
  /** Of that, by scanning alone. */
  readonly scanned: Known;
  /** Innocent accounts flagged at least once. */
  readonly innocentAccounts: Known;
  /** Innocent images flagged. */
  readonly innocentImages: Known;
  /** Hours of human review. */
  readonly reviewHours: Known;
  /** The same, in people who do nothing else. */
  readonly reviewers: Known;
  /** Innocent messages exposed, of 10^9, and in all. */
  readonly exposedPerBillion: Known;
  readonly exposed: Known;
  /** Share of flagged images that are target content; null where nothing is flagged, too. */
  readonly ppv: Known;
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
  const listed = mix(unedited, rates.listedAsSent, rates.listedEdited);
  const reached = evadable ? 1 - setting.evasion : 1;
  // Of a distribution half a match may be drawn; what opens is decided on whole ones.
  const threshold = survival ? Math.round(setting.matchThreshold) : 1;
  const found = (rate: number): number => (survival ? survival(rate) : foundInReport(rate, setting));
  const ofListed = known(listed, (rate) => {
    // Of the few items each is found in all its copies or in none: their share of the volume moves together.
    const few = topFound ? topFound(rate) : rate;
    const ofTop = survival ? (rate > 0 ? Math.min(1, (found(rate) * few) / rate) : 0) : few;
    return topShare > 0 ? topShare * ofTop + (1 - topShare) * found(rate) : found(rate);
  });
  // Where everybody evades, nothing is found, whatever the rates are.
  const reachedOf = (rate: Known): Known => (reached === 0 ? 0 : known(rate, (share) => reached * share));
  const scanned = reachedOf(mix(onList, ofListed, known(rates.newContent, found)));

  const innocentAccounts = known(rates.falsePositive, (rate) => {
    const mean = rate * setting.imagesPerAccountYear;
    return accounts * flaggedShare(threshold, mean, setting.falseMatchSpread);
  });
  const innocentImages = known(rates.falsePositive, (rate) => {
    const mean = rate * setting.imagesPerAccountYear;
    const all = imagesPerYear * (1 - prevalence) * rate;
    // E[X; X >= t] of a Poisson count is its mean times P(X >= t - 1).
    return threshold > 1 ? all * flaggedShare(threshold - 1, mean, setting.falseMatchSpread) : all;
  });
  const rateOfTarget = mix(onList, listed, rates.newContent);
  const opened = known(rateOfTarget, (rate) => (survival && rate > 0 ? Math.min(1, survival(rate)) : 1));
  const hits = known(reachedOf(rateOfTarget), (rate) => imagesPerYear * prevalence * rate * (opened ?? 1));
  const flagged = hits === null || innocentImages === null ? null : hits + innocentImages;
  const reviewHours = reviewed ? known(flagged, (images) => (images * setting.secondsPerReview) / 3600) : 0;
  return {
    recovered: known(scanned, (share) => share + (1 - share) * setting.userReports),
    scanned,
    innocentAccounts,
    innocentImages,
    reviewHours,
    reviewers: known(reviewHours, (hours) => hours / setting.hoursPerReviewer),
    exposedPerBillion: known(rates.exposedInnocent, (rate) => 1e9 * rate),
    exposed: known(rates.exposedInnocent, (rate) => imagesPerYear * (1 - prevalence) * rate),
    ppv: known(flagged, (images) => (images > 0 ? hits! / images : null)),
  };
}

/** Something of a number, where it is known. */
const known = (value: Known, of: (value: number) => Known): Known => (value === null ? null : of(value));

/** `share` of one and the rest of the other. What has no part in it need not be known. */
function mix(share: number, one: Known, other: Known): Known {
  if (share === 1) return one;
  if (share === 0) return other;
  return one === null || other === null ? null : share * one + (1 - share) * other;
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

/** Share of innocent accounts with at least `threshold` false matches, of that many expected; negative binomial where rates spread. */
export function flaggedShare(threshold: number, mean: number, spread: number): number {
  if (mean <= 0) return 0;
  return Math.exp(spread > 0 ? logOverdispersedTail(threshold, mean, spread) : logPoissonTail(threshold, mean));
}

/** Points at which the survival of a threshold is computed; between them it is linear. */
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
