/**
 * Verification measures from two histograms, of distances between copies and between other pairs (the design of PHASER: McKeown, Aaby &
 * Steyven, FSI: Digital Investigation 2024). For lists of distances and areas with intervals by picture, see roc.ts.
 */
import { unexpected } from '../util/errors.ts';
import { type DistanceHistogram, histogramTotal } from './distance-histogram.ts';
import type { Interval, Proportion } from './interval.ts';
import { proportion } from './proportion.ts';
import { areaInterval } from './roc.ts';

/**
 * Area under the ROC: the chance that a copy is nearer than another pair, ties counting one half; the same number and interval as roc.ts's
 * auc of the distances, without listing them. Distances are assumed independent. Null without copies or without other pairs.
 */
export function aucOfHistograms(copies: DistanceHistogram, others: DistanceHistogram): Interval | null {
  const p = histogramTotal(copies);
  const n = histogramTotal(others);
  if (p === 0 || n === 0) return null;
  // Of a distance, the share of other pairs further away, and of copies nearer; ties count one half.
  const bits = Math.max(copies.bits, others.bits);
  const won = new Float64Array(bits + 1);
  const lost = new Float64Array(bits + 1);
  let nearer = 0;
  let further = n;
  // Counted in halves of pairs: a sum of rounded shares could pass 1.
  let wins = 0;
  for (let d = 0; d <= bits; d++) {
    const [near, wrong] = [copies.counts[d] ?? 0, others.counts[d] ?? 0];
    won[d] = (further - wrong / 2) / n;
    lost[d] = (nearer + near / 2) / p;
    wins += near * (further - wrong / 2);
    further -= wrong;
    nearer += near;
  }
  const area = wins / p / n;
  let [a, b] = [0, 0];
  for (let d = 0; d <= bits; d++) {
    a += (copies.counts[d] ?? 0) * (won[d]! - area) ** 2;
    b += (others.counts[d] ?? 0) * (lost[d]! - area) ** 2;
  }
  const variance = (p > 1 ? a / (p - 1) / p : 0) + (n > 1 ? b / (n - 1) / n : 0);
  return areaInterval(area, variance, Math.min(p, n), 'DeLong, trials taken as independent');
}

/** Where misses and false positives are equally frequent. */
interface EqualErrorRate {
  /** The rate at which the ROC, drawn straight between its points, meets FNR = FPR. */
  readonly rate: number;
  /** The distance there, in bits; mostly between two that occur. */
  readonly threshold: number;
  /** The rates at the last distance that occurs with FPR below FNR, or equal to it; -1: below every distance. */
  readonly at: { readonly threshold: number; readonly fnr: Proportion; readonly fpr: Proportion };
}

/**
 * Equal error rate as PHASER computes it, straight lines between the distances that occur (it draws them over similarities, 1 − distance
 * / bits; scikit-learn may leave out collinear points between). Without overlap the rate is 0 at the farthest copy. Throws UserError
 * when either histogram is empty.
 */
export function equalErrorRate(copies: DistanceHistogram, others: DistanceHistogram): EqualErrorRate {
  const positives = histogramTotal(copies);
  const negatives = histogramTotal(others);
  if (positives === 0 || negatives === 0)
    throw unexpected('an equal error rate', 'distances of copies and of other pairs', `${positives} and ${negatives}`);
  let before = { threshold: -1, fn: positives, fp: 0 };
  const ratesAt = ({ threshold, fn, fp }: typeof before): EqualErrorRate['at'] => ({
    threshold,
    fnr: proportion(fn, positives),
    fpr: proportion(fp, negatives),
  });
  for (let d = 0; d <= Math.max(copies.bits, others.bits); d++) {
    const near = copies.counts[d] ?? 0;
    const wrong = others.counts[d] ?? 0;
    if (near + wrong === 0) continue;
    const next = { threshold: d, fn: before.fn - near, fp: before.fp + wrong };
    const gap = next.fn / positives - next.fp / negatives;
    if (gap === 0) return { rate: next.fp / negatives, threshold: d, at: ratesAt(next) };
    if (gap < 0) {
      const previous = before.fn / positives - before.fp / negatives;
      const part = previous / (previous - gap);
      return {
        rate: (before.fp + part * wrong) / negatives,
        threshold: before.threshold + part * (d - before.threshold),
        at: ratesAt(before),
      };
    }
    before = next;
  }
  throw new Error('unreachable: at the largest distance FPR is 1 and FNR 0');
}

/** The largest distance, in bits, with a share of these at or below it of at most `targetFpr`; -1: even distance 0 exceeds it, or none. */
export function chooseFromHistogram(calibrationOthers: DistanceHistogram, targetFpr: number): number {
  const n = histogramTotal(calibrationOthers);
  if (n === 0) return -1;
  let k = 0;
  const first = calibrationOthers.counts.findIndex((count) => {
    k += count;
    return k / n > targetFpr;
  });
  return first < 0 ? calibrationOthers.bits : first - 1;
}
