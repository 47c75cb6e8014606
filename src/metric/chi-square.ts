/**
 * The χ² distribution: its tail is the regularised incomplete gamma function, by the series below the mean and the continued fraction
 * above (Press et al., Numerical Recipes, 6.2).
 */
import { logPoissonDensity } from './special.ts';

/** Probability that χ² with that many degrees of freedom is at least `value`. 1 with no degrees of freedom. */
export function chiSquareTail(value: number, degrees: number): number {
  if (!(degrees >= 0)) throw new RangeError(`Expected degrees of freedom from 0 but received ${degrees}.`);
  if (value <= 0 || degrees === 0) return 1;
  const a = degrees / 2;
  const x = value / 2;
  // x^a e^−x / Γ(a + 1), without the cancellation of its factors.
  const scale = Math.exp(logPoissonDensity(a, x));
  return x < a + 1 ? 1 - scale * series(a, x) : scale * a * fraction(a, x);
}

/** The value that χ² exceeds with probability `tail`, by halving the bracket; `tail` above 0 and at most 1. 0 with no degrees of freedom. */
export function chiSquareQuantile(tail: number, degrees: number): number {
  if (!(tail > 0 && tail <= 1)) throw new RangeError(`Expected a tail above 0 and at most 1 but received ${tail}.`);
  if (degrees === 0 || tail === 1) return 0;
  let [low, high] = [0, degrees + 1];
  while (chiSquareTail(high, degrees) > tail) high *= 2;
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (chiSquareTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** Σ x^n / ((a + 1) … (a + n)), for x < a + 1. */
function series(a: number, x: number): number {
  let sum = 1;
  let term = 1;
  for (let n = 1; sum !== sum + term; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** The continued fraction of Γ(a, x) e^x x^−a, for x >= a + 1, by modified Lentz. */
function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i <= 100_000; i++) {
    const numerator = i * (a - i);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < 4e-16) break;
  }
  return h;
}
