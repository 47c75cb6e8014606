/**
 * Binary logistic regression with a penalty on the squared weights, in its dual form: few examples with many features, of which only the
 * inner products are needed. By Newton's method; the mode of Rasmussen & Williams, "Gaussian Processes for Machine Learning" (2006),
 * algorithm 3.1, which is the same optimum. Convex, so that the result does not depend on a start.
 */
import { choleskyFactor, choleskySolve } from './cholesky.ts';

/** A fitted function: log odds of x are the sum over examples of coefficients[i] × kernel(example i, x). */
export interface KernelLogistic {
  /** One an example. */
  readonly coefficients: Float64Array;
  readonly iterations: number;
}

/** Newton steps at most; a handful is enough. */
const most = 100;

/**
 * The fit. `kernel`: n × n inner products, row by row, of the examples as they will be scored (add 1 to each for a bias). `ridge`: the
 * penalty λ of mean log loss + λ/2 ‖w‖², above 0. RangeError where sizes do not agree or the penalty is not above 0.
 */
export function kernelLogistic(kernel: Float64Array, positive: readonly boolean[], ridge: number): KernelLogistic {
  const n = positive.length;
  if (n === 0 || kernel.length !== n * n)
    throw new RangeError(`Expected a kernel of ${n} × ${n} numbers for ${n} examples but received ${kernel.length}`);
  if (!(ridge > 0)) throw new RangeError(`Expected a ridge above 0 but received ${ridge}`);
  const scale = 1 / (ridge * n);
  let coefficients: Float64Array = new Float64Array(n);
  let odds: Float64Array = new Float64Array(n);
  let value = objective(coefficients, odds, positive);
  let iterations = 0;
  for (; iterations < most; iterations++) {
    let step = newton(kernel, scale, odds, positive);
    let found = apply(kernel, step, n, scale);
    let next = objective(step, found, positive);
    // A full step may overshoot where the odds are far out; half of it is still uphill.
    for (let halvings = 0; next < value && halvings < 30; halvings++) {
      step = step.map((each, i) => (each + coefficients[i]!) / 2);
      found = apply(kernel, step, n, scale);
      next = objective(step, found, positive);
    }
    const gain = next - value;
    if (gain <= 0) break;
    [coefficients, odds, value] = [step, found, next];
    if (gain < 1e-9 * n) break;
  }
  return { coefficients: coefficients.map((each) => each * scale), iterations };
}

/** 1 / (1 + e^−x). */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The next coefficients: W odds + (t − p), less what the prior takes back. */
function newton(kernel: Float64Array, scale: number, odds: Float64Array, positive: readonly boolean[]): Float64Array {
  const n = positive.length;
  const [root, b] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const p = logistic(odds[i]!);
    const weight = p * (1 - p);
    root[i] = Math.sqrt(weight);
    b[i] = weight * odds[i]! + Number(positive[i]!) - p;
  }
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) matrix[i * n + j] = root[i]! * root[j]! * kernel[i * n + j]! * scale;
    matrix[i * n + i]! += 1;
  }
  const right = apply(kernel, b, n, scale).map((each, i) => each * root[i]!);
  const solved = choleskySolve(choleskyFactor(matrix, n), n, right, 1);
  return b.map((each, i) => each - root[i]! * solved[i]!);
}

/** scale × kernel × vector. */
function apply(kernel: Float64Array, vector: Float64Array, n: number, scale: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0, at = i * n; j < n; j++, at++) sum += kernel[at]! * vector[j]!;
    out[i] = sum * scale;
  }
  return out;
}

/** Log likelihood less half the squared norm: what Newton's steps raise. */
function objective(coefficients: Float64Array, odds: Float64Array, positive: readonly boolean[]): number {
  let sum = 0;
  for (let i = 0; i < odds.length; i++) {
    const margin = positive[i] ? odds[i]! : -odds[i]!;
    // log(1 + e^−margin), without overflow.
    sum -= Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
    sum -= (coefficients[i]! * odds[i]!) / 2;
  }
  return sum;
}
