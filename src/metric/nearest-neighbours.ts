/**
 * The k-nearest-neighbour attack, universally consistent where k grows and k / n vanishes, as k = ln n does: with ever more examples its
 * success nears the best possible. Stone, "Consistent nonparametric regression" (1977); for leakage, Cherubin, Chatzikokolakis &
 * Palamidessi, "F-BLEAU: fast black-box leakage estimation" (S&P 2019). The nearest neighbour alone never errs more than twice as often as
 * the best attack, which bounds that one from above: Cover & Hart, "Nearest neighbor pattern classification" (1967). Both asymptotically.
 */
import { type BitPoints, classCounts, type VectorPoints } from './points.ts';

/** Known examples, asked by several numbers of neighbours at once: one search serves them all. */
interface Neighbours<P> {
  /** For each number of neighbours, probabilities of the classes for each point, n × classes. */
  posteriors(points: P, ks: readonly number[]): Float64Array[];
}

/** The usual numbers of neighbours among n known examples: 1, and ln n. */
export const usualNeighbours = (n: number): readonly [number, number] => [1, Math.max(1, Math.round(Math.log(n)))];

/**
 * Votes of the nearest of the training points, by Hamming or by Euclidean distance. All points as far away as the k-th share the votes
 * that are left, so that the order of the examples never counts; one more vote is dealt out as the secrets are, so equal votes go to the
 * commoner secret.
 */
export function fitNeighbours<P extends BitPoints | VectorPoints>(
  train: P,
  classes: Int32Array,
  count: number,
): Neighbours<P> {
  const prior = classCounts(classes, count, train.n).map((each) => each / train.n);
  return {
    posteriors(points, ks) {
      if (points.width !== train.width)
        throw new RangeError(`Expected views of ${train.width} numbers but received ${points.width}.`);
      const most = Math.min(
        train.n,
        ks.reduce((max, k) => Math.max(max, k), 1),
      );
      const nearest = new Float64Array(most);
      const distances = new Float64Array(train.n);
      const search =
        train.kind === 'bits'
          ? hammingSearch(train, points as BitPoints, distances, nearest)
          : euclideanSearch(train, points as VectorPoints, distances, nearest);
      const found = ks.map(() => new Float64Array(points.n * count));
      for (let i = 0; i < points.n; i++) {
        search(i);
        ks.forEach((k, at) => {
          vote(found[at]!.subarray(i * count, (i + 1) * count), distances, nearest, Math.min(k, most));
        });
      }
      return found;
    },
  };

  function vote(out: Float64Array, distances: Float64Array, nearest: Float64Array, k: number): void {
    const edge = nearest[k - 1]!;
    let closer = 0;
    for (let i = 0; i < k; i++) if (nearest[i]! < edge) closer++;
    let level = 0;
    for (let i = 0; i < distances.length; i++) {
      if (distances[i]! < edge) out[classes[i]!]!++;
      else if (distances[i] === edge) level++;
    }
    const share = (k - closer) / level;
    for (let i = 0; i < distances.length; i++) if (distances[i] === edge) out[classes[i]!]! += share;
    for (let c = 0; c < out.length; c++) out[c] = (out[c]! + prior[c]!) / (k + 1);
  }
}

/**
 * The most that any attack can achieve, asymptotically, from the error of the nearest neighbour among that many classes, each as an estimate
 * or as a bound: 1 − (L − 1)/L · (1 − √(1 − L/(L − 1) · error)).
 */
export function neighbourCeiling(error: number, classes: number): number {
  const most = (classes - 1) / classes;
  return most === 0 || error >= most ? 1 - Math.min(error, most) : 1 - most * (1 - Math.sqrt(1 - error / most));
}

/** Fills the distances to one point, and the smallest of them in ascending order. */
type Search = (index: number) => void;

function hammingSearch(train: BitPoints, points: BitPoints, distances: Float64Array, nearest: Float64Array): Search {
  const words = train.stride / 4;
  const known = new Uint32Array(train.bytes.buffer);
  const asked = new Uint32Array(points.bytes.buffer);
  return (index) => {
    nearest.fill(Infinity);
    for (let i = 0, at = 0; i < train.n; i++) {
      let differ = 0;
      for (let j = 0, from = index * words; j < words; j++) differ += ones(known[at++]! ^ asked[from++]!);
      distances[i] = differ;
      if (differ < nearest[nearest.length - 1]!) insert(nearest, differ);
    }
  };
}

/** Squares of distances. A sum is given up, as infinite, where it is beyond the smallest already found. */
function euclideanSearch(
  { n, width, values }: VectorPoints,
  points: VectorPoints,
  distances: Float64Array,
  nearest: Float64Array,
): Search {
  return (index) => {
    nearest.fill(Infinity);
    const from = index * width;
    for (let i = 0; i < n; i++) {
      const at = i * width;
      const limit = nearest[nearest.length - 1]!;
      let sum = 0;
      for (let j = 0; j < width && sum <= limit; ) {
        for (const end = Math.min(width, j + 16); j < end; j++)
          sum += (values[at + j]! - points.values[from + j]!) ** 2;
      }
      distances[i] = sum > limit ? Infinity : sum;
      if (sum < limit) insert(nearest, sum);
    }
  };
}

/** Puts a value into an ascending list of fixed length, whose last falls out. */
function insert(ascending: Float64Array, value: number): void {
  let i = ascending.length - 1;
  for (; i > 0 && ascending[i - 1]! > value; i--) ascending[i] = ascending[i - 1]!;
  ascending[i] = value;
}

function ones(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
