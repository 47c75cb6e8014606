/**
 * Extreme values: the low tail of a distance distribution by itself, whatever its middle looks like. Distances are whole numbers, so
 * what lies below a low cut follows a discrete generalised Pareto distribution: Hitz, Davis & Samorodnitsky, "Discrete extremes" (2017);
 * Coles, "An Introduction to Statistical Modeling of Extreme Values" (2001), 4. Fitted by maximum likelihood.
 */
import { unexpected } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';
import type { DistanceHistogram } from './distance-histogram.ts';
import type { Interval } from './interval.ts';
import { type LowTail, type LowTailOptions, lowTail } from './low-tail.ts';
import { quantileOfSorted } from './quantile.ts';
import { binomialVariate } from './random.ts';

/** A fitted tail: P(distance <= cut − j step) = share × (1 + shape j / scale)^(−1 / shape). */
export interface ExtremeValueFit extends Omit<LowTail, 'counts'> {
  /** Distances at or below the cut. */
  readonly count: number;
  /** count / total. */
  readonly share: number;
  /** Shape ξ: below 0 the tail ends at a smallest distance, which is kept from being above 0. */
  readonly shape: number;
  /** Scale σ, in steps. */
  readonly scale: number;
}

/** Maximum-likelihood fit; throws UserError when nothing lies at or below the cut. */
export function fitLowTail({ cut, step, counts, total }: LowTail): ExtremeValueFit {
  const count = counts.reduce((sum, each) => sum + each, 0);
  if (count === 0) throw unexpected('a fit of the low tail', `distances at or below ${cut} bits`, 0);
  // With θ = shape / scale fixed, P = exp(−g/scale) for known g, and the likelihood is concave in 1/scale: one search within another.
  // At θ = −1 / counts.length the tail ends just below distance 0: unlike pictures can have equal hashes, so never before.
  const ends = -(1 - 1e-9) / counts.length;
  const below = Array.from({ length: 16 }, (_, i) => (ends * (16 - i)) / 16);
  const above = Array.from({ length: 13 }, (_, i) => 10 ** (i / 4 - 3));
  const grid = [...below, 0, ...above];
  const likelihood = grid.map((theta) => bestScale(counts, theta).logLikelihood);
  const best = likelihood.indexOf(Math.max(...likelihood));
  const theta = maximise(
    (each) => bestScale(counts, each).logLikelihood,
    grid[Math.max(0, best - 1)]!,
    grid[Math.min(grid.length - 1, best + 1)]!,
  );
  const { scale } = bestScale(counts, theta);
  return { cut, step, total, count, share: count / total, shape: theta * scale, scale };
}

/** log(1 + θj) / θ, and its limit j at θ = 0. */
const stretched = (theta: number, j: number): number => (theta === 0 ? j : Math.log1p(theta * j) / theta);

/** The scale that maximises the likelihood for a fixed θ: Newton's method in 1/scale, inside a shrinking bracket. */
function bestScale(counts: readonly number[], theta: number): { scale: number; logLikelihood: number } {
  const terms: [count: number, from: number, width: number][] = [];
  counts.forEach((count, j) => {
    // Distances of vectors are counted in thousands of steps, few of which occur.
    if (count === 0) return;
    const from = stretched(theta, j);
    terms.push([count, from, stretched(theta, j + 1) - from]);
  });
  // Beyond the bracket a step changes the tail by nothing, or by a factor of e^60.
  let [low, high] = [1e-9, 60];
  const count = terms.reduce((sum, [each]) => sum + each, 0);
  const sum = terms.reduce((sum, [each, from]) => sum + each * from, 0);
  // The solution for equal widths of 1 (θ = 0).
  let rate = Math.min(high, Math.log1p(count / sum));
  for (let i = 0; i < 100; i++) {
    let slope = 0;
    let curvature = 0;
    for (const [count, from, width] of terms) {
      const grown = Math.expm1(rate * width);
      slope += count * (width / grown - from);
      curvature -= count * (width / grown) * (width / grown) * (grown + 1);
    }
    if (slope > 0) low = rate;
    else high = rate;
    let next = rate - slope / curvature;
    if (!(next > low && next < high)) next = Math.sqrt(low * high);
    const moved = Math.abs(next - rate);
    rate = next;
    if (moved <= 1e-10 * rate) break;
  }
  let logLikelihood = 0;
  for (const [count, from, width] of terms)
    logLikelihood += count * (Math.log(-Math.expm1(-rate * width)) - rate * from);
  return { scale: 1 / rate, logLikelihood };
}

