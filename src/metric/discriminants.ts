/** Eigenvectors, as far as fitting a small discriminant analysis needs them. */

/** Eigenvalues of a symmetric matrix, largest first, with their vectors: cyclic Jacobi. Golub & Van Loan, "Matrix Computations", 8.5. */
function eigen(matrix: readonly Float64Array[]): { values: number[]; vectors: Float64Array[] } {
  const n = matrix.length;
  const a = matrix.map((row) => row.slice());
  const v = matrix.map((_, i) => Float64Array.from({ length: n }, (_, j) => Number(i === j)));
  const turn = (rows: Float64Array[], p: number, q: number, c: number, s: number): void => {
    for (const row of rows) [row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!];
  };
  for (let sweep = 0; sweep < 30; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const off = a[p]![q]!;
        if (off === 0) continue;
        const tau = (a[q]![q]! - a[p]![p]!) / (2 * off);
        const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        turn(a, p, q, c, s);
        const [rowP, rowQ] = [a[p]!.slice(), a[q]!.slice()];
        a[p] = rowP.map((each, k) => c * each - s * rowQ[k]!);
        a[q] = rowP.map((each, k) => s * each + c * rowQ[k]!);
        turn(v, p, q, c, s);
      }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return {
    values: order.map((i) => a[i]![i]!),
    vectors: order.map((i) => Float64Array.from(v, (row) => row[i]!)),
  };
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Second moments of vectors about zero. */
export function moments(vectors: readonly Float64Array[]): Float64Array[] {
  const n = vectors[0]!.length;
  const out = Array.from({ length: n }, () => new Float64Array(n));
  for (const vector of vectors)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i]![j]! += (vector[i]! * vector[j]!) / vectors.length;
  return out;
}

/** Linear discriminants: directions in order of between / within, of unit within; `within` must be positive definite. */
export function discriminants(between: readonly Float64Array[], within: readonly Float64Array[]): Float64Array[] {
  const { values, vectors } = eigen(within);
  const white = vectors.map((vector, k) => vector.map((each) => each / Math.sqrt(values[k]!)));
  const whitened = white.map((a) => {
    const image = between.map((row) => dot(row, a));
    return Float64Array.from(white, (b) => dot(b, image));
  });
  return eigen(whitened).vectors.map((vector) =>
    Float64Array.from(within, (_, i) => white.reduce((sum, direction, k) => sum + vector[k]! * direction[i]!, 0)),
  );
}
