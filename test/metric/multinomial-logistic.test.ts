/** Multinomial logistic regression against plain arithmetic, its own optimum, and what a linear attack can and cannot see. */
import { describe, expect, test } from 'vitest';
import { designMatrix } from '../../src/metric/design-matrix.ts';
import { kernelLogistic, logistic } from '../../src/metric/kernel-logistic.ts';
import { minimise } from '../../src/metric/lbfgs.ts';
import { fitLogistic } from '../../src/metric/multinomial-logistic.ts';
import { bitPoints, likeliest, vectorPoints } from '../../src/metric/points.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';

const signsOf = (hashes: readonly Uint8Array[]): number[][] =>
  hashes.map((hash) => Array.from({ length: 8 * hash.length }, (_, b) => (hash[b >> 3]! & (128 >> (b & 7)) ? 1 : -1)));

/** Hashes of 10 classes: bits of the class's own, each flipped with that probability. */
function noisyHashes(n: number, flip: number, rng: Rng, own: readonly Uint8Array[]) {
  const classes = Int32Array.from({ length: n }, () => rng.int(own.length));
  const hashes = Array.from(classes, (c) => {
    const hash = own[c]!.slice();
    for (let b = 0; b < 8 * hash.length; b++) if (rng.next() < flip) hash[b >> 3]! ^= 128 >> (b & 7);
    return hash;
  });
  return { classes, hashes };
}

describe('products', () => {
  const rng = seededRng(1);
  const hashes = Array.from({ length: 23 }, () => rng.bytes(7));
  const rows = signsOf(hashes);
  const columns = 5;
  const weights = Float64Array.from({ length: 56 * columns }, () => normalVariate(rng));
  const residuals = Float64Array.from({ length: 23 * columns }, () => normalVariate(rng));

  test.each([
    ['tables of bytes', designMatrix(bitPoints(hashes))],
    ['vectors', designMatrix(vectorPoints(rows))],
    ['vectors of odd length', designMatrix(vectorPoints(rows.map((row) => row.slice(0, 54))))],
  ])('%s: as term by term', (_, matrix) => {
    const product = new Float64Array(23 * columns).fill(1);
    matrix.addProduct(weights, columns, product);
    const transposed = new Float64Array(matrix.width * columns).fill(2);
    matrix.addTransposed(residuals, columns, transposed);
    for (let i = 0; i < 23; i++)
      for (let c = 0; c < columns; c++) {
        const terms = Array.from({ length: matrix.width }, (_, j) => rows[i]![j]! * weights[j * columns + c]!);
        expect(product[i * columns + c]).toBeCloseTo(1 + terms.reduce((a, b) => a + b), 10);
      }
    for (let j = 0; j < matrix.width; j++)
      for (let c = 0; c < columns; c++) {
        const terms = rows.map((row, i) => row[j]! * residuals[i * columns + c]!);
        expect(transposed[j * columns + c]).toBeCloseTo(2 + terms.reduce((a, b) => a + b), 10);
      }
  });
});

test('L-BFGS finds the minimum of a long, bent valley', () => {
  // Rosenbrock's function of two numbers, from its usual start.
  const found = minimise(
    (at, gradient) => {
      const [x, y] = [at[0]!, at[1]!];
      gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
      gradient[1] = 200 * (y - x * x);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    },
    Float64Array.of(-1.2, 1),
    { iterations: 500 },
  );
  expect(found[0]).toBeCloseTo(1, 4);
  expect(found[1]).toBeCloseTo(1, 4);
});

test('two classes: the probabilities of the dual form, fitted by another method', () => {
  const rng = seededRng(2);
  const rows = Array.from({ length: 40 }, () => Array.from({ length: 6 }, () => normalVariate(rng)));
  const classes = Int32Array.from(rows, (row) => (row[0]! + 0.5 * row[1]! + normalVariate(rng) > 0 ? 1 : 0));
  // Of two opposite rows of weights ±w/2, the squares sum to half of ‖w‖²: twice the penalty. The bias is free, so its feature is scaled up.
  const ridge = 0.05;
  const free = 1e4;
  const inner = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, j) => sum + x * b[j]!, 0) + free;
  const kernel = Float64Array.from(rows.flatMap((a) => rows.map((b) => inner(a, b))));
  const dual = kernelLogistic(
    kernel,
    Array.from(classes, (c) => c === 1),
    ridge / 2,
  );
  const found = fitLogistic(vectorPoints(rows), classes, 2, { ridge }).posteriors(vectorPoints(rows));
  rows.forEach((row, i) => {
    const odds = rows.reduce((sum, other, j) => sum + dual.coefficients[j]! * inner(other, row), 0);
    expect(found[2 * i + 1]).toBeCloseTo(logistic(odds), 3);
  });
});

