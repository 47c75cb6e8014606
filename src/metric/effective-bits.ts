/**
 * Effective bits: how many independent coin tosses would spread distances between unrelated hashes as widely as they are. Daugman, "The
 * importance of being random: statistical principles of iris recognition" (Pattern Recognition 2003). A fit to the middle of the
 * distribution, which says nothing about hubs (pictures near many others): tailFit shows how far off it is where distances were seen.
 */
import { unexpected } from '../util/errors.ts';
import { type DistanceHistogram, meanDistance, sdDistance, tailShare } from './distance-histogram.ts';
import type { Interval, Proportion } from './interval.ts';
import { proportion } from './proportion.ts';
import { logIncompleteBeta, probit } from './special.ts';

/** Daugman's fit. */
interface EffectiveBits {
  /** Mean of the normalised distance (distance / hash length). */
  readonly mean: number;
  /** Standard deviation of the normalised distance. */
  readonly sd: number;
  /** mean (1 − mean) / sd²; not a whole number. */
  readonly bits: number;
}

/** What the binomial tail needs of a fit. */
type BinomialFit = Pick<EffectiveBits, 'mean' | 'bits'>;

/** The fit to distances between unrelated hashes; throws UserError unless two different distances were seen. */
export const effectiveBits = (h: DistanceHistogram): EffectiveBits => fitOf(meanDistance(h), sdDistance(h));

function fitOf(mean: number, sd: number): EffectiveBits {
  if (!(sd > 0)) throw unexpected('effective bits', 'distances of two or more values', `a spread of ${sd}`);
  return { mean, sd, bits: (mean * (1 - mean)) / (sd * sd) };
}

/**
 * P(normalised distance <= thresholdFraction): the binomial distribution function at bits × thresholdFraction successes, continued
 * between whole numbers by the incomplete beta function. (Printed tables often round the successes down, which gives less.)
 */
export const tailByEffectiveBits = (fit: BinomialFit, thresholdFraction: number): number =>
  Math.exp(logTail(fit, thresholdFraction));

function logTail({ mean, bits }: BinomialFit, fraction: number): number {
  if (fraction >= 1) return 0;
  return fraction < 0 ? -Infinity : logIncompleteBeta(1 - mean, bits * (1 - fraction), bits * fraction + 1);
}

/** Observed against predicted share of distances at or below one threshold. */
interface TailPoint {
  /** In bits. */
  readonly threshold: number;
  readonly k: number;
  readonly n: number;
  readonly predicted: number;
}

/** How a fit does in the tail that was observed. */
interface TailFit {
  /** Smallest distance, in bits, with at least the share asked for at or below it. */
  readonly threshold: number;
  /** The share there; its interval assumes that distances are independent, which pairs of shared pictures are not. */
  readonly observed: Proportion;
  readonly predicted: number;
  /** Predicted / observed: below 1 the fit promises fewer false positives than there are. */
  readonly ratio: number;
  /** Every distance seen up to the threshold, for a plot. */
  readonly points: readonly TailPoint[];
}

/** The fit against the lowest `share` (0.1 % by default) of the distances; throws UserError for an empty histogram. */
export function tailFit(h: DistanceHistogram, fit: BinomialFit, share = 0.001): TailFit {
  const points: TailPoint[] = [];
  for (const [threshold, count] of h.counts.entries()) {
    if (count === 0) continue;
    const { k, n } = tailShare(h, threshold);
    const predicted = tailByEffectiveBits(fit, threshold / h.bits);
    points.push({ threshold, k, n, predicted });
    if (k >= share * n) return { threshold, observed: proportion(k, n), predicted, ratio: (predicted * n) / k, points };
  }
  throw unexpected('the tail to check', 'at least one distance', 0);
}

/** What the jackknife needs of one picture: over its distances to others, how many there are, their sum and their sum of squares (bits). */
export interface NodeMoments {
  readonly pairs: number;
  readonly sum: number;
  readonly squares: number;
}

/**
 * P(distance <= threshold) by effective bits with a 95 % interval: the jackknife over pictures, on the log scale (conservative: Efron &
 * Stein, "The jackknife estimate of variance", 1981). Each distance is counted at both of its pictures, whether the pictures are one set
 * or queries and a list; at least three pictures.
 */
export function effectiveBitsTail(nodes: readonly NodeMoments[], bits: number, threshold: number): Interval {
  if (nodes.length < 3) throw unexpected('a jackknife', 'three pictures or more', nodes.length);
  const half = (key: keyof NodeMoments): number => nodes.reduce((sum, node) => sum + node[key], 0) / 2;
  const all: NodeMoments = { pairs: half('pairs'), sum: half('sum'), squares: half('squares') };
  const logTailOf = ({ pairs, sum, squares }: NodeMoments): number => {
    const mean = sum / pairs;
    return logTail(fitOf(mean / bits, Math.sqrt(Math.max(0, squares / pairs - mean * mean)) / bits), threshold / bits);
  };
  const without = nodes.map((node) =>
    logTailOf({ pairs: all.pairs - node.pairs, sum: all.sum - node.sum, squares: all.squares - node.squares }),
  );
  const n = nodes.length;
  const centre = without.reduce((sum, each) => sum + each, 0) / n;
  const variance = ((n - 1) / n) * without.reduce((sum, each) => sum + (each - centre) ** 2, 0);
  const log = logTailOf(all);
  const spread = probit(0.975) * Math.sqrt(variance);
  return {
    estimate: Math.exp(log),
    low: Math.exp(log - spread),
    high: Math.min(1, Math.exp(log + spread)),
    method: `effective bits; 95 % jackknife over ${n} pictures, log scale`,
  };
}
