/** aHash, pHash and dHash against ImageHash 4.3.2 on Pillow 9.4.0, SciPy 1.10.1: every bit of every picture, ties included. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ahash } from '../../src/hash/ahash.ts';
import { dct2 } from '../../src/hash/dct.ts';
import { dhash } from '../../src/hash/dhash.ts';
import { phash } from '../../src/hash/phash.ts';
import { decode } from '../../src/image/decode.ts';
import { toHex } from '../../src/util/hex.ts';
import { own, rowsOf } from './vectors.ts';

interface Row {
  file: string;
  average_hash_8: string;
  phash_8: string;
  dhash_8: string;
}

const rows = rowsOf<Row>('imagehash.json');

test('there are 30 pictures', () => expect(rows).toHaveLength(30));

describe.each(rows)('ImageHash 4.3.2 of $file', (row) => {
  const image = decode(join(own, 'images', row.file));
  test('average_hash', async () => expect(toHex(ahash.hash(await image).hash)).toBe(row.average_hash_8));
  test('phash', async () => expect(toHex(phash.hash(await image).hash)).toBe(row.phash_8));
  test('dhash', async () => expect(toHex(dhash.hash(await image).hash)).toBe(row.dhash_8));
});

describe('DCT-II', () => {
  test.each([1, 2, 8, 32])('is the sum that defines it, for %i samples', (count) => {
    const samples = Float64Array.from({ length: count }, (_, n) => (n * 37 + 11 * n * n) % 256);
    dct2(samples).forEach((value, k) => {
      const sum = samples.reduce((s, x, n) => s + x * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * count)), 0);
      expect(value).toBeCloseTo(2 * sum, 8);
    });
  });

  test('a flat sequence has exactly nothing but its sum', () => {
    expect([...dct2(new Float64Array(32).fill(77))]).toEqual([2 * 32 * 77, ...new Array(31).fill(0)]);
  });
});
