/** lda-hash against its definition, computed another way, against its card, and for what it is made for: being equal. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ldaFrequencies } from '../../src/hash/lda-frequencies.ts';
import { ldaHash } from '../../src/hash/lda-hash.ts';
import { phash } from '../../src/hash/phash.ts';
import { decode } from '../../src/image/decode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { resizeLanczos } from '../../src/image/resize.ts';
import { applyTransform, resolveTransform } from '../../src/image/transform/index.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';
import { flat, pattern } from '../image/picture.ts';
import { own } from './vectors.ts';

const folder = join(import.meta.dirname, '../../models/lda-hash');
const file = readFileSync(join(folder, 'weights.json'));
const weights = JSON.parse(file.toString()) as { projections: number[][]; medians: number[] };
const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));

const names = [
  'leaves-640x480.png',
  'leaves-333x500.png',
  'meme.png',
  'document.png',
  'pink-300x200.png',
  'gray-8bit.png',
];
const picture = (name: string): Promise<Raster> => decode(join(own, 'images', name));
const hex = (image: Raster): string => toHex(ldaHash.hash(image).hash);

/** The frequencies straight from the definition of the DCT: a double sum over the thumbnail. */
function definition(image: Raster): number[] {
  const { data, channels } = resizeLanczos(image, 32, 32);
  const opponents = [
    [1, 1, 1],
    [1, 0, -1],
    [1, -2, 1],
  ];
  const cosine = (k: number, n: number): number => 2 * Math.cos((Math.PI * k * (2 * n + 1)) / 64);
  return opponents.flatMap((weight) =>
    Array.from({ length: 25 }, (_, at) => {
      let sum = 0;
      for (let y = 0; y < 32; y++)
        for (let x = 0; x < 32; x++) {
          const pixel = (y * 32 + x) * channels;
          const colour = weight.reduce((total, each, c) => total + each * data[pixel + (channels === 1 ? 0 : c)]!, 0);
          sum += colour * cosine(Math.floor(at / 5), y) * cosine(at % 5, x);
        }
      return sum;
    }),
  );
}

describe('against its definition', () => {
  test.each([...names, 'flat-gray.png', 'tall-40x1200.png', 'one-pixel.png'])('%s', async (name) => {
    const image = await picture(name);
    const expected = definition(image);
    ldaFrequencies(image).forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6);
    });
    const bits = weights.projections.map((projection, bit) => {
      const value = projection.reduce((sum, weight, i) => sum + weight * expected[i]!, 0);
      return Number(value > weights.medians[bit]!);
    });
    expect(hex(image)).toBe(Number.parseInt(bits.join(''), 2).toString(16).padStart(8, '0'));
  });

  test('grey is colour with three equal channels', () => {
    for (const grey of [pattern(90, 70, 1), flat(40, 40, 1, 200)]) {
      const colour: Raster = {
        ...grey,
        channels: 3,
        data: Uint8Array.from({ length: grey.data.length * 3 }, (_, i) => grey.data[Math.floor(i / 3)]!),
      };
      expect(hex(colour)).toBe(hex(grey));
    }
  });
});

test('its weights are whole numbers, 28 projections of 75 frequencies, and those that its card measured', () => {
  expect(weights.projections).toHaveLength(28);
  expect(weights.medians).toHaveLength(28);
  for (const projection of weights.projections) {
    expect(projection).toHaveLength(75);
    expect(Math.max(...projection.map(Math.abs))).toBe(10_000);
  }
  for (const number of [...weights.projections.flat(), ...weights.medians]) expect(Number.isInteger(number)).toBe(true);
  expect(card.sha256).toBe(sha256Hex(file));
  expect(card).toMatchObject({ name: ldaHash.name, source: expect.any(String), licence: expect.any(String) });
});

test('the card holds what is claimed: on photographs a few collisions in a million pairs, and more recall than pHash after edits', () => {
  const { unrelatedEqual, equalOrWithin } = card.measured;
  const { k, n } = unrelatedEqual['lda-hash']['photos and products'];
  expect(n).toBeGreaterThan(500_000);
  expect(k / n).toBeLessThanOrEqual(5e-6);
  for (const edit of ['caption', 'watermark(opacity=0.4)', 'screenshot', 'crop(fraction=0.05)'])
    expect(ownRate(equalOrWithin.photos['lda-hash equal'], edit)).toBeGreaterThan(
      ownRate(equalOrWithin.photos['phash equal'], edit),
    );
});

function ownRate(rates: Record<string, { k: number; n: number }>, edit: string): number {
  const found = Object.entries(rates).find(([label]) => label === edit || label.startsWith(edit.split('(')[0]!))!;
  return found[1].k / found[1].n;
}

describe('made to be equal', () => {
  const edited = async (name: string, edit: string): Promise<Raster> =>
    applyTransform(await picture(name), resolveTransform({ name: edit }), seededRng(1, name));

  test('as sent, most pictures have the hash that the curator lists', async () => {
    const equal = await Promise.all(
      names.map(async (name) => hex(await edited(name, 'messenger')) === hex(await picture(name))),
    );
    expect(equal.filter(Boolean).length).toBeGreaterThanOrEqual(names.length - 1);
  });

  test('under a watermark, it stays the same more often than pHash does', async () => {
    let [ours, theirs] = [0, 0];
    for (const name of names) {
      const [before, marked] = [await picture(name), await edited(name, 'watermark')];
      if (hex(before) === hex(marked)) ours++;
      if (toHex(phash.hash(before).hash) === toHex(phash.hash(marked).hash)) theirs++;
    }
    expect(ours).toBeGreaterThan(theirs);
  });

  test('different pictures differ', async () => {
    const different = ['leaves-640x480.png', 'meme.png', 'document.png', 'pink-300x200.png', 'noise-white.png'];
    const all = await Promise.all(different.map(async (name) => hex(await picture(name))));
    expect(new Set(all).size).toBe(different.length);
  });
});
