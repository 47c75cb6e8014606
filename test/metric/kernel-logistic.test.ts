/** Dual logistic regression: the optimum's own equations, separable data, and one example of each class by hand. */
import { expect, test } from 'vitest';
import { kernelLogistic, logistic } from '../../src/metric/kernel-logistic.ts';
import { seededRng } from '../../src/util/rng.ts';

const gram = (rows: readonly (readonly number[])[]): Float64Array =>
  Float64Array.from(rows.flatMap((a) => rows.map((b) => a.reduce((sum, each, i) => sum + each * b[i]!, 1))));

function cloud(seed: number, n: number, features: number, apart: number) {
  const rng = seededRng(seed, 'cloud');
  const positive = Array.from({ length: n }, (_, i) => i % 3 === 0);
  const rows = positive.map((each) =>
    Array.from({ length: features }, (_, f) => rng.next() - 0.5 + (each && f === 0 ? apart : 0)),
  );
  return { positive, rows };
}

test.each([
  [30, 4, 0.5, 0.01],
  [60, 200, 0.2, 1e-4],
  [40, 3, 5, 1e-6],
])('the gradient is zero at the optimum: n λ αᵢ = tᵢ − pᵢ (%i examples, %i features)', (n, features, apart, ridge) => {
  const { positive, rows } = cloud(3, n, features, apart);
  const kernel = gram(rows);
  const { coefficients } = kernelLogistic(kernel, positive, ridge);
  for (let i = 0; i < n; i++) {
    let odds = 0;
    for (let j = 0; j < n; j++) odds += kernel[i * n + j]! * coefficients[j]!;
    expect(coefficients[i]! * ridge * n).toBeCloseTo(Number(positive[i]) - logistic(odds), 4);
  }
});

test('classes that lie apart are told apart', () => {
  const { positive, rows } = cloud(4, 90, 5, 3);
  const { coefficients } = kernelLogistic(gram(rows), positive, 1e-4);
  rows.forEach((x, i) => {
    const odds = rows.reduce(
      (sum, each, j) => sum + coefficients[j]! * each.reduce((dot, v, k) => dot + v * x[k]!, 1),
      0,
    );
    expect(odds > 0).toBe(positive[i]);
  });
});

test('one example of each class, at −1 and 1: the weight solves λ w = 1 / (1 + eʷ)', () => {
  // Without a bias, symmetry leaves one unknown; the derivative of log(1 + e⁻ʷ) + λ/2 w² is zero there.
  const { coefficients } = kernelLogistic(Float64Array.of(1, -1, -1, 1), [false, true], 0.05);
  const weight = coefficients[1]! - coefficients[0]!;
  expect(0.05 * weight).toBeCloseTo(logistic(-weight), 8);
});

test('sizes and penalty are checked', () => {
  expect(() => kernelLogistic(new Float64Array(3), [true, false], 1)).toThrow('kernel of 2 × 2');
  expect(() => kernelLogistic(new Float64Array(4), [true, false], 0)).toThrow('above 0');
});
