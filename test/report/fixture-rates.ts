/** Rates with intervals for made-up runs. */
import type { ClusteredRate, Interval, Rate } from '../../src/schema/rate.ts';

export const rate = (k: number, n: number): Rate => {
  if (n === 0) return { k, n, estimate: null, low: 0, high: 1, method: 'Wilson 95 %' };
  const z2 = 3.8416;
  const p = k / n;
  const middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (1.96 / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const low = k === 0 ? 0 : middle - half;
  return { k, n, estimate: p, low, high: k === n ? 1 : middle + half, method: 'Wilson 95 %' };
};

/** Clusters of `size` trials: the bootstrap interval is the exact one, widened by the design effect. */
export const clustered = (k: number, n: number, size = 1): ClusteredRate => {
  const exact = rate(k, n);
  const p = exact.estimate ?? 0;
  const wide = Math.sqrt(size) * 0.8;
  return {
    ...exact,
    clusters: Math.ceil(n / size),
    clusterLow: Math.max(0, p - (p - exact.low) * wide),
    clusterHigh: k === 0 ? 0 : Math.min(1, p + (exact.high - p) * wide),
  };
};

export const interval = (estimate: number, low: number, high: number): Interval => ({
  estimate,
  low,
  high,
  method: 'Monte Carlo, 95 %',
});
