/**
 * Detection error trade-off: FNR against FPR on normal-deviate axes, where two normal distributions give a straight line. Martin et al.,
 * "The DET curve in assessment of detection task performance" (Eurospeech 1997).
 */
import type { RocPoint } from './roc.ts';
import { probit } from './special.ts';

/** One threshold on both scales. */
export interface DetPoint {
  readonly threshold: number;
  readonly fpr: number;
  readonly fnr: number;
  /** probit(FPR), clipped. */
  readonly x: number;
  /** probit(FNR), clipped. */
  readonly y: number;
}

/** A DET curve, with the rates at which its axes were clipped: a rate of 0 of n is drawn at 1/(2n), one of n at 1 − 1/(2n). */
export interface Det {
  readonly points: readonly DetPoint[];
  readonly clip: { readonly fpr: number; readonly fnr: number };
}

/** The DET points of a ROC over so many positives and negatives. */
export function detOf(roc: readonly RocPoint[], positives: number, negatives: number): Det {
  const clip = { fpr: 1 / (2 * Math.max(1, negatives)), fnr: 1 / (2 * Math.max(1, positives)) };
  const deviate = (rate: number, limit: number): number => probit(Math.min(1 - limit, Math.max(limit, rate)));
  const points = roc.map(({ threshold, tpr, fpr }) => {
    const fnr = 1 - tpr;
    return { threshold, fpr, fnr, x: deviate(fpr, clip.fpr), y: deviate(fnr, clip.fnr) };
  });
  return { points, clip };
}
