/**
 * Rates among pairs: n pictures give n (n − 1) / 2 pairs that share pictures, and one picture near many others (a hub) makes a hundred false
 * positives at once. So pictures are drawn with replacement, a pair counting as often as both of its pictures were drawn together. Owen,
 * "The pigeonhole bootstrap" (Annals of Applied Statistics 2007).
 */
import { unexpected } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';
import type { Proportion } from './interval.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion, upperBound } from './proportion.ts';

/** Numbers, from 0, of the two pictures of a pair. */
export type NodePair = readonly [i: number, j: number];

/** A rate among pairs with the exact interval as if they were independent and, beside it, the interval by picture. */
export interface PairRate extends Proportion {
  /** Pictures. */
  readonly nodes: number;
  readonly nodeLow: number;
  readonly nodeHigh: number;
  /** Variance by picture over that of independent pairs, at least 1; null when there were too few positives to tell. */
  readonly designEffect: number | null;
}

/** With fewer positive pairs that share no picture, resampling has too little to vary. */
const fewest = 5;

/** Weights of one resample: how often each of n pictures was drawn, and the pairs that come of it, pairs of a picture with itself omitted. */
function drawWeights(nodes: number, rng: Rng): { weights: Uint32Array; pairs: number } {
  const weights = new Uint32Array(nodes);
  for (let i = 0; i < nodes; i++) weights[rng.int(nodes)]!++;
  const squares = weights.reduce((sum, each) => sum + each * each, 0);
  return { weights, pairs: (nodes * nodes - squares) / 2 };
}

/**
 * The rate of positive pairs among all pairs of `nodes` pictures; `positives` lists each of them once. The interval by picture is
 * Clopper–Pearson on the effective number of pairs (Korn & Graubard, "Confidence intervals for proportions with small expected number of
 * positive counts", Survey Methodology 1998), the design effect from the bootstrap's variance. That counts the noise of a pair by itself
 * three times (Owen, section 3), so two of them are taken off.
 */
export function pairRate(positives: readonly NodePair[], nodes: number, rng: Rng, resamples = 1000): PairRate {
  checkPairs(positives, nodes);
  const exact = proportion(positives.length, (nodes * (nodes - 1)) / 2);
  if (disjoint(positives, nodes) < fewest || exact.k === exact.n) {
    const whole = Math.floor(nodes / 2);
    const k = (exact.estimate ?? 0) * whole;
    return {
      ...exact,
      method: `${exact.method}; by picture: Clopper-Pearson 95 % on ${whole} disjoint pairs, too few positives to resample`,
      nodes,
      nodeLow: clopperPearsonLow(k, whole, 0.025),
      nodeHigh: clopperPearsonHigh(k, whole, 0.025),
      designEffect: null,
    };
  }
  let sum = 0;
  let squares = 0;
  const rate = exact.k / exact.n;
  for (let i = 0; i < resamples; i++) {
    const { weights, pairs } = drawWeights(nodes, rng);
    let positive = 0;
    for (const [a, b] of positives) positive += weights[a]! * weights[b]!;
    const moved = positive / pairs - rate;
    sum += moved;
    squares += moved * moved;
  }
  const variance = (squares - (sum * sum) / resamples) / (resamples - 1);
  const independent = (rate * (1 - rate)) / exact.n;
  const designEffect = Math.max(1, variance / independent - 2);
  const [k, n] = [exact.k / designEffect, exact.n / designEffect];
  return {
    ...exact,
    method: `${exact.method}; by picture: Clopper-Pearson 95 % on the effective number of pairs, node bootstrap, ${resamples} resamples of ${nodes} pictures`,
    nodes,
    nodeLow: clopperPearsonLow(k, n, 0.025),
    nodeHigh: clopperPearsonHigh(k, n, 0.025),
    designEffect,
  };
}

function checkPairs(positives: readonly NodePair[], nodes: number): void {
  for (const [i, j] of positives)
    if (!(i >= 0 && i < nodes && j >= 0 && j < nodes && i !== j))
      throw unexpected('a pair', `two different pictures of ${nodes}`, `${i}, ${j}`);
}

/** Positive pairs that share no picture, taken greedily. */
function disjoint(positives: readonly NodePair[], nodes: number): number {
  const taken = new Uint8Array(nodes);
  let count = 0;
  for (const [i, j] of positives) {
    if (taken[i] || taken[j]) continue;
    taken[i] = taken[j] = 1;
    count++;
  }
  return count;
}

/**
 * One-sided 95 % upper bounds on the rate when no pair of that many pictures was positive: `naive` assumes that all pairs are independent, `disjoint` the
 * floor(n / 2) that share no picture, which are (Hoeffding, "Probability inequalities for sums of bounded random variables", 1963, section 5).
 */
export const disjointPairsBound = (nodes: number): { naive: number; disjoint: number } => ({
  naive: upperBound(0, (nodes * (nodes - 1)) / 2),
  disjoint: upperBound(0, Math.floor(nodes / 2)),
});
