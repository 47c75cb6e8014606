/** Cholesky's factor and ridge regression: against matrices that are known, the definition, and the sign quantiser's exact value. */
import { describe, expect, test } from 'vitest';
import { choleskyFactor, choleskySolve } from '../../src/metric/cholesky.ts';
import { normalEquations, solveRidge } from '../../src/metric/ridge.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';

describe('Cholesky', () => {
  test('the factor of a matrix known by hand', () =>
    expect([...choleskyFactor(Float64Array.of(4, 0, 0, 12, 37, 0, -16, -43, 98), 3)]).toEqual([
      2, 0, 0, 6, 1, 0, -8, 5, 3,
    ]));

  test('solves for several right-hand sides: A X = B', () => {
    const rng = seededRng(1, 'cholesky');
    const order = 12;
    const root = Float64Array.from({ length: order * order }, () => normalVariate(rng));
    const a = new Float64Array(order * order);
    for (let i = 0; i < order; i++)
      for (let j = 0; j < order; j++)
        for (let k = 0; k < order; k++) a[i * order + j]! += root[i * order + k]! * root[j * order + k]!;
    const b = Float64Array.from({ length: order * 3 }, () => normalVariate(rng));
    const x = choleskySolve(choleskyFactor(a, order), order, b, 3);
    for (let i = 0; i < order; i++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let j = 0; j < order; j++) sum += a[i * order + j]! * x[j * 3 + c]!;
        expect(sum).toBeCloseTo(b[i * 3 + c]!, 8);
      }
  });

  test('a matrix that is not positive definite, or of another size, is refused', () => {
    expect(() => choleskyFactor(Float64Array.of(1, 0, 2, 1), 2)).toThrow('pivot 1 is -3');
    expect(() => choleskyFactor(new Float64Array(5), 2)).toThrow('Expected 4 numbers');
    expect(() => choleskySolve(Float64Array.of(1), 1, new Float64Array(3), 2)).toThrow('Expected 1 × 2');
  });
});

describe('ridge regression', () => {
  test('under a tiny penalty recovers a linear map with an offset', () => {
    const rng = seededRng(2, 'ridge');
    const xs = Array.from({ length: 60 }, () => Float64Array.from({ length: 4 }, () => normalVariate(rng)));
    const map = (x: ArrayLike<number>) => Float64Array.of(3 + 2 * x[0]! - x[3]!, x[1]! + 5 * x[2]!);
    const predict = solveRidge(normalEquations(xs, xs.map(map)), 1e-9);
    const fresh = Float64Array.of(1, -2, 0.5, 4);
    for (const [i, value] of map(fresh).entries()) expect(predict(fresh)[i]).toBeCloseTo(value, 6);
  });

  test('one feature: the weight is Sxy / (Sxx + λ n), as the definition says', () => {
    const [xs, ys] = [
      [[1], [2], [3], [6]],
      [[2], [1], [4], [9]],
    ];
    // Means 3 and 4; Sxx = 14, Sxy = 22.
    const predict = solveRidge(normalEquations(xs, ys), 0.5);
    expect(predict([4])[0]).toBeCloseTo(4 + 22 / (14 + 0.5 * 4), 12);
  });

  test('a feature that never varies counts for nothing', () => {
    const predict = solveRidge(
      normalEquations(
        [
          [1, 0],
          [1, 1],
          [1, 2],
        ],
        [[0], [2], [4]],
      ),
      1e-9,
    );
    expect(predict([7, 3])[0]).toBeCloseTo(6, 6);
  });

  test('signs of Gaussian coefficients: 2/π of the variance, 4.396 dB over the mean', () => {
    const rng = seededRng(3, 'sign quantiser');
    const dimensions = 64;
    const draw = (n: number) =>
      Array.from({ length: n }, () => Float64Array.from({ length: dimensions }, () => normalVariate(rng)));
    const signs = (of: readonly Float64Array[]) =>
      of.map((each) => Int8Array.from(each, (value) => (value < 0 ? -1 : 1)));
    const [training, fresh] = [draw(6000), draw(1500)];
    const equations = normalEquations(signs(training), training);
    const predict = solveRidge(equations, 1e-3);
    let [left, all] = [0, 0];
    const bits = signs(fresh);
    fresh.forEach((truth, i) => {
      const guess = predict(bits[i]!);
      for (let j = 0; j < dimensions; j++) {
        left += (truth[j]! - guess[j]!) ** 2;
        all += (truth[j]! - equations.targetMeans[j]!) ** 2;
      }
    });
    // 64 weights a coefficient, each off by (1 − 2/π) / n, cost 0.4 % of what is left.
    expect(Math.abs(1 - left / all - 2 / Math.PI)).toBeLessThan(0.008);
    expect(Math.abs(10 * Math.log10(all / left) - 4.396)).toBeLessThan(0.1);
  });

  test('wrong input is refused', () => {
    expect(() => normalEquations([], [])).toThrow('Expected as many targets as 0 features');
    expect(() => normalEquations([[1], [1, 2]], [[1], [1]])).toThrow('vectors of 1 numbers');
    expect(() => solveRidge(normalEquations([[1], [2]], [[1], [2]]), 0)).toThrow('penalty above 0');
  });
});
