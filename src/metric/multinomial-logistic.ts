/**
 * Multinomial logistic regression on hashes or vectors: the linear attack on a secret of several values. Mean log loss with a penalty on the
 * squared weights (Hastie, Tibshirani & Friedman, "The Elements of Statistical Learning" (2009), 4.4), over all examples at once, by L-BFGS
 * from the prior; of the way there the point is kept that predicts validation examples best. For two classes with few examples of many
 * features see kernel-logistic.ts.
 */
import { type DesignMatrix, designMatrix } from './design-matrix.ts';
import { minimise } from './lbfgs.ts';
import { type BitPoints, classCounts, type Model, type VectorPoints } from './points.ts';

/** Examples to stop on; −1 for a class that training does not have. */
interface Judges<P> {
  readonly points: P;
  readonly classes: Int32Array;
}

/** How to fit. */
interface LogisticOptions<P> {
  /** λ of mean log loss + λ/2 ‖w‖²; from 0. */
  readonly ridge?: number;
  readonly iterations?: number;
  /** Without them, it continues until the loss is flat. */
  readonly validation?: Judges<P>;
}

/** Steps without a better validation loss, after which it ends. */
const patience = 8;

/** The fit on hashes, read as ±1, or on vectors, which should be standardised. The same input gives the same model, bit for bit. */
export function fitLogistic<P extends BitPoints | VectorPoints>(
  train: P,
  classes: Int32Array,
  count: number,
  { ridge = 1e-3, iterations = 200, validation }: LogisticOptions<P> = {},
): Model<P> {
  if (!(ridge >= 0)) throw new RangeError(`Expected a penalty from 0 but received ${ridge}.`);
  const counts = classCounts(classes, count, train.n);
  const matrix = designMatrix(train);
  const { n, width } = matrix;
  const scores = new Float64Array(n * count);
  const objective = (at: Float64Array, gradient: Float64Array): number => {
    scoresOf(matrix, at, count, scores);
    let loss = probabilities(scores, count, classes) / n;
    for (let i = 0; i < n; i++) scores[i * count + classes[i]!]! -= 1;
    gradient.fill(0);
    matrix.addTransposed(scores, count, gradient);
    for (let at = 0; at < scores.length; at++) gradient[width * count + (at % count)]! += scores[at]!;
    for (let j = 0; j < gradient.length; j++) gradient[j]! /= n;
    // The bias is not penalised.
    for (let j = 0; j < width * count; j++) {
      loss += (ridge / 2) * at[j]! * at[j]!;
      gradient[j]! += ridge * at[j]!;
    }
    return loss;
  };
  const start = new Float64Array((width + 1) * count);
  // A class that never occurs must not start at minus infinity.
  for (let c = 0; c < count; c++) start[width * count + c] = Math.log((counts[c]! + 1e-3) / n);
  const kept = validation && validation.points.n > 0 ? bestOf(start, validation, count) : undefined;
  const end = minimise(objective, start, { iterations, ...(kept ? { step: kept.offer } : {}) });
  const weights = kept?.best() ?? end;
  return {
    posteriors: (points) => {
      if (points.width !== width)
        throw new RangeError(`Expected views of ${width} numbers but received ${points.width}.`);
      const out = new Float64Array(points.n * count);
      scoresOf(designMatrix(points), weights, count, out);
      probabilities(out, count);
      return out;
    },
  };
}

/** Keeps the weights that predict the validation examples best, beginning with the prior, and asks to end when none was better for long. */
function bestOf<P extends BitPoints | VectorPoints>(
  start: Float64Array,
  { points, classes }: Judges<P>,
  count: number,
) {
  const matrix = designMatrix(points);
  const scores = new Float64Array(points.n * count);
  const lossAt = (weights: Float64Array): number => {
    scoresOf(matrix, weights, count, scores);
    return probabilities(scores, count, classes);
  };
  let [best, least, waited] = [start, lossAt(start), 0];
  return {
    best: (): Float64Array => best,
    offer: (weights: Float64Array): boolean => {
      const loss = lossAt(weights);
      if (loss < least) [best, least, waited] = [weights, loss, 0];
      else waited++;
      return waited < patience;
    },
  };
}

/** Scores of all classes, n × count: X W and the bias, which is the last row of the weights. */
function scoresOf(matrix: DesignMatrix, weights: Float64Array, count: number, out: Float64Array): void {
  const bias = weights.subarray(matrix.width * count);
  for (let i = 0; i < matrix.n; i++) out.set(bias, i * count);
  matrix.addProduct(weights, count, out);
}

/** Turns scores into probabilities, in place; the sum of the log losses of the known classes. */
function probabilities(scores: Float64Array, count: number, classes?: Int32Array): number {
  let loss = 0;
  for (let from = 0, i = 0; from < scores.length; from += count, i++) {
    let most = -Infinity;
    for (let c = 0; c < count; c++) most = Math.max(most, scores[from + c]!);
    const own = classes?.[i] ?? -1;
    const truth = own < 0 ? 0 : scores[from + own]!;
    let sum = 0;
    for (let c = from; c < from + count; c++) sum += scores[c] = Math.exp(scores[c]! - most);
    for (let c = from; c < from + count; c++) scores[c]! /= sum;
    if (own >= 0) loss += Math.log(sum) + most - truth;
  }
  return loss;
}
