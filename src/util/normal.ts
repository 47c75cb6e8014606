/** Standard normal variates from a uniform stream. Marsaglia & Bray, "A convenient method for generating normal variables" (1964). */
import type { Rng } from './rng.ts';

/** Standard normal variate, by the polar method. */
export function normalVariate(rng: Rng): number {
  for (;;) {
    const u = 2 * rng.next() - 1;
    const v = 2 * rng.next() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}
