/** Random variates from a uniform stream. Marsaglia & Tsang, "A simple method for generating gamma variables" (ACM TOMS 2000). */
import { normalVariate } from '../util/normal.ts';
import type { Rng } from '../util/rng.ts';

export { normalVariate };

/** Gamma variate of that shape > 0, scale 1. */
export function gammaVariate(shape: number, rng: Rng): number {
  // Below 1 the method does not hold: draw at shape + 1 and shrink by U^(1/shape).
  if (shape < 1) return gammaVariate(shape + 1, rng) * (1 - rng.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalVariate(rng);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Beta(a, b) variate. */
export function betaVariate(a: number, b: number, rng: Rng): number {
  const x = gammaVariate(a, rng);
  return x / (x + gammaVariate(b, rng));
}

/** Binomial(n, p) variate, exact for any n: halved by the median of n uniforms, a beta variate (Devroye, "Non-Uniform Random Variate Generation" (1986), X.4.3). */
export function binomialVariate(n: number, p: number, rng: Rng): number {
  let successes = 0;
  while (n > 32 && p > 0 && p < 1) {
    const rank = 1 + Math.floor(n / 2);
    const split = betaVariate(rank, n + 1 - rank, rng);
    if (split <= p) {
      successes += rank;
      n -= rank;
      p = (p - split) / (1 - split);
    } else {
      n = rank - 1;
      p /= split;
    }
  }
  if (p <= 0) return successes;
  if (p >= 1) return successes + n;
  for (let i = 0; i < n; i++) if (rng.next() < p) successes++;
  return successes;
}

/** Binomial(n, p) variate by the gaps between successes, which are geometric: quick where n p is small, whatever n is (Devroye, X.4.3). */
export function rareBinomialVariate(n: number, p: number, rng: Rng): number {
  if (p <= 0) return 0;
  if (p >= 1) return n;
  const scale = 1 / Math.log1p(-p);
  let successes = 0;
  for (let at = 0; ; successes++) {
    at += 1 + Math.floor(Math.log(1 - rng.next()) * scale);
    if (at > n) return successes;
  }
}

/**
 * Draws multinomial counts of n items, each of a class with the probability of its weight: every class is binomial given those before it (Devroye,
 * XI.1.4). Quick where small weights come first. The array is the same at every draw.
 */
export function multinomialVariate(n: number, weights: readonly number[], rng: Rng): () => Float64Array {
  const counts = new Float64Array(weights.length);
  const total = weights.reduce((sum, each) => sum + each, 0);
  return () => {
    let [left, weight] = [n, total];
    weights.forEach((each, i) => {
      const p = each / weight;
      const isLast = i === weights.length - 1;
      const count = isLast ? left : left * p < 32 ? rareBinomialVariate(left, p, rng) : binomialVariate(left, p, rng);
      counts[i] = count;
      left -= count;
      weight -= each;
    });
    return counts;
  };
}

/** Draws an index with the probability of its weight: by the inverse of the distribution function, halving. */
export function indexVariate(weights: Float64Array, rng: Rng): () => number {
  let sum = 0;
  const below = weights.map((weight) => (sum += weight));
  return () => {
    const u = rng.next() * sum;
    let [low, high] = [0, below.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (below[middle]! <= u) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
