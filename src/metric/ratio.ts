/**
 * A share whose numerator and denominator are both summed over accounts, such as the pictures of flagged accounts among all pictures. The
 * account is what was drawn, so the interval is by account: the linearised variance of a ratio (Cochran, "Sampling Techniques" (1977),
 * 2.11) on the logit scale, on which it is nearly normal (Korn & Graubard, Survey Methodology 1998).
 */
import type { ClusteredProportion } from './bootstrap.ts';
import { clopperPearsonHigh, proportion } from './proportion.ts';
import { probit } from './special.ts';

/** A number of accounts, each with k successes of n trials. */
export interface AccountClass {
  readonly accounts: number;
  readonly k: number;
  readonly n: number;
}

/**
 * The share of successes with its exact 95 % interval as if trials were independent and, beside it, the interval by account. That one leaves
 * out `tail` on each side, for who looks at many shares at once.
 */
export function ratioByAccount(classes: readonly AccountClass[], tail = 0.025): ClusteredProportion {
  let [accounts, k, n] = [0, 0, 0];
  for (const each of classes) {
    accounts += each.accounts;
    k += each.accounts * each.k;
    n += each.accounts * each.n;
  }
  const exact = proportion(k, n);
  const level = `${Number((100 - 200 * tail).toFixed(2))} %`;
  const whole = { ...exact, clusters: accounts };
  if (exact.estimate === null || accounts < 2)
    return { ...whole, method: `${exact.method}; too few accounts`, clusterLow: 0, clusterHigh: 1 };
  if (k === 0 || k === n) {
    // Nothing varies. An account that differs may be as large as the largest seen: the bound on accounts, by that weight.
    const largest = classes.reduce((most, each) => Math.max(most, each.n), 0);
    const other = Math.min(1, (clopperPearsonHigh(0, accounts, tail) * largest * accounts) / n);
    return {
      ...whole,
      method: `${exact.method}; by account: Clopper-Pearson ${level} on ${accounts} accounts, all alike, times the largest over the mean`,
      clusterLow: k === 0 ? 0 : 1 - other,
      clusterHigh: k === 0 ? other : 1,
    };
  }
  const share = k / n;
  const squares = classes.reduce((sum, each) => sum + each.accounts * (each.k - share * each.n) ** 2, 0);
  const error = Math.sqrt((squares * accounts) / (accounts - 1)) / n;
  const logit = Math.log(share / (1 - share));
  const half = (probit(1 - tail) * error) / (share * (1 - share));
  const at = (x: number): number => 1 / (1 + Math.exp(-x));
  return {
    ...whole,
    method: `${exact.method}; by account: linearised ratio, logit ${level}, ${accounts} accounts`,
    clusterLow: at(logit - half),
    clusterHigh: at(logit + half),
  };
}
