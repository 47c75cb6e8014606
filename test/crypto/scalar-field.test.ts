/** Integers modulo the group order, against @noble/curves; kernels of random matrices. */
import { ristretto255 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { randomScalar, zero } from '../../src/crypto/group.ts';
import {
  inverse,
  kernelVector,
  order,
  randomResidue,
  residue,
  toInteger,
  toScalar,
} from '../../src/crypto/scalar-field.ts';
import { randomOf } from './seeded.ts';

const { Fn } = ristretto255.Point;
const random = randomOf('field');

test('order, encoding, residue and inverse are @noble/curves’', () => {
  expect(order).toBe(Fn.ORDER);
  for (const scalar of [zero, ...Array.from({ length: 64 }, () => randomScalar(random))]) {
    expect(toInteger(scalar)).toBe(Fn.fromBytes(scalar));
    expect(toScalar(toInteger(scalar))).toEqual(scalar);
    // Also from the middle of a larger buffer.
    expect(toInteger(new Uint8Array([9, ...scalar]).subarray(1) as typeof scalar)).toBe(Fn.fromBytes(scalar));
  }
  for (const value of [-order - 1n, -1n, 0n, order, order + 5n, order ** 2n - 1n])
    expect(residue(value)).toBe(Fn.create(value));
  for (const value of [1n, 2n, order - 1n, randomResidue(random)]) expect(inverse(value)).toBe(Fn.inv(value));
  expect(() => inverse(0n)).toThrow(RangeError);
});

const times = (matrix: bigint[][], vector: bigint[]): bigint[] =>
  matrix.map((row) => residue(row.reduce((sum, value, i) => sum + value * vector[i]!, 0n)));

test('a kernel vector is one, for every rank', () => {
  for (let rows = 1; rows <= 6; rows++)
    for (let columns = 1; columns <= 8; columns++)
      for (let rank = 0; rank <= Math.min(rows, columns); rank++) {
        // A product of two random matrices has that rank.
        const matrixOf = (m: number, n: number): bigint[][] =>
          Array.from({ length: m }, () => Array.from({ length: n }, () => randomResidue(random)));
        const [left, right] = [matrixOf(rows, rank), matrixOf(rank, columns)];
        const matrix = left.map((row) =>
          Array.from({ length: columns }, (_, j) =>
            residue(row.reduce((sum, value, k) => sum + value * right[k]![j]!, 0n)),
          ),
        );
        const vector = kernelVector(matrix, random);
        if (rank === columns) expect(vector).toBeUndefined();
        else {
          expect(times(matrix, vector!).every((value) => value === 0n)).toBe(true);
          expect(vector!.some((value) => value !== 0n)).toBe(true);
        }
      }
});

test('columns of zeros and pivots that are not in order', () => {
  const matrix = [
    [0n, 0n, 3n, 1n],
    [0n, 5n, 0n, 2n],
  ];
  const vector = kernelVector(matrix, random)!;
  expect(times(matrix, vector)).toEqual([0n, 0n]);
  expect(vector.every((value) => value !== 0n)).toBe(true);
});
