/**
 * Special functions behind the intervals: log-gamma, the regularised incomplete beta function and its inverse, the normal
 * distribution. Densities by Loader, "Fast and accurate computation of binomial probabilities" (2000), which loses no digits at
 * n = 10^8 where differences of log-gammas would; continued fraction by modified Lentz (Press et al., Numerical Recipes, 6.4).
 */

const halfLog2Pi = 0.9189385332046727;

/** Stirling's correction: log Γ(x + 1) − (x + ½) log x + x − ½ log 2π, for x >= 15. */
const stirlingSeries = (x: number): number => {
  const r = 1 / (x * x);
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - r / 1188) * r) * r) * r) / x;
};

/** Natural logarithm of the gamma function, for x > 0. */
export function logGamma(x: number): number {
  let product = 1;
  for (; x < 15; x++) product *= x;
  return (x - 0.5) * Math.log(x) - x + halfLog2Pi + stirlingSeries(x) - Math.log(product);
}

const stirlingError = (x: number): number =>
  x >= 15 ? stirlingSeries(x) : logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - halfLog2Pi;

/** x log(x/m) + m − x, without cancellation where x is near m (Loader's D0). */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/** log of the Poisson probability of k at mean m; k >= 0 need not be an integer. */
export const logPoissonDensity = (k: number, mean: number): number =>
  k === 0 ? -mean : -stirlingError(k) - deviance(k, mean) - halfLog2Pi - 0.5 * Math.log(k);

/** log of x^a (1 − x)^b / B(a, b): 0 < x < 1 and a, b > 0. */
function logBetaKernel(x: number, a: number, b: number): number {
  const n = a + b;
  const errors = stirlingError(n) - stirlingError(a) - stirlingError(b);
  return errors - deviance(a, n * x) - deviance(b, n * (1 - x)) - halfLog2Pi + 0.5 * Math.log((a * b) / n);
}

/** The continued fraction of the incomplete beta function; quick where x is below the mean. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < 4e-16) break;
  }
  return h;
}

/** log of the regularised incomplete beta function I_x(a, b): holds its digits far below the smallest double. */
export function logIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return -Infinity;
  if (x >= 1) return 0;
  if (x <= (a + 1) / (a + b + 2)) return logBetaKernel(x, a, b) + Math.log(betaFraction(x, a, b) / a);
  return Math.log1p(-Math.exp(logBetaKernel(x, a, b)) * (betaFraction(1 - x, b, a) / b));
}

/** The regularised incomplete beta function I_x(a, b): the distribution function of Beta(a, b) at x. */
export const incompleteBeta = (x: number, a: number, b: number): number => Math.exp(logIncompleteBeta(x, a, b));

/** The x with I_x(a, b) = p: quantile of Beta(a, b). Newton's method, kept inside a shrinking bracket. */
export function inverseIncompleteBeta(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (let i = 0; i < 400; i++) {
    const error = incompleteBeta(x, a, b) - p;
    if (error === 0) return x;
    if (error > 0) high = x;
    else low = x;
    const density = Math.exp(logBetaKernel(x, a, b)) / (x * (1 - x));
    let next = x - error / density;
    // Halving on the log scale reaches quantiles of 1e-12 as quickly as those of 0.1.
    if (!(next > low && next < high)) next = low > 0 ? Math.sqrt(low * high) : Math.max(high / 16, Number.MIN_VALUE);
    if (next >= high || next <= low) next = (low + high) / 2;
    if (Math.abs(next - x) <= 1e-15 * x) return next;
    x = next;
  }
  return x;
}

/** Distribution function of the standard normal: Marsaglia's series (2004) near 0, Laplace's continued fraction in the tails. */
export function normalCdf(z: number): number {
  const density = Math.exp(-0.5 * z * z - halfLog2Pi);
  if (Math.abs(z) > 2) {
    let tail = Math.abs(z);
    for (let i = 120; i >= 1; i--) tail = Math.abs(z) + i / tail;
    return z > 0 ? 1 - density / tail : density / tail;
  }
  let sum = z;
  let term = z;
  for (let i = 3; sum !== sum + term * 0.5; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + sum * density;
}

/** Quantile of the standard normal (probit): Hastings' approximation (Abramowitz & Stegun 26.2.23), polished by Halley's method. */
export function probit(p: number): number {
  if (!(p > 0)) return p === 0 ? -Infinity : Number.NaN;
  if (!(p < 1)) return p === 1 ? Infinity : Number.NaN;
  if (p > 0.5) return -probit(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let i = 0; i < 3; i++) {
    const step = (normalCdf(z) - p) * Math.exp(0.5 * z * z + halfLog2Pi);
    z -= step / (1 + 0.5 * z * step);
  }
  return z;
}

/** Quantile of Student's t distribution, for a probability above one half. */
export function studentQuantile(probability: number, degrees: number): number {
  // P(|T| > t) is the incomplete beta function at degrees / (degrees + t²).
  const x = inverseIncompleteBeta(2 * (1 - probability), degrees / 2, 0.5);
  return Math.sqrt(degrees * (1 / x - 1));
}
