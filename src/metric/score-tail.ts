/**
 * The upper tail of scores in [0, 1], extrapolated: on the logit scale, where a score has no end, in steps of an eighth, by the discrete
 * generalised Pareto distribution of extreme-value.ts, which was made for distances: how far a logit lies below 16.
 */
import { unexpected } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';
import { histogramOf } from './distance-histogram.ts';
import { type ExtremeValueFit, fitLowTail, parametricResample, tailByExtremeValue } from './extreme-value.ts';
import type { Interval } from './interval.ts';
import { type LowTail, lowTail } from './low-tail.ts';
import { quantileOfSorted } from './quantile.ts';

/** Highest logit told apart from 1: a 32-bit score is 1 from there on. */
const top = 16;
const stepsPerLogit = 8;
const steps = 2 * top * stepsPerLogit;

/** Share of the scores that the tail is fitted to, and fewest of them. */
const least = { share: 0.05, fewest: 50 };

/** Of fewer scores the highest 50 are more than a tail. */
const fewestScores = 200;

/** How many decades below one in all scores the tail is followed. */
const furthest = 2;

/** A point of the extrapolated tail. */
interface ScoreTailPoint {
  readonly score: number;
  /** Share of scores that reach it. */
  readonly rate: Interval;
}

/** A fitted tail; points from the cut upwards, as far as two decades below one in all. */
interface ScoreTailFit extends Pick<ExtremeValueFit, 'share' | 'shape' | 'scale'> {
  /** Lowest score that the fit is about. */
  readonly cut: number;
  readonly points: readonly ScoreTailPoint[];
}

/** Fits the tail of independent scores; throws UserError where they are too few, or too alike. */
export function fitScoreTail(scores: readonly number[], rng: Rng, resamples = 200): ScoreTailFit {
  if (scores.length < fewestScores)
    throw unexpected('a tail of scores', `at least ${fewestScores} scores`, scores.length);
  const tail = lowTail(histogramOf(scores.map(stepsBelowTop), steps), { ...least, step: 1 });
  const fit = fitLowTail(tail);
  const lowest = 10 ** -furthest / scores.length;
  const resample = parametricResample(fit, rng);
  const drawn = Array.from({ length: resamples }, () => fitted(resample()));
  const method = `discrete generalised Pareto above a score of ${scoreAt(tail.cut).toPrecision(2)}; 95 % percentile bootstrap, ${resamples} resamples`;
  const points: ScoreTailPoint[] = [];
  // Every fourth step, half a logit, is close enough to draw and to look up.
  for (let at = tail.cut; at >= 0; at -= 4) {
    const estimate = tailByExtremeValue(fit, at);
    if (estimate < lowest) break;
    const rates = Float64Array.from(drawn, (each) => (each ? tailByExtremeValue(each, at) : 0)).sort();
    const [low, high] = [quantileOfSorted(rates, 0.025), quantileOfSorted(rates, 0.975)];
    points.push({ score: scoreAt(at), rate: { estimate, low, high, method } });
  }
  const { share, shape, scale } = fit;
  return { cut: scoreAt(tail.cut), share, shape, scale, points };
}

/** The fit of a resampled tail; undefined where it has nothing above the cut. */
const fitted = (tail: LowTail): ExtremeValueFit | undefined =>
  tail.counts.some((count) => count > 0) ? fitLowTail(tail) : undefined;

/** Whole steps by which the logit of a score lies below the top. */
const stepsBelowTop = (score: number): number => {
  const logit = Math.log(score) - Math.log1p(-score);
  return Math.min(steps, Math.max(0, Math.floor((top - logit) * stepsPerLogit)));
};

/** The lowest score that is at most that many whole steps below the top. */
const scoreAt = (at: number): number => 1 / (1 + Math.exp(-(top - (at + 1) / stepsPerLogit)));
