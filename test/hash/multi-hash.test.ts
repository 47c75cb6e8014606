/** ImageHash 4.3.2's ImageMultiHash: which regions match, on its own hashes of the 30 pictures and of parts of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cropResistant } from '../../src/hash/crop-resistant.ts';
import {
  bestMatch,
  multiHashDifference,
  multiHashMatches,
  multiHashText,
  type RegionHashes,
  regionMatches,
} from '../../src/hash/multi-hash.ts';
import { decode } from '../../src/image/decode.ts';
import { cut } from '../../src/image/transform/pixels.ts';
import { UserError } from '../../src/util/errors.ts';
import { fromHex } from '../../src/util/hex.ts';
import { own } from './vectors.ts';

/** Regions found, and the sum of their distances. */
type Found = readonly [regions: number, distanceBits: number];

interface Part {
  readonly file: string;
  /** Left, top, right and bottom, the last two outside. */
  readonly rectangle: readonly [number, number, number, number];
  readonly expected: string;
  readonly matches: boolean;
  readonly found: Found;
  readonly difference: number;
  /** Which of all pictures is the best match. */
  readonly best: string;
}

const vectors = JSON.parse(readFileSync(join(own, 'crop-resistant.json'), 'utf8')) as {
  rows: { file: string; default: string }[];
  parts: Part[];
  pairs: Record<'rate25' | 'rate10' | 'bits5', Found[][]> & { difference: number[][] };
};
const parse = (text: string): RegionHashes => text.split(',').map((each) => fromHex(each));
const files = vectors.rows.map(({ file }) => file);
const hashes = vectors.rows.map((row) => parse(row.default));

describe.each(files.map((file, i) => [file, i] as const))('every picture compared with %s', (_, i) => {
  test.each([
    ['rate25', {}],
    ['rate25', { bitErrorRate: 0.25 }],
    ['rate10', { bitErrorRate: 0.1 }],
    ['bits5', { hammingCutoff: 5 }],
    ['bits5', { hammingCutoff: 5, bitErrorRate: 0.9 }],
  ] as const)('hash_diff, %s: %o', (key, cutoff) => {
    const found = hashes.map((other) => regionMatches(hashes[i]!, other, cutoff));
    expect(found.map(({ regions, distanceBits }) => [regions, distanceBits])).toEqual(vectors.pairs[key][i]);
    for (const [j, { regions }] of found.entries()) {
      expect(multiHashMatches(hashes[i]!, hashes[j]!, cutoff)).toBe(regions >= 1);
      expect(multiHashMatches(hashes[i]!, hashes[j]!, { ...cutoff, regionCutoff: 3 })).toBe(regions >= 3);
    }
  });

  test('difference, to the last bit', () => {
    expect(hashes.map((other) => multiHashDifference(hashes[i]!, other))).toEqual(vectors.pairs.difference[i]);
  });
});

describe('a part of a picture', () => {
  test.each(vectors.parts)('$file at $rectangle', async (part) => {
    const [left, top, right, bottom] = part.rectangle;
    const whole = await decode(join(own, 'images', part.file));
    const mine = cropResistant.hash(cut(whole, left, top, right - left, bottom - top));
    expect(multiHashText(mine)).toBe(part.expected);
    const all = hashes[files.indexOf(part.file)]!;
    const { regions, distanceBits } = regionMatches(mine, all);
    expect([regions, distanceBits]).toEqual(part.found);
    expect(multiHashMatches(mine, all)).toBe(part.matches);
    expect(multiHashDifference(mine, all)).toBe(part.difference);
    expect(files[bestMatch(mine, hashes)]).toBe(part.best);
  });
});

test('comparisons ask how much of the first is in the second', () => {
  const [a, b] = [parse('0000000000000000,ffffffffffffffff'), parse('0000000000000000')];
  expect(multiHashDifference(a, b)).toBe(1);
  expect(multiHashDifference(b, a)).toBe(0);
});

describe('what cannot be compared is one sentence', () => {
  test.each([
    ['no region', () => regionMatches([], hashes[0]!), 'A picture without a region cannot be compared'],
    ['no region on the other side', () => regionMatches(hashes[0]!, []), 'A picture without a region'],
    ['nothing to choose from', () => bestMatch(hashes[0]!, []), 'There are no pictures to compare with'],
    ['different lengths', () => regionMatches([new Uint8Array(4)], hashes[0]!), 'a hash of 32 bits with one of 64'],
    ['a cutoff below 0', () => regionMatches(hashes[0]!, hashes[0]!, { hammingCutoff: -1 }), 'number of bits from 0'],
    ['no number', () => regionMatches(hashes[0]!, hashes[0]!, { bitErrorRate: Number.NaN }), 'number of bits from 0'],
  ])('%s', (_, compare, sentence) => {
    expect(compare).toThrow(UserError);
    expect(compare).toThrow(sentence);
  });
});
