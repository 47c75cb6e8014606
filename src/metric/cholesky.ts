/** Symmetric positive definite systems by Cholesky's factor, A = L Lᵀ. Golub & Van Loan, "Matrix Computations" (4th ed. 2013), 4.2. */

/**
 * The lower triangle L of a symmetric positive definite matrix (order × order numbers, row by row; its lower triangle is read). Throws a
 * RangeError where a pivot is not above 0: the matrix is not positive definite, or is not in these digits.
 */
export function choleskyFactor(matrix: Float64Array, order: number): Float64Array {
  if (matrix.length !== order * order)
    throw new RangeError(
      `Expected ${order * order} numbers of a matrix of order ${order} but received ${matrix.length}`,
    );
  const factor = new Float64Array(order * order);
  for (let i = 0; i < order; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * order + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * order + k]! * factor[j * order + k]!;
      if (i > j) factor[i * order + j] = sum / factor[j * order + j]!;
      else if (sum > 0) factor[i * order + i] = Math.sqrt(sum);
      else throw new RangeError(`Expected a positive definite matrix but pivot ${i} is ${sum}`);
    }
  return factor;
}

/** Solves L Lᵀ X = B for `columns` right-hand sides at once; B and X have order × columns numbers, row by row. */
export function choleskySolve(factor: Float64Array, order: number, right: Float64Array, columns: number): Float64Array {
  if (factor.length !== order * order || right.length !== order * columns)
    throw new RangeError(`Expected ${order} × ${columns} numbers on the right but received ${right.length}`);
  const x = right.slice();
  const subtract = (target: number, weight: number, source: number): void => {
    for (let c = 0; c < columns; c++) x[target * columns + c]! -= weight * x[source * columns + c]!;
  };
  const divide = (row: number): void => {
    const pivot = factor[row * order + row]!;
    for (let c = 0; c < columns; c++) x[row * columns + c]! /= pivot;
  };
  for (let i = 0; i < order; i++) {
    for (let k = 0; k < i; k++) subtract(i, factor[i * order + k]!, k);
    divide(i);
  }
  for (let i = order - 1; i >= 0; i--) {
    for (let k = i + 1; k < order; k++) subtract(i, factor[k * order + i]!, k);
    divide(i);
  }
  return x;
}
