/**
 * Linear algebra over the integers modulo the group order, in BigInt. A sum of many products is reduced once, so evaluating a polynomial is
 * ten times as fast as with libsodium's calls. Not constant-time: timing can reveal secrets.
 */
import { invert, reduceScalar, type Scalar } from './group.ts';
import type { RandomBytes } from './sodium.ts';

/** The group order, 2^252 + 27742317777372353535851937790883648493. */
export const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The least non-negative residue. */
export function residue(value: bigint): bigint {
  const rest = value % order;
  return rest < 0n ? rest + order : rest;
}

/** The integer that a scalar encodes. */
export function toInteger(scalar: Scalar): bigint {
  const view = new DataView(scalar.buffer, scalar.byteOffset, scalar.byteLength);
  let value = 0n;
  for (let at = 24; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(at, true);
  return value;
}

/** The scalar of a least non-negative residue. */
export function toScalar(value: bigint): Scalar {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 32; at += 8, value >>= 64n) view.setBigUint64(at, value & 0xffff_ffff_ffff_ffffn, true);
  return bytes as Scalar;
}

/** A uniform residue, zero included. */
export const randomResidue = (random: RandomBytes): bigint => toInteger(reduceScalar(random(64)));

/** 1 / value for a residue other than 0; throws a RangeError on 0. */
export const inverse = (value: bigint): bigint => toInteger(invert(toScalar(value)));

/**
 * A uniform vector v with M v = 0; undefined if only v = 0 solves it. `matrix` holds the rows, of equal length. Uses Gauss–Jordan
 * elimination, then random values for the free columns.
 */
export function kernelVector(matrix: readonly (readonly bigint[])[], random: RandomBytes): bigint[] | undefined {
  const rows = matrix.map((row) => [...row]);
  const columns = rows[0]?.length ?? 0;
  const pivots: number[] = [];
  for (let column = 0; column < columns && pivots.length < rows.length; column++) {
    const top = pivots.length;
    const found = rows.findIndex((row, i) => i >= top && row[column] !== 0n);
    if (found < 0) continue;
    [rows[top], rows[found]] = [rows[found]!, rows[top]!];
    const pivot = rows[top]!;
    const scale = inverse(pivot[column]!);
    for (let j = column; j < columns; j++) pivot[j] = (pivot[j]! * scale) % order;
    for (const [i, row] of rows.entries()) {
      const factor = row[column]!;
      if (i === top || factor === 0n) continue;
      for (let j = column; j < columns; j++) row[j] = residue(row[j]! - factor * pivot[j]!);
    }
    pivots.push(column);
  }
  if (pivots.length === columns) return undefined;
  const isPivot = new Set(pivots);
  const out = Array.from({ length: columns }, (_, j) => (isPivot.has(j) ? 0n : randomResidue(random)));
  // The other pivot columns of this row are 0, so their values do not matter yet.
  for (const [i, column] of pivots.entries())
    out[column] = residue(-rows[i]!.reduce((sum, value, j) => (isPivot.has(j) ? sum : sum + value * out[j]!), 0n));
  return out;
}
