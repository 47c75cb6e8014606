/**
 * ImageHash 4.3.2's crop_resistant_hash on Pillow 9.4.0, SciPy 1.10.1, NumPy 1.24.2: every segment and every hash of every picture, and
 * how its ImageMultiHash compares them. The vectors are made by test/vectors/make_crop_resistant.py.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ahash } from '../../src/hash/ahash.ts';
import {
  type CropResistantOptions,
  cropResistant,
  cropResistantHash,
  roundHalfEven,
  segmentsOf,
} from '../../src/hash/crop-resistant.ts';
import { multiHashText } from '../../src/hash/multi-hash.ts';
import { multiHashes } from '../../src/hash/multi-hashes.ts';
import { phash } from '../../src/hash/phash.ts';
import { decode } from '../../src/image/decode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { flat, pattern, rasters } from '../image/picture.ts';
import { own, rowsOf } from './vectors.ts';

const variants = [
  ['default', {}],
  ['average_hash', { hash: ahash }],
  ['phash', { hash: phash }],
  ['limit_1', { limitSegments: 1 }],
  ['limit_5', { limitSegments: 5 }],
  ['min_100', { minSegmentSize: 100 }],
  ['threshold_90', { segmentThreshold: 90 }],
  ['size_120', { segmentationImageSize: 120 }],
  ['size_20', { segmentationImageSize: 20 }],
] as const satisfies [string, CropResistantOptions][];

type Row = Record<'file' | (typeof variants)[number][0], string> & {
  readonly segments: readonly (readonly number[])[];
};

const rows = rowsOf<Row>('crop-resistant.json');
const images = new Map(rows.map(({ file }) => [file, decode(join(own, 'images', file))]));

test('there are 30 pictures, made by the versions that are named', () => {
  expect(rows).toHaveLength(30);
  const { reference } = JSON.parse(readFileSync(join(own, 'crop-resistant.json'), 'utf8'));
  expect(reference).toBe('ImageHash 4.3.2, Pillow 9.4.0, SciPy 1.10.1, NumPy 1.24.2');
});

describe('ImageHash 4.3.2 segmentation: pixels and rectangle of each region, in its order', () => {
  test.each(rows)('$file', async ({ file, segments }) => {
    const ours = segmentsOf(await images.get(file)!);
    // Without a region, the whole is one: ImageHash gives it the two corner pixels.
    expect(ours.map(({ pixels, top, left, bottom, right }) => [pixels, top, left, bottom, right])).toEqual(segments);
  });
});

describe.each(variants)('ImageHash 4.3.2 crop_resistant_hash, %s', (key, options) => {
  test.each(rows.map((row) => [row.file, row[key]]))('%s', async (file, expected) => {
    expect(multiHashText(cropResistantHash(await images.get(file)!, options))).toBe(expected);
  });
});

test('halves are rounded to the even number, as Python rounds', () => {
  expect([0.5, 1.5, 2.5, 37.5, 38.5, 2.4999, 2.5001, 7].map(roundHalfEven)).toEqual([0, 2, 2, 38, 38, 2, 3, 7]);
});

describe('multi-hash crop-resistant', () => {
  test('is registered under its own name and describes itself', () => {
    for (const [name, hash] of Object.entries(multiHashes)) {
      expect(hash.name).toBe(name);
      expect(hash.summary).toMatch(/\.$/);
      expect(hash.reference).not.toBe('');
    }
  });

  test('is deterministic, at least one region, and leaves the picture alone', () =>
    fc.assert(
      fc.property(rasters, (image) => {
        const before = image.data.slice();
        const hashes = cropResistant.hash(image);
        expect(hashes.length).toBeGreaterThan(0);
        for (const hash of hashes) expect(hash).toHaveLength(cropResistant.bits / 8);
        expect(cropResistant.hash(image)).toEqual(hashes);
        expect(image.data).toEqual(before);
      }),
      { seed: 1, numRuns: 20 },
    ));

  test.each<[string, Raster]>([
    ['1 × 1', pattern(1, 1, 3)],
    ['white', flat(31, 77, 1, 255)],
    ['5000 × 1', pattern(5000, 1, 3)],
    ['1 × 5000 grey', pattern(1, 5000, 1)],
    ['2 × 3', pattern(2, 3, 3)],
  ])('never throws: %s', (_, image) => {
    expect(cropResistant.hash(image).every((hash) => hash.length === 8)).toBe(true);
  });
});
