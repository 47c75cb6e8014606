/** Random variates from a uniform stream. Marsaglia & Tsang, "A simple method for generating gamma variables" (ACM TOMS 2000). */
import type { Rng } from '../util/rng.ts';

/** Standard normal variate: the polar method of Marsaglia & Bray (1964). */
export function normalVariate(rng: Rng): number {
  for (;;) {
    const u = 2 * rng.next() - 1;
    const v = 2 * rng.next() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

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
