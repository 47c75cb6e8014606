/**
 * Rates among pairs from how many positive pairs each picture is in. A list of a million entries has 5·10^11 pairs, which nobody can list;
 * the numbers of each picture are enough for the variance by picture, since the rate is a U-statistic and its jackknife needs no more.
 * Arvesen, "Jackknifing U-statistics" (Annals of Mathematical Statistics 1969); Hoeffding (1948).
 */
import { unexpected } from '../util/errors.ts';
import type { PairRate } from './node-bootstrap.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from './proportion.ts';

/** What is counted of `degrees.length` pictures. */
export interface PairCounts {
  /** Positive pairs of each picture; their sum is twice the number of pairs. */
  readonly degrees: ArrayLike<number>;
  /** Pairs that were compared: n (n − 1) / 2 but for those left out. */
  readonly pairs: number;
  /** Positive pairs that share no picture: a lower bound on how many accidents there were. */
  readonly disjoint: number;
}

/** With fewer positive pairs that share no picture, the variance by picture is not known. */
const fewest = 5;

/**
 * The rate of positive pairs with its exact interval as if they were independent and, beside it, by picture: Clopper–Pearson on the
 * effective number of pairs (Korn & Graubard, Survey Methodology 1998). The jackknife counts the noise of a pair by itself twice, of which
 * one is taken off. With few positives the interval is that of the floor(n / 2) pairs that share no picture, which are independent.
 */
export function degreeRate({ degrees, pairs, disjoint }: PairCounts): PairRate {
  const nodes = degrees.length;
  let sum = 0;
  for (let i = 0; i < nodes; i++) sum += degrees[i]!;
  if (sum % 2 !== 0 || sum / 2 > pairs) throw unexpected('degrees', `an even sum of at most ${2 * pairs}`, sum);
  const exact = proportion(sum / 2, pairs);
  if (disjoint < fewest || exact.k === exact.n) {
    const whole = Math.floor(nodes / 2);
    const k = (exact.estimate ?? 0) * whole;
    return {
      ...exact,
      method: `${exact.method}; by picture: Clopper-Pearson 95 % on ${whole} disjoint pairs, too few positives for a variance`,
      nodes,
      // Less than one of the disjoint pairs says nothing from below.
      nodeLow: k < 1 ? 0 : clopperPearsonLow(k, whole, 0.025),
      nodeHigh: clopperPearsonHigh(k, whole, 0.025),
      designEffect: null,
    };
  }
  const rate = exact.k / exact.n;
  const mean = sum / nodes;
  const without = (exact.n * (nodes - 2)) / nodes;
  let squares = 0;
  for (let i = 0; i < nodes; i++) squares += ((degrees[i]! - mean) / without) ** 2;
  const variance = (squares * (nodes - 1)) / nodes;
  const designEffect = Math.max(1, variance / ((rate * (1 - rate)) / exact.n) - 1);
  const [k, n] = [exact.k / designEffect, exact.n / designEffect];
  return {
    ...exact,
    method: `${exact.method}; by picture: Clopper-Pearson 95 % on the effective number of pairs, jackknife over ${nodes} pictures`,
    nodes,
    nodeLow: clopperPearsonLow(k, n, 0.025),
    nodeHigh: clopperPearsonHigh(k, n, 0.025),
    designEffect,
  };
}