/** Where a function with one peak between two points has it: golden-section search. */
function maximise(value: (x: number) => number, low: number, high: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [high - golden * (high - low), low + golden * (high - low)];
  let [atA, atB] = [value(a), value(b)];
  for (let i = 0; i < 30; i++) {
    if (atA > atB) {
      [high, b, atB] = [b, a, atA];
      a = high - golden * (high - low);
      atA = value(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + golden * (high - low);
      atB = value(b);
    }
  }
  return (low + high) / 2;
}

/** Share of what is at or below the cut that lies at least j steps below it. */
const survival = ({ shape, scale }: ExtremeValueFit, j: number): number =>
  Math.exp(-stretched(shape / scale, j) / scale);

/**
 * P(distance <= threshold) for a threshold in bits up to the cut, below the smallest distance seen too; throws UserError above the cut.
 * On 2 × 10^6 binomial distances (32 to 128 tosses) it is within a factor of 6 one decade below what was seen, mostly too high; two
 * decades below, up to 11 too high, or 20 too low where distance 0 is a few steps away.
 */
export function tailByExtremeValue(fit: ExtremeValueFit, threshold: number): number {
  if (threshold >= fit.cut + fit.step) throw unexpected('a threshold', `at most the cut of ${fit.cut} bits`, threshold);
  return threshold < 0 ? 0 : fit.share * survival(fit, Math.max(0, Math.ceil((fit.cut - threshold) / fit.step)));
}

/**
 * Draws tails from a fit: the parametric bootstrap of independent distances. Pairs of shared pictures are not independent; a design effect
 * (PairRate's, at the cut) divides their number, or node-bootstrap.ts draws tails by picture.
 */
export function parametricResample(fit: ExtremeValueFit, rng: Rng, designEffect = 1): () => LowTail {
  const { cut, step } = fit;
  const total = Math.max(1, Math.round(fit.total / designEffect));
  return () => {
    let left = binomialVariate(total, fit.share, rng);
    const counts = Array.from({ length: cut / step + 1 }, (_, j) => {
      const here = binomialVariate(left, 1 - survival(fit, j + 1) / survival(fit, j), rng);
      left -= here;
      return here;
    });
    return { cut, step, counts, total };
  };
}

/** P(distance <= threshold) with a 95 % percentile bootstrap; `resample` draws a tail (one with nothing below its cut counts as 0). `named`: the cut as text. */
export function extremeValueInterval(
  tail: LowTail,
  threshold: number,
  resample: () => LowTail,
  resamples = 200,
  named: (cut: number) => string = (cut) => `${cut} bits`,
): Interval {
  const tailOf = (each: LowTail): number =>
    each.counts.some((count) => count > 0) ? tailByExtremeValue(fitLowTail(each), threshold) : 0;
  const estimate = tailByExtremeValue(fitLowTail(tail), threshold);
  const drawn = Float64Array.from({ length: resamples }, () => tailOf(resample())).sort();
  const method = `discrete generalised Pareto below ${named(tail.cut)}; 95 % percentile bootstrap, ${resamples} resamples`;
  return { estimate, low: quantileOfSorted(drawn, 0.025), high: quantileOfSorted(drawn, 0.975), method };
}

/** Chance that a query matches something on a list of independent entries, each with that chance: 1 − (1 − q)^N. */
export const fprAtListSize = (pairTail: number, listSize: number): number =>
  -Math.expm1(listSize * Math.log1p(-pairTail));

/** The inverse: the chance per entry that a false-positive rate per query at that list size amounts to. */
export const pairTailOf = (fpr: number, listSize: number): number => -Math.expm1(Math.log1p(-fpr) / listSize);

/** Nearest distances of independent queries to one list. */
interface NearestNeighbours {
  /** One distance per query: the nearest entry. */
  readonly nearest: DistanceHistogram;
  readonly listSize: number;
  /** In bits. */
  readonly threshold: number;
  readonly rng: Rng;
  readonly resamples?: number;
  readonly tail?: LowTailOptions;
  /** A distance as text, for the method. */
  readonly named?: (distance: number) => string;
}

/**
 * P(distance to one entry <= threshold) from nearest-neighbour distances: the tail of the minima, fitted and brought down to one entry. Queries
 * are independent, so the parametric bootstrap holds. Where some queries are nearer to everything, the chance per entry falls with the
 * size of the list, so for a larger list this is on the high side.
 */
export function nearestNeighbourTail(input: NearestNeighbours): Interval {
  const { nearest, listSize, threshold, rng, resamples = 200 } = input;
  const tail = lowTail(nearest, { atLeast: threshold, ...input.tail });
  const minima = extremeValueInterval(
    tail,
    threshold,
    parametricResample(fitLowTail(tail), rng),
    resamples,
    input.named,
  );
  return {
    estimate: pairTailOf(minima.estimate, listSize),
    low: pairTailOf(minima.low, listSize),
    high: pairTailOf(minima.high, listSize),
    method: `nearest of ${listSize} entries; ${minima.method}`,
  };
}
