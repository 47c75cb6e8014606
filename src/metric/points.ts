/** Views as learners read them: one typed array for all of them, row by row. */
import type { Example, ViewPart } from './examples.ts';

/** Names, of which only equality is known. */
export interface SymbolPoints {
  readonly kind: 'symbols';
  readonly n: number;
  readonly names: readonly string[];
}

/** Hashes. */
export interface BitPoints {
  readonly kind: 'bits';
  readonly n: number;
  /** Bits of each, a multiple of 8. */
  readonly width: number;
  /** Bytes of a row, a multiple of 4; those beyond the width are 0. */
  readonly stride: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Real numbers, n × width. */
export interface VectorPoints {
  readonly kind: 'vectors';
  readonly n: number;
  readonly width: number;
  readonly values: Float64Array;
}

type Points = SymbolPoints | BitPoints | VectorPoints;

/** A learner after training. */
export interface Model<P extends Points = Points> {
  /** Probabilities of the classes for each point, n × classes. */
  posteriors(points: P): Float64Array;
}

/** One part of the examples' views, which all of them have. */
export function pointsOf(examples: readonly Example[], part: 'symbol'): SymbolPoints;
export function pointsOf(examples: readonly Example[], part: 'bits'): BitPoints;
export function pointsOf(examples: readonly Example[], part: 'vector'): VectorPoints;
export function pointsOf(examples: readonly Example[], part: ViewPart): Points;
export function pointsOf(examples: readonly Example[], part: ViewPart): Points {
  if (part === 'symbol') return { kind: 'symbols', n: examples.length, names: examples.map(({ symbol }) => symbol!) };
  return part === 'bits'
    ? bitPoints(examples.map(({ bits }) => bits!))
    : vectorPoints(examples.map(({ vector }) => vector!));
}

/** Hashes of one length. RangeError where they differ in length. */
export function bitPoints(hashes: readonly Uint8Array[]): BitPoints {
  const length = lengthOf(hashes);
  const stride = 4 * Math.ceil(length / 4);
  const bytes = new Uint8Array(hashes.length * stride);
  hashes.forEach((hash, i) => {
    bytes.set(hash, i * stride);
  });
  return { kind: 'bits', n: hashes.length, width: 8 * length, stride, bytes };
}

/** Vectors of one length. RangeError where they differ in length, or a number is not finite. */
export function vectorPoints(vectors: readonly ArrayLike<number>[]): VectorPoints {
  const width = lengthOf(vectors);
  const values = new Float64Array(vectors.length * width);
  vectors.forEach((vector, i) => {
    values.set(vector, i * width);
  });
  const wrong = values.find((each) => !Number.isFinite(each));
  if (wrong !== undefined) throw new RangeError(`Expected finite numbers in the vectors but received ${wrong}.`);
  return { kind: 'vectors', n: vectors.length, width, values };
}

/** Brings each column to mean 0 and standard deviation 1 on the known points; a column that never varies there becomes 0. */
export function standardiser({ n, width, values }: VectorPoints): (points: VectorPoints) => VectorPoints {
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < width; j++, at++) mean[j]! += values[at]! / n;
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < width; j++, at++) scale[j]! += (values[at]! - mean[j]!) ** 2;
  // Below this share of the mean a deviation is rounding.
  for (let j = 0; j < width; j++) {
    const deviation = Math.sqrt(scale[j]! / n);
    scale[j] = deviation > 1e-12 * Math.abs(mean[j]!) ? 1 / deviation : 0;
  }
  return (points) => {
    if (points.width !== width)
      throw new RangeError(`Expected vectors of ${width} numbers but received ${points.width}.`);
    const out = new Float64Array(points.values.length);
    for (let at = 0; at < out.length; ) {
      for (let j = 0; j < width; j++, at++) out[at] = (points.values[at]! - mean[j]!) * scale[j]!;
    }
    return { ...points, values: out };
  };
}

/** How often each class occurs, of `count`. RangeError where a class is out of range, or there are not as many as points. */
export function classCounts(classes: Int32Array, count: number, points: number): Float64Array {
  if (classes.length !== points || points === 0)
    throw new RangeError(`Expected one class for each of ${points} training points but received ${classes.length}.`);
  const counts = new Float64Array(count);
  for (const each of classes) {
    if (!(each >= 0 && each < count)) throw new RangeError(`Expected classes below ${count} but received ${each}.`);
    counts[each]!++;
  }
  return counts;
}

/** The likeliest class of each point; the first in case of a tie. */
export function likeliest(posteriors: Float64Array, count: number): Int32Array {
  const guesses = new Int32Array(posteriors.length / count);
  for (let i = 0, at = 0; i < guesses.length; i++, at += count)
    for (let c = 1; c < count; c++) if (posteriors[at + c]! > posteriors[at + guesses[i]!]!) guesses[i] = c;
  return guesses;
}

function lengthOf(rows: readonly ArrayLike<number>[]): number {
  const length = rows[0]?.length ?? 0;
  const odd = rows.find((row) => row.length !== length);
  if (odd) throw new RangeError(`Expected views of length ${length} but received one of ${odd.length}.`);
  return length;
}
