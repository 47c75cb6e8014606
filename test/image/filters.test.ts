/** Pillow 9.4.0's 8-bit filters, every byte: the vectors are made by test/vectors/make_pillow_filters.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boxRadius, gaussianBlur } from '../../src/image/box-blur.ts';
import { median3x3 } from '../../src/image/median.ts';
import { UserError } from '../../src/util/errors.ts';
import { toHex } from '../../src/util/hex.ts';
import { flat, pattern } from './picture.ts';

interface Row {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly filter: 'gaussian' | 'median';
  readonly radius?: number;
  readonly expected: string;
}

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'vectors', 'pillow-filters.json'), 'utf8')) as {
  reference: string;
  rows: Row[];
};
const rowsOf = (filter: Row['filter']): Row[] => vectors.rows.filter((row) => row.filter === filter);

describe(`${vectors.reference}, GaussianBlur`, () => {
  test.each(rowsOf('gaussian'))('radius $radius of $width × $height × $channels', (row) => {
    const image = pattern(row.width, row.height, row.channels);
    const before = image.data.slice();
    const { width, height, channels, data } = gaussianBlur(image, row.radius);
    expect([width, height, channels]).toEqual([row.width, row.height, row.channels]);
    expect(toHex(data)).toBe(row.expected);
    expect(image.data).toEqual(before);
  });

  test('the default radius is 2', () => {
    expect(gaussianBlur(pattern(40, 30, 1))).toEqual(gaussianBlur(pattern(40, 30, 1), 2));
    // Three boxes of 2 × 1.375 + 1 pixels: Gwosdek et al., equations 7, 11 and 14.
    expect(boxRadius(2)).toBe(1.375);
  });

  test('a flat picture stays flat', () => {
    for (const value of [0, 1, 200, 255]) expect(gaussianBlur(flat(9, 5, 3, value), 3)).toEqual(flat(9, 5, 3, value));
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a radius of %s', (radius) => {
    expect(() => gaussianBlur(flat(2, 2, 1, 0), radius)).toThrow(UserError);
  });
});

describe(`${vectors.reference}, MedianFilter`, () => {
  test.each(rowsOf('median'))('of $width × $height × $channels', (row) => {
    expect(toHex(median3x3(pattern(row.width, row.height, row.channels)).data)).toBe(row.expected);
  });

  test('a single speck goes, an edge stays', () => {
    const data = Uint8Array.from({ length: 81 }, (_, i) => (i % 9 < 4 ? 10 : 90));
    const edge = { width: 9, height: 9, channels: 1, data } as const;
    const specked = { ...edge, data: data.with(40, 255) };
    expect(median3x3(specked)).toEqual(edge);
  });
});
