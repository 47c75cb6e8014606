/**
 * Missing mass: the chance that the next picture has a hash not seen so far, for hashes compared by equality. Good, "The population
 * frequencies of species" (Biometrika 1953); bound by McAllester & Schapire, "On the convergence rate of Good-Turing estimators" (COLT 2000).
 */
import type { Interval } from './interval.ts';

/** The missing mass; `low` is 0, since the bound is one-sided. */
export interface MissingMass extends Interval {
  /** Pictures drawn. */
  readonly n: number;
  /** Hashes that occurred exactly once. */
  readonly singletons: number;
}

/**
 * Good–Turing estimate (singletons / n) of the missing mass with McAllester & Schapire's upper bound, which holds with probability
 * 1 − delta whatever the distribution. `occurrences`: how often each hash occurred, for independent draws. Nothing drawn: 1.
 */
export function missingMass(occurrences: Iterable<number>, delta = 0.05): MissingMass {
  let n = 0;
  let singletons = 0;
  for (const times of occurrences) {
    n += times;
    if (times === 1) singletons++;
  }
  const estimate = n === 0 ? 1 : singletons / n;
  const slack = (2 * Math.SQRT2 + Math.sqrt(3)) * Math.sqrt(Math.log(3 / delta) / n);
  const method = `Good-Turing; McAllester-Schapire upper bound ${Math.round((1 - delta) * 1000) / 10} %`;
  return { estimate, low: 0, high: Math.min(1, estimate + slack), method, n, singletons };
}
