/**
 * How far scores are probabilities: expected calibration error and the bins of a reliability diagram, over the score of the label that a
 * classifier decides for. Naeini, Cooper & Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning" (AAAI 2015); Guo et
 * al., "On calibration of modern neural networks" (ICML 2017), with their fifteen bins of one width.
 */
import type { Proportion } from './interval.ts';
import { wilson } from './proportion.ts';

/** One decision: the score of the label decided for, in [0, 1], and whether it was right. */
export interface Decision {
  readonly score: number;
  readonly right: boolean;
}

/** The decisions whose score lies in (low, high]; the first bin holds 0 as well. */
interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  /** Mean score; null in an empty bin. */
  readonly meanScore: number | null;
  /** Share that was right. */
  readonly accuracy: Proportion;
}

/** Bins of one width over [0, 1]. */
export function reliability(decisions: readonly Decision[], bins = 15): ReliabilityBin[] {
  const parts = Array.from({ length: bins }, () => ({ n: 0, k: 0, sum: 0 }));
  for (const { score, right } of decisions) {
    const part = parts[Math.min(bins - 1, Math.max(0, Math.ceil(score * bins) - 1))]!;
    part.n++;
    part.sum += score;
    if (right) part.k++;
  }
  return parts.map(({ n, k, sum }, i) => ({
    low: i / bins,
    high: (i + 1) / bins,
    meanScore: n === 0 ? null : sum / n,
    accuracy: wilson(k, n),
  }));
}

/** Mean of |accuracy − mean score| over the bins, each weighed by its decisions; RangeError of nothing. Biased upwards where bins are small. */
export function expectedCalibrationError(decisions: readonly Decision[], bins = 15): number {
  if (decisions.length === 0) throw new RangeError('Expected at least one decision but received none.');
  let gap = 0;
  for (const { meanScore, accuracy } of reliability(decisions, bins))
    if (meanScore !== null) gap += Math.abs(accuracy.k - meanScore * accuracy.n);
  return gap / decisions.length;
}
