/** One claim about how often an interval, a bound or a test is right, and a simulation that tries it once. */
import { logBinomialTail } from '../../src/metric/binomial.ts';

/** A claim that can fail. */
export interface CoverageCase {
  readonly name: string;
  /** What is claimed of the coverage: to be near 95 %; at least that, by design above it; or nothing, where the method says so itself. */
  readonly claim: 'near 95 %' | 'at least 95 %' | 'none, asymptotic';
  /** Whether the truth was covered, or the test right not to reject, in the simulation of that number. */
  readonly covers: (simulation: number, resamples: number) => boolean;
  readonly note?: string;
}

/** The coverage that is demanded of the claim in 1,000 simulations. */
export const demanded = { 'near 95 %': [0.93, 0.97], 'at least 95 %': [0.93, 1], 'none, asymptotic': [0, 1] } as const;

/** How many of `simulations`, beginning with 0, cover. */
export function covered(each: CoverageCase, simulations: number, resamples: number): number {
  let k = 0;
  for (let i = 0; i < simulations; i++) if (each.covers(i, resamples)) k++;
  return k;
}

/** Whether k of n is what chance makes of the demanded coverage in all but one of 1,000 tries: for n too small to see 93 % from 95 %. */
export function plausible({ claim }: CoverageCase, k: number, n: number): boolean {
  const [low, high] = demanded[claim];
  const nominal = 0.95;
  const tooFew = claim !== 'none, asymptotic' && Math.exp(logBinomialTail(n - k, n, 1 - nominal)) < 5e-4;
  const tooMany = high < 1 && Math.exp(logBinomialTail(k, n, nominal)) < 5e-4;
  return !tooFew && !tooMany && low <= high;
}