describe('hashes of ten classes', () => {
  const rng = seededRng(3);
  const own = Array.from({ length: 10 }, () => rng.bytes(16));
  const [train, validation, probes] = [900, 300, 1500].map((n) => noisyHashes(n, 0.35, rng, own));
  const judges = { points: bitPoints(validation!.hashes), classes: validation!.classes };
  const fitted = fitLogistic(bitPoints(train!.hashes), train!.classes, 10, { validation: judges });
  const share = (posteriors: Float64Array, classes: Int32Array) =>
    likeliest(posteriors, 10).filter((guess, i) => guess === classes[i]).length / classes.length;

  test('comes near the best attack, which compares with the true bits', () => {
    const found = share(fitted.posteriors(bitPoints(probes!.hashes)), probes!.classes);
    const best = share(
      Float64Array.from(
        signsOf(probes!.hashes).flatMap((row) =>
          signsOf(own).map((bits) => bits.reduce((sum, bit, j) => sum + bit * row[j]!, 0)),
        ),
      ),
      probes!.classes,
    );
    expect(best).toBeGreaterThan(0.8);
    expect(found).toBeGreaterThan(best - 0.15);
    expect(found).toBeLessThan(best + 0.03);
  });

  test('bits and the same bits as numbers give the same model, and the same input the same digits', () => {
    const asked = probes!.hashes.slice(0, 50);
    const bits = fitted.posteriors(bitPoints(asked));
    const again = fitLogistic(bitPoints(train!.hashes), train!.classes, 10, { validation: judges });
    expect(again.posteriors(bitPoints(asked))).toEqual(bits);
    const numbers = fitLogistic(vectorPoints(signsOf(train!.hashes)), train!.classes, 10, {
      validation: { points: vectorPoints(signsOf(validation!.hashes)), classes: validation!.classes },
    }).posteriors(vectorPoints(signsOf(asked)));
    numbers.forEach((each, i) => {
      expect(each).toBeCloseTo(bits[i]!, 6);
    });
  });

  test('with nothing to learn it stays at the prior', () => {
    const blind = Array.from(train!.hashes, () => rng.bytes(16));
    const classes = Int32Array.from(train!.classes, (c) => (c < 6 ? 0 : c));
    const found = fitLogistic(bitPoints(blind), classes, 10, {
      validation: {
        points: bitPoints(Array.from({ length: 300 }, () => rng.bytes(16))),
        classes: Int32Array.from({ length: 300 }, () => Math.max(0, rng.int(10) - 5) && 5 + rng.int(5)),
      },
    }).posteriors(bitPoints([rng.bytes(16)]));
    expect(likeliest(found, 10)[0]).toBe(0);
    expect(found.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});

test('separable classes without a penalty, and a class that never occurs', () => {
  const points = vectorPoints([[-2], [-1], [1], [2]]);
  const found = fitLogistic(points, Int32Array.of(0, 0, 1, 1), 3, { ridge: 0 }).posteriors(points);
  expect([...likeliest(found, 3)]).toEqual([0, 0, 1, 1]);
  expect(found.every(Number.isFinite)).toBe(true);
  expect(found[2]).toBeLessThan(0.01);
});

test('one sentence for each bad input', () => {
  const points = vectorPoints([[1], [2]]);
  expect(() => fitLogistic(points, Int32Array.of(0, 1), 2, { ridge: -1 })).toThrow('Expected a penalty from 0');
  const model = fitLogistic(points, Int32Array.of(0, 1), 2);
  expect(() => model.posteriors(vectorPoints([[1, 2]]))).toThrow('Expected views of 1 numbers but received 2.');
});
