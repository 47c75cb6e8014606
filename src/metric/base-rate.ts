/**
 * Base rates: what a detection rate and a false-positive rate amount to where target content is rare (Bayes' rule), which
 * false-positive rate a wanted precision needs, and how many innocent pictures it takes to know that one has it.
 * Axelsson, "The base-rate fallacy and the difficulty of intrusion detection" (ACM TISSEC 2000).
 */
import { unexpected } from '../util/errors.ts';
import type { Proportion } from './interval.ts';
import { clopperPearsonHigh, clopperPearsonLow } from './proportion.ts';

/** PPV, the share of flagged pictures that are target content: πTPR / (πTPR + (1 − π)FPR). null when nothing is flagged. */
export function ppv(prevalence: number, tpr: number, fpr: number): number | null {
  const right = prevalence * tpr;
  const wrong = (1 - prevalence) * fpr;
  return right + wrong > 0 ? right / (right + wrong) : null;
}

/** The largest FPR at which flagged pictures are target content at least as often as `wanted`, in (0, 1]. */
export function neededFpr(prevalence: number, tpr: number, wanted: number): number {
  if (!(wanted > 0 && wanted <= 1)) throw unexpected('a wanted PPV', 'a number above 0, at most 1', wanted);
  return (prevalence * tpr * (1 - wanted)) / ((1 - prevalence) * wanted);
}

/** The FPR of a detector of that accuracy (share of all decisions that are right); below 0: no detector of that TPR is so inaccurate. */
export const fprOfAccuracy = (prevalence: number, tpr: number, accuracy: number): number =>
  (1 - accuracy - prevalence * (1 - tpr)) / (1 - prevalence);

/**
 * Innocent pictures without one false alarm that show an FPR below `fpr` with that confidence: the smallest n with (1 − fpr)^n at
 * most 1 − confidence, about 3 / fpr at 95 % (the rule of three: Hanley & Lippman-Hand, JAMA 1983). Infinity for 0.
 */
export const picturesToCertify = (fpr: number, confidence = 0.95): number =>
  fpr >= 1 ? 1 : Math.ceil(Math.log(1 - confidence) / Math.log1p(-fpr));

/** PPV with bounds. */
export interface PpvBounds {
  /** null when nothing was flagged. */
  readonly estimate: number | null;
  readonly low: number;
  readonly high: number;
}

/** Method of `ppvBounds`, as reports print it. */
export const ppvMethod =
  'Bayes’ rule on Clopper-Pearson bounds of 97.5 % each for TPR and FPR: at least 95 % together (Bonferroni)';

/** Counts of a rate; a rate that is assumed has no interval. */
export type KnownRate = Pick<Proportion, 'k' | 'n'> | { readonly assumed: number };

/** PPV at a prevalence: PPV rises with TPR and falls with FPR, so that bounds of both bound it. */
export function ppvBounds(prevalence: number, tpr: KnownRate, fpr: Pick<Proportion, 'k' | 'n'>): PpvBounds {
  const t = wide(tpr);
  const f = wide(fpr);
  return {
    estimate: t.estimate === null || f.estimate === null ? null : ppv(prevalence, t.estimate, f.estimate),
    low: ppv(prevalence, t.low, f.high) ?? 0,
    high: ppv(prevalence, t.high, f.low) ?? 1,
  };
}

/** A rate with the two-sided 97.5 % Clopper–Pearson interval; an assumed one is exact. */
export function wide(rate: KnownRate): {
  readonly estimate: number | null;
  readonly low: number;
  readonly high: number;
} {
  if ('assumed' in rate) return { estimate: rate.assumed, low: rate.assumed, high: rate.assumed };
  const { k, n } = rate;
  if (n === 0) return { estimate: null, low: 0, high: 1 };
  return { estimate: k / n, low: clopperPearsonLow(k, n, 0.0125), high: clopperPearsonHigh(k, n, 0.0125) };
}

/** What a rate of false alarms means for a service. */
export interface VolumeRow {
  readonly fpr: number;
  readonly perBillion: number;
  readonly perYear: number;
  readonly ppv: number | null;
  /** People who look at false alarms all year. */
  readonly reviewers: number;
}

/** The service that false alarms are counted for. */
export interface Volume {
  readonly picturesPerDay: number;
  readonly prevalence: number;
  readonly tpr: number;
  readonly secondsPerReview: number;
  readonly hoursPerYear: number;
}

/** False alarms of a service at one FPR. Nearly all pictures are innocent, so that all are counted as such. */
export function volumeRow(fpr: number, volume: Volume): VolumeRow {
  const perYear = volume.picturesPerDay * 365 * fpr;
  return {
    fpr,
    perBillion: 1e9 * fpr,
    perYear,
    ppv: ppv(volume.prevalence, volume.tpr, fpr),
    reviewers: (perYear * volume.secondsPerReview) / 3600 / volume.hoursPerYear,
  };
}
