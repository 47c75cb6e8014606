/** What every registered perceptual hash must do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceBits } from '../../src/hash/hamming.ts';
import { hashByName, hashes } from '../../src/hash/index.ts';
import type { PerceptualHash } from '../../src/hash/perceptual-hash.ts';
import type { Raster } from '../../src/image/raster.ts';
import { flat, pattern, rasters } from '../image/picture.ts';

const registered: [string, PerceptualHash][] = Object.entries(hashes);

const extremes: [string, Raster][] = [
  ['1 × 1', pattern(1, 1, 3)],
  ['1 × 1 grey', pattern(1, 1, 1)],
  ['2 × 3', pattern(2, 3, 3)],
  ['black', flat(64, 64, 3, 0)],
  ['white', flat(31, 77, 1, 255)],
  ['5000 × 1', pattern(5000, 1, 3)],
  ['1 × 5000', pattern(1, 5000, 3)],
  ['3000 × 7 grey', pattern(3000, 7, 1)],
  ['700 × 600', pattern(700, 600, 3)],
];

test('names are looked up with help', () => {
  expect(hashByName('pdq')).toBe(hashes.pdq);
  expect(() => hashByName('dhahs')).toThrow(
    /^Unknown perceptual hash 'dhahs'\. .*Available: pdq, phash, phash-16, .*, blockhash\b.*\.$/,
  );
  expect(() => hashByName('toString')).toThrow(/^Unknown perceptual hash/);
});

describe.each(registered)('perceptual hash %s', (name, hash) => {
  test('is registered under its own name and describes itself', () => {
    expect(hash.name).toBe(name);
    expect(hash.bits % 8).toBe(0);
    // 0: made to be compared for equality.
    expect(hash.threshold).toBeGreaterThanOrEqual(0);
    expect(hash.threshold).toBeLessThan(hash.bits / 2);
    expect(hash.minQuality).toBeGreaterThanOrEqual(0);
    expect(hash.summary).toMatch(/\.$/);
    expect(hash.reference).not.toBe('');
  });

  test('its examples are valid hashes, not all the same', () => {
    for (const example of hash.examples) expect(example).toMatch(new RegExp(`^[0-9a-f]{${hash.bits / 4}}$`));
    expect(new Set(hash.examples).size).toBeGreaterThanOrEqual(2);
  });

  test('is deterministic, of its stated length, and leaves the picture alone', () =>
    fc.assert(
      fc.property(rasters, (image) => {
        const before = image.data.slice();
        const first = hash.hash(image);
        const second = hash.hash(image);
        expect(first.hash).toHaveLength(hash.bits / 8);
        expect(distanceBits(first.hash, second.hash)).toBe(0);
        expect(second.quality).toBe(first.quality);
        expect(first.quality).toBeGreaterThanOrEqual(0);
        expect(first.quality).toBeLessThanOrEqual(100);
        expect(image.data).toEqual(before);
      }),
      { seed: 1, numRuns: 40 },
    ));

  test.each(extremes)('never throws: %s', (_, image) => {
    expect(hash.hash(image).hash).toHaveLength(hash.bits / 8);
  });

  test('a slightly brighter picture is a match, another picture is not', () => {
    const image = pattern(160, 120, 3);
    const brighter = { ...image, data: image.data.map((byte) => Math.min(255, byte + 3)) };
    // 180 degrees round, which leaves the histogram as it was, and without blue, for a hash that looks at the histogram only.
    const turned = image.data.slice().reverse();
    const other = { ...image, data: turned.map((byte, i) => (i % 3 === 2 ? 0 : byte)) };
    const [a, b, c] = [image, brighter, other].map((each) => hash.hash(each).hash);
    expect(distanceBits(a!, b!)).toBeLessThanOrEqual(hash.threshold);
    expect(distanceBits(a!, c!)).toBeGreaterThan(hash.threshold);
  });
});
