/**
 * Proportions with intervals. Clopper & Pearson, "The use of confidence or fiducial limits" (Biometrika 1934): exact, never below its
 * nominal coverage for independent trials; Wilson, "Probable inference" (JASA 1927): narrower, right on average.
 */
import type { Proportion } from './interval.ts';
import { inverseIncompleteBeta, probit } from './special.ts';

/** Largest rate at which k or fewer successes of n still have probability `tail`. k need not be an integer (see bootstrap.ts). */
export function clopperPearsonHigh(k: number, n: number, tail: number): number {
  if (k >= n) return 1;
  return k === 0 ? -Math.expm1(Math.log(tail) / n) : inverseIncompleteBeta(1 - tail, k + 1, n - k);
}

/** Smallest rate at which k or more successes of n still have probability `tail`. k need not be an integer (see bootstrap.ts). */
export function clopperPearsonLow(k: number, n: number, tail: number): number {
  if (k <= 0) return 0;
  return k === n ? tail ** (1 / n) : inverseIncompleteBeta(tail, k, n - k + 1);
}

/** k successes of n with the two-sided 95 % Clopper–Pearson interval; [0, 1] when n is 0. */
export const proportion = (k: number, n: number): Proportion => ({
  k,
  n,
  estimate: n === 0 ? null : k / n,
  low: clopperPearsonLow(k, n, 0.025),
  high: clopperPearsonHigh(k, n, 0.025),
  method: 'Clopper-Pearson 95 %',
});

/** One-sided 95 % Clopper–Pearson lower bound on a rate. */
export const lowerBound = (k: number, n: number): number => clopperPearsonLow(k, n, 0.05);

/** One-sided 95 % Clopper–Pearson upper bound on a rate; about 3/n when k is 0 (the rule of three). */
export const upperBound = (k: number, n: number): number => clopperPearsonHigh(k, n, 0.05);

const z = probit(0.975);

/** k successes of n with the two-sided 95 % Wilson score interval; [0, 1] when n is 0. */
export function wilson(k: number, n: number): Proportion {
  const method = 'Wilson 95 %';
  if (n === 0) return { k, n, estimate: null, low: 0, high: 1, method };
  const centre = (k + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
  // At the ends the formula gives 0 and 1 but for rounding.
  return { k, n, estimate: k / n, low: k === 0 ? 0 : centre - half, high: k === n ? 1 : centre + half, method };
}
