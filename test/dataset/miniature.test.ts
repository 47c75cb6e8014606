/** Miniatures: the same everywhere, each by its number alone, and as unlike each other as pictures are. */
import { expect, test } from 'vitest';
import { compositions, miniature, miniatureSide } from '../../src/dataset/generated/miniature.ts';
import { hammingDistance } from '../../src/hash/hamming.ts';
import { pdq } from '../../src/hash/pdq.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { sha256Hex } from '../../src/util/digest.ts';

const first = Array.from({ length: 200 }, (_, i) => miniature(2019, i));

test('are grey, of one size, in every composition', () => {
  for (const { raster } of first) {
    expect([raster.width, raster.height, raster.channels]).toEqual([miniatureSide, miniatureSide, 1]);
    expect(raster.data).toHaveLength(miniatureSide ** 2);
  }
  expect(new Set(first.map(({ composition }) => composition))).toEqual(new Set(compositions));
});

test('the first two hundred of seed 2019 are the bytes that version 1 stands for', () => {
  expect(sha256Hex(concatBytes(...first.map(({ raster }) => raster.data)))).toBe(
    'd430f3a129c896651a0739629d86ceff52beeb5ed2b501aea9f3428ada6a08c1',
  );
});

test('each depends on seed and number alone', () => {
  expect(miniature(2019, 123)).toEqual(first[123]);
  expect(miniature(2020, 123).raster.data).not.toEqual(first[123]!.raster.data);
});

test('are textured enough for PDQ, and unrelated: mean distance half of the bits, none near', () => {
  const hashed = first.map(({ raster }) => pdq.hash(raster));
  expect(hashed.filter(({ quality }) => quality < pdq.minQuality).length).toBeLessThan(10);
  const distances = hashed.flatMap((a, i) => hashed.slice(i + 1).map((b) => hammingDistance(a.hash, b.hash)));
  const mean = distances.reduce((sum, each) => sum + each, 0) / distances.length;
  expect(Math.abs(mean - 128)).toBeLessThan(1);
  expect(Math.min(...distances)).toBeGreaterThan(60);
});
