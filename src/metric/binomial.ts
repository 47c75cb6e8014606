/**
 * Tails of counts, in log space: an account threshold of 30 asks for probabilities of 1e-96, and for what bursts do to them.
 * Identities with the incomplete beta function: Abramowitz & Stegun 26.5.24 (binomial), 26.5.26 (negative binomial).
 */
import { logIncompleteBeta, logPoissonDensity } from './special.ts';

/** log P(X >= k) for X ~ Binomial(n, p). */
export function logBinomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 0;
  return k > n ? -Infinity : logIncompleteBeta(p, k, n - k + 1);
}

/** log P(X >= k) for X ~ Poisson(mean). */
export function logPoissonTail(k: number, mean: number): number {
  if (k <= 0) return 0;
  if (mean <= 0) return -Infinity;
  let term = 1;
  let sum = 1;
  if (k > mean) {
    for (let i = k + 1; term > sum * 1e-17; i++) sum += term *= mean / i;
    return logPoissonDensity(k, mean) + Math.log(sum);
  }
  for (let i = k - 1; i > 0 && term > sum * 1e-17; i--) sum += term *= i / mean;
  return Math.log1p(-Math.exp(logPoissonDensity(k - 1, mean)) * sum);
}

/** log P(X >= k) for a count of that mean whose rate varies between accounts with coefficient of variation `cv` (gamma-mixed Poisson). */
export function logOverdispersedTail(k: number, mean: number, cv: number): number {
  if (k <= 0) return 0;
  if (cv === 0) return logPoissonTail(k, mean);
  const shape = 1 / (cv * cv);
  return logIncompleteBeta(mean / (mean + shape), k, shape);
}
