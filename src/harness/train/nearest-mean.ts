/**
 * The baseline that a head must beat: the label whose mean embedding is nearest (Rocchio; the nearest-class-mean classifier of Mensink et
 * al., IEEE TPAMI 2013). Embeddings are brought to length 1 first, which on the features used here serves it better than none.
 */
import type { Example } from './example.ts';

/** Index of the nearest label of an embedding. */
export type NearestMean = (embedding: ArrayLike<number>) => number;

/** Means of the training embeddings, label by label. Expects at least one example of each label. */
export function nearestMean(train: readonly Example[], labels: readonly string[]): NearestMean {
  const length = train[0]?.embedding.length ?? 0;
  const sums = labels.map(() => new Float64Array(length));
  const counts = labels.map(() => 0);
  for (const { embedding, label } of train) {
    const at = labels.indexOf(label);
    counts[at]!++;
    unit(embedding).forEach((value, i) => {
      sums[at]![i]! += value;
    });
  }
  const means = sums.map((sum, at) => sum.map((value) => value / counts[at]!));
  return (embedding) => {
    const point = unit(embedding);
    const distances = means.map((mean) => mean.reduce((sum, value, i) => sum + (value - point[i]!) ** 2, 0));
    return distances.indexOf(Math.min(...distances));
  };
}

/** The embedding divided by its Euclidean length. */
function unit(embedding: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(embedding);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
  return values.map((value) => value / length);
}
