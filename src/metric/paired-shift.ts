/** How far numbers of independent pictures lie: their mean with a bootstrap interval, and a quantile with an exact one. */
import type { Rng } from '../util/rng.ts';
import { logBinomialTail } from './binomial.ts';
import { expandedTail } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import { quantileOfSorted } from './quantile.ts';
import { studentQuantile } from './special.ts';

/** The mean with the expanded percentile bootstrap of 95 %, one value a picture; null of nothing. */
export function meanInterval(values: readonly number[], rng: Rng, resamples = 1000): Interval | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, each) => sum + each, 0) / n;
  if (n < 2) return { estimate: mean, low: mean, high: mean, method: `mean of ${n}, no interval` };
  const means = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += values[rng.int(n)]!;
    means[i] = sum / n;
  }
  means.sort();
  const tail = expandedTail(n);
  return {
    estimate: mean,
    low: quantileOfSorted(means, tail),
    high: quantileOfSorted(means, 1 - tail),
    method: `mean of ${n}; expanded percentile bootstrap 95 %, ${resamples} resamples`,
  };
}

/**
 * The p-quantile between two order statistics, at least 95 % whatever the distribution: the number of values below the true quantile is
 * binomial (David & Nagaraja, "Order Statistics" (2003), 7.1). Where the sample is too small for a bound, it is the extreme value seen,
 * and the method says so. Null of nothing.
 */
export function quantileInterval(values: readonly number[], p: number): Interval | null {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n === 0) return null;
  const estimate = quantileOfSorted(sorted, p);
  // P(fewer than r values lie below the quantile) = P(X <= r - 1) for X ~ Binomial(n, p).
  let low = 0;
  while (low < n && 1 - Math.exp(logBinomialTail(low + 1, n, p)) <= 0.025) low++;
  let high = n + 1;
  while (high > 1 && Math.exp(logBinomialTail(high - 1, n, p)) <= 0.025) high--;
  const open = [...(low < 1 ? ['lower'] : []), ...(high > n ? ['upper'] : [])];
  return {
    estimate,
    low: sorted[Math.max(0, low - 1)]!,
    high: sorted[Math.min(n, high) - 1]!,
    method: `${100 * p} % quantile of ${n}; order statistics 95 %${open.length > 0 ? `, too few values for the ${open.join(' and ')} bound` : ''}`,
  };
}

/** The mean of a few independent values, such as one per source, with Student's t interval of 95 %; of one no interval, of none null. */
export function meanOfFew(values: readonly number[]): Interval | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, each) => sum + each, 0) / n;
  if (n < 2) return { estimate: mean, low: mean, high: mean, method: `mean of ${n}, no interval` };
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return { estimate: mean, low: mean - half, high: mean + half, method: `mean of ${n}, t interval 95 %` };
}
