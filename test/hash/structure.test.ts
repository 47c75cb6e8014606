/** Pictures without structure have the hash of every other one of their kind: no hash may be trusted on them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deepQuality } from '../../src/classify/deep-hash.ts';
import { cropResistant } from '../../src/hash/crop-resistant.ts';
import { hashes } from '../../src/hash/index.ts';
import type { PerceptualHash } from '../../src/hash/perceptual-hash.ts';
import { repeats, structureQuality } from '../../src/hash/structure.ts';
import { decode } from '../../src/image/decode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { isStructureless } from '../../src/image/structure.ts';
import { seededRng } from '../../src/util/rng.ts';
import { flat, pattern } from '../image/picture.ts';

const all: [string, PerceptualHash][] = Object.entries(hashes);
const field = (name: string): Promise<Raster> =>
  decode(new Uint8Array(readFileSync(resolve(import.meta.dirname, '../field/pictures', name))));
const drawn = (width: number, height: number, level: (x: number, y: number) => number): Raster => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width))),
});
const noise = seededRng(3, 'noise');

describe.each(all)('cases A5: %s', (name, hash) => {
  const refused = (image: Raster): boolean => hash.hash(image).quality < hash.minQuality;

  test.each(['flat-black.png', 'flat-white.png', 'black-art-1.png', 'black-art-2.png', 's-1x1.png'])(
    'does not trust %s',
    async (file) => expect(refused(await field(file))).toBe(true),
  );

  test('does not trust a flat colour, nor one with a level of noise', () => {
    const colour = flat(90, 70, 3, 0);
    for (let i = 0; i < colour.data.length; i += 3) colour.data.set([200, 30, 60], i);
    expect(refused(colour)).toBe(true);
    expect(refused(drawn(90, 70, () => 128 + Math.round(2 * noise.next() - 1)))).toBe(true);
  });

  // Where a colour stands does not count for colorhash.
  test.skipIf(name === 'colorhash' || name === 'pdq')('does not trust stripes and ramps, upright or lying', () => {
    for (const level of [(x: number) => 40 + 2 * x, (x: number) => (x % 20 < 10 ? 30 : 220)]) {
      expect(refused(drawn(90, 70, (x) => level(x)))).toBe(true);
      expect(refused(drawn(90, 70, (_, y) => level(y)))).toBe(true);
    }
  });

  test('trusts ordinary pictures', async () => {
    expect(refused(await field('base.png'))).toBe(false);
    expect(refused(pattern(160, 120, 3))).toBe(false);
  });
});

test.each(['ahash', 'ahash-16', 'whash-haar', 'blockhash', 'phash-simple'] as const)(
  'cases A5: %s gives two different split pictures one hash, and trusts neither',
  async (name) => {
    const [one, other] = [hashes[name].hash(await field('split-1.png')), hashes[name].hash(await field('split-2.png'))];
    expect(one.hash).toEqual(other.hash);
    expect([one.quality, other.quality]).toEqual([0, 0]);
  },
);

test('cases A5: crop-resistant, and hashes of networks', async () => {
  const quality = (image: Raster): number => cropResistant.quality(cropResistant.hash(image));
  for (const file of ['flat-black.png', 'black-art-1.png', 's-1x1.png']) {
    expect(quality(await field(file))).toBe(0);
    expect(deepQuality(await field(file))).toBe(0);
  }
  expect(quality(await field('base.png'))).toBe(100);
  expect(deepQuality(await field('base.png'))).toBe(100);
});

test('a grid repeats where all rows, or all columns, are one', () => {
  const grid = (text: string): boolean[] => [...text.replaceAll(' ', '')].map((bit) => bit === '1');
  expect(repeats(grid('000 000 000'))).toBe(true);
  expect(repeats(grid('010 010 010'))).toBe(true);
  expect(repeats(grid('000 111 000'))).toBe(true);
  expect(repeats(grid('010 010 011'))).toBe(false);
  expect(structureQuality({ bits: grid('10 01') })).toBe(100);
  expect(isStructureless(flat(3, 3, 3, 9))).toBe(true);
  expect(isStructureless(drawn(3, 3, (x, y) => 50 * x * y))).toBe(false);
});
