/**
 * Ridge regression of many numbers on many others: the linear map that predicts best under a penalty on the size of its weights.
 * Hoerl & Kennard, "Ridge regression: biased estimation for nonorthogonal problems" (Technometrics 1970). By the normal equations, which
 * are summed once and solved for as many penalties as are tried.
 */
import { choleskyFactor, choleskySolve } from './cholesky.ts';

/** Sums of the training pairs about their means. */
interface NormalEquations {
  /** Training pairs. */
  readonly n: number;
  readonly features: number;
  readonly targets: number;
  readonly featureMeans: Float64Array;
  readonly targetMeans: Float64Array;
  /** Σ (x − x̄)(x − x̄)ᵀ, features × features, its lower triangle. */
  readonly gram: Float64Array;
  /** Σ (x − x̄)(y − ȳ)ᵀ, features × targets. */
  readonly cross: Float64Array;
}

/** The normal equations of pairs of vectors. RangeError if there is no pair, or lengths differ. */
export function normalEquations(xs: readonly ArrayLike<number>[], ys: readonly ArrayLike<number>[]): NormalEquations {
  const n = xs.length;
  const features = xs[0]?.length ?? 0;
  const targets = ys[0]?.length ?? 0;
  if (n === 0 || ys.length !== n)
    throw new RangeError(`Expected as many targets as ${n} features but received ${ys.length}`);
  const featureMeans = meanOf(xs, features);
  const targetMeans = meanOf(ys, targets);
  const gram = new Float64Array(features * features);
  const cross = new Float64Array(features * targets);
  const [dx, dy] = [new Float64Array(features), new Float64Array(targets)];
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < features; i++) dx[i] = xs[row]![i]! - featureMeans[i]!;
    for (let t = 0; t < targets; t++) dy[t] = ys[row]![t]! - targetMeans[t]!;
    for (let i = 0; i < features; i++) {
      const at = dx[i]!;
      for (let j = 0, to = i * features; j <= i; j++, to++) gram[to]! += at * dx[j]!;
      for (let t = 0, to = i * targets; t < targets; t++, to++) cross[to]! += at * dy[t]!;
    }
  }
  return { n, features, targets, featureMeans, targetMeans, gram, cross };
}

/** A fitted map: what it predicts for a vector of features. */
export type Prediction = (x: ArrayLike<number>) => Float64Array;

/** The map under a penalty above 0 on the mean squared weight, in units of one training pair: λ = penalty × n. */
export function solveRidge(equations: NormalEquations, penalty: number): Prediction {
  const { n, features, targets, featureMeans, targetMeans, gram, cross } = equations;
  if (!(penalty > 0)) throw new RangeError(`Expected a penalty above 0 but received ${penalty}`);
  const loaded = gram.slice();
  for (let i = 0; i < features; i++) loaded[i * features + i]! += penalty * n;
  const weights = choleskySolve(choleskyFactor(loaded, features), features, cross, targets);
  return (x) => {
    const out = targetMeans.slice();
    for (let i = 0; i < features; i++) {
      const at = x[i]! - featureMeans[i]!;
      for (let t = 0, from = i * targets; t < targets; t++, from++) out[t]! += at * weights[from]!;
    }
    return out;
  };
}

function meanOf(rows: readonly ArrayLike<number>[], length: number): Float64Array {
  const mean = new Float64Array(length);
  for (const row of rows) {
    if (row.length !== length)
      throw new RangeError(`Expected vectors of ${length} numbers but received one of ${row.length}`);
    for (let i = 0; i < length; i++) mean[i]! += row[i]!;
  }
  return mean.map((sum) => sum / rows.length);
}
