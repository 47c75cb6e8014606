/** From features of pictures and their edits to the hyperplanes of copynet-256. */

import { choleskyFactor } from '../../src/metric/cholesky.ts';
import { moments } from '../../src/metric/discriminants.ts';
import { toBase64 } from '../../src/util/base64.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';

export const bits = 256;
/** Added to the covariance of edits, as a share of its mean variance: some directions vary too little to be estimated. */
const ridge = 0.02;

/** Steps of the orthogonal iteration: the directions that it does not separate by then count for almost the same. */
const steps = 30;

type Vector = Float64Array;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

function meanOf(vectors: readonly ArrayLike<number>[]): Vector {
  const mean = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / vectors.length;
  return mean;
}

const less = (a: ArrayLike<number>, b: Vector): Vector => b.map((each, i) => a[i]! - each);

/** Orthonormal vectors that span what the rows span: Gram-Schmidt, twice, because once leaves rounding errors. */
function orthonormal(rows: readonly Vector[]): Vector[] {
  const out: Vector[] = [];
  for (const row of rows) {
    const left = row.slice();
    for (const other of [...out, ...out]) {
      const along = dot(left, other);
      for (let i = 0; i < left.length; i++) left[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(left, left));
    out.push(left.map((each) => each / length));
  }
  return out;
}

function randomDirections(count: number, length: number, stream: string): Vector[] {
  const rng = seededRng(19, `copynet-256/${stream}`);
  return orthonormal(Array.from({ length: count }, () => Float64Array.from({ length }, () => normalVariate(rng))));
}

/** Of a symmetric matrix, orthonormal vectors that span its leading eigenvectors: orthogonal iteration. Golub & Van Loan, 8.2. */
function leading(matrix: readonly Vector[], count: number): Vector[] {
  let basis = randomDirections(count, matrix.length, 'start');
  for (let step = 0; step < steps; step++)
    basis = orthonormal(basis.map((vector) => Float64Array.from(matrix, (row) => dot(row, vector))));
  return basis;
}

/** The lower triangle's rows of a Cholesky factor, and solutions of L x = b and of Lᵀ x = b. */
function factorOf(matrix: readonly Vector[]) {
  const n = matrix.length;
  const factor = choleskyFactor(Float64Array.from(matrix.flatMap((row) => Array.from(row))), n);
  return {
    forward(right: Vector): Vector {
      const x = right.slice();
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) x[i]! -= factor[i * n + j]! * x[j]!;
        x[i]! /= factor[i * n + i]!;
      }
      return x;
    },
    backward(right: Vector): Vector {
      const x = right.slice();
      for (let i = n - 1; i >= 0; i--) {
        x[i]! /= factor[i * n + i]!;
        for (let j = 0; j < i; j++) x[j]! -= factor[i * n + j]! * x[i]!;
      }
      return x;
    },
  };
}

const transposed = (rows: readonly Vector[]): Vector[] =>
  Array.from(rows[0]!, (_, i) => Float64Array.from(rows, (row) => row[i]!));

/**
 * The hyperplanes. `sets` has for each picture the features of its original and then of its edits; all of a picture count as equal, and
 * pictures as different. Normals are rounded to whole numbers from -127 to 127, a scale for each: 0.5 % of the bits change.
 */
export function fitted(sets: readonly (readonly ArrayLike<number>[])[]): { normals: string; offsets: number[] } {
  const means = sets.map(meanOf);
  const mean = meanOf(means);
  const between = moments(means.map((each) => less(each, mean)));
  const within = moments(sets.flatMap((set, i) => set.map((each) => less(each, means[i]!))));
  const added = (ridge * within.reduce((sum, row, i) => sum + row[i]!, 0)) / within.length;
  for (const [i, row] of within.entries()) row[i]! += added;
  // Where edits vary equally in all directions: y = L⁻¹ x, with within = L Lᵀ.
  const { forward, backward } = factorOf(within);
  const whitened = transposed(transposed(between).map(forward)).map(forward);
  const basis = leading(whitened, bits);
  const originals = sets.map(([original]) => original!);
  const normals = new Int8Array(bits * mean.length);
  const offsets: number[] = [];
  for (const [bit, turn] of randomDirections(bits, bits, 'rotation').entries()) {
    const normal = backward(mean.map((_, i) => basis.reduce((sum, vector, k) => sum + turn[k]! * vector[i]!, 0)));
    const largest = normal.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const rounded = normal.map((each) => Math.round((each / largest) * 127));
    normals.set(rounded, bit * mean.length);
    const sides = originals.map((each) => dot(each, rounded)).sort((a, b) => a - b);
    offsets.push(Number(sides[sides.length >> 1]!.toFixed(4)));
  }
  return { normals: toBase64(new Uint8Array(normals.buffer)), offsets };
}
