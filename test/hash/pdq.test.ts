/** PDQ against the C++ reference of facebook/ThreatExchange (test/vectors/README.md says what conformance means). */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { distanceBits } from '../../src/hash/hamming.ts';
import { dihedralNames, pdq, pdqDihedral } from '../../src/hash/pdq.ts';
import { decode } from '../../src/image/decode.ts';
import { toHex } from '../../src/util/hex.ts';
import { flat, pattern } from '../image/picture.ts';
import { own, rowsOf } from './vectors.ts';

interface Row {
  file: string;
  hash: string;
  quality: number;
  dihedral: Record<string, string>;
}

const rows = rowsOf<Row>('pdq.json');

test('there are 30 pictures', () => expect(rows).toHaveLength(30));

describe.each(rows)('PDQ of $file', ({ file, hash, quality, dihedral }) => {
  const trusted = quality >= pdq.minQuality;

  test(trusted ? `every bit and quality ${quality}` : `quality below ${pdq.minQuality}, as the reference`, async () => {
    const ours = pdq.hash(await decode(join(own, 'images', file)));
    if (!trusted) return expect(ours.quality).toBeLessThan(pdq.minQuality);
    expect(ours.quality).toBe(quality);
    expect(toHex(ours.hash)).toBe(hash);
  });

  test('the eight dihedral hashes', async () => {
    const ours = pdqDihedral(await decode(join(own, 'images', file)));
    expect(ours).toHaveLength(dihedralNames.length);
    if (!trusted) return expect(Math.max(...ours.map((each) => each.quality))).toBeLessThan(pdq.minQuality);
    expect(ours.map((each) => toHex(each.hash))).toEqual(Object.values(dihedral));
  });
});

describe('PDQ, cases of the specification', () => {
  test.each([
    [4, 100],
    [100, 4],
    [1, 1],
  ])('%i × %i is too small: hash 0, quality 0', (width, height) => {
    const nothing = { hash: new Uint8Array(32), quality: 0 };
    expect(pdq.hash(pattern(width, height, 3))).toEqual(nothing);
    expect(pdqDihedral(pattern(width, height, 3))).toEqual(dihedralNames.map(() => nothing));
  });

  test('half the bits are set where there are no ties', () => {
    expect(distanceBits(pdq.hash(pattern(90, 70, 3)).hash, new Uint8Array(32))).toBe(128);
  });

  test('a flat picture has quality 0', () => expect(pdq.hash(flat(200, 100, 3, 90)).quality).toBe(0));

  test('one long side is enough to sample both down to 512', () => {
    const long = pattern(1024, 100, 1);
    const sampled = flat(512, 512, 1, 0);
    for (let y = 0; y < 512; y++)
      for (let x = 0; x < 512; x++) sampled.data[y * 512 + x] = long.data[Math.floor((y * 100) / 512) * 1024 + 2 * x]!;
    expect(pdq.hash(long)).toEqual(pdq.hash(sampled));
  });

  test('calls do not disturb one another', () => {
    const before = pdq.hash(pattern(70, 80, 3));
    const copy = before.hash.slice();
    pdq.hash(pattern(300, 200, 1));
    expect(before.hash).toEqual(copy);
  });
});
