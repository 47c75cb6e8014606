/** ImageHash 4.3.2 on Pillow 9.4.0, SciPy 1.10.1, NumPy 1.24.2: every hash of every picture as it prints it, ties included. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ahash, ahash16 } from '../../src/hash/ahash.ts';
import { colorhash, colorhashBits, hueAndSaturation } from '../../src/hash/colorhash.ts';
import { dct2 } from '../../src/hash/dct.ts';
import { dhash, dhash16, dhashVertical } from '../../src/hash/dhash.ts';
import { aboveMedian } from '../../src/hash/median.ts';
import type { PerceptualHash } from '../../src/hash/perceptual-hash.ts';
import { phash, phash16 } from '../../src/hash/phash.ts';
import { phashSimple } from '../../src/hash/phash-simple.ts';
import { imageHashText, packBits } from '../../src/hash/thumbnail.ts';
import { approximation, lowPass, withoutMean } from '../../src/hash/wavelet.ts';
import { whashBits, whashDb4, whashHaar } from '../../src/hash/whash.ts';
import { decode } from '../../src/image/decode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { toHex } from '../../src/util/hex.ts';
import { flat, pattern } from '../image/picture.ts';
import { own, rowsOf } from './vectors.ts';

type Row = Record<'file' | (typeof cases)[number][0], string>;

/** Key in the vectors, hash, and how many bits ImageHash's hash of a picture has, where it does not fill ours. */
const cases = [
  ['average_hash_8', ahash],
  ['average_hash_16', ahash16],
  ['phash_8', phash],
  ['phash_16', phash16],
  ['phash_simple_8', phashSimple],
  ['dhash_8', dhash],
  ['dhash_16', dhash16],
  ['dhash_vertical_8', dhashVertical],
  ['whash_haar_8', whashHaar],
  ['whash_db4_8', whashDb4, (image: Raster) => whashBits(image, 'db4').length],
  ['colorhash_3', colorhash, () => colorhashBits],
] as const satisfies [string, PerceptualHash, ((image: Raster) => number)?][];

const rows = rowsOf<Row>('imagehash.json');
const images = new Map(rows.map(({ file }) => [file, decode(join(own, 'images', file))]));

test('there are 30 pictures', () => expect(rows).toHaveLength(30));

describe.each(cases)('ImageHash 4.3.2 %s', (key, { name, hash, bits }, bitsOf = () => bits) => {
  test.each(rows.map((row) => [row.file, row[key]]))(`${name} of %s`, async (file, expected) => {
    const image = await images.get(file)!;
    const { hash: ours } = hash(image);
    expect(imageHashText(ours, bitsOf(image))).toBe(expected);
    // What is left away are zeros.
    expect(toHex(ours)).toBe(expected.padStart(bits / 4, '0'));
  });
});

test.each(cases.map(([key, hash]) => ({ key, ...hash })))(
  'the examples of $name are two of the vectors',
  ({ key, bits, examples }) => {
    expect(rows.map((row) => row[key].padStart(bits / 4, '0'))).toEqual(expect.arrayContaining([...examples]));
  },
);

describe('bits that do not fill their bytes', () => {
  const bits = [true, false, false, true, false, true, true, false, true, true];

  test('are preceded by zeros', () => {
    expect(toHex(packBits(bits))).toBe('025b');
    expect(toHex(packBits(bits, 4))).toBe('0000025b');
  });

  test('print without them', () => {
    expect(imageHashText(packBits(bits), bits.length)).toBe('25b');
    expect(imageHashText(packBits(bits, 4), bits.length)).toBe('25b');
    expect(imageHashText(packBits([...bits, true, true]), 12)).toBe('96f');
  });
});

test('the median of an even count is the mean of the two in the middle', () => {
  expect(aboveMedian([3, 1, 2])).toEqual([true, false, false]);
  expect(aboveMedian([4, 1, 2, 3])).toEqual([true, false, false, true]);
  expect(aboveMedian([7, 7, 7, 7])).toEqual([false, false, false, false]);
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

describe('wavelets', () => {
  test.each(Object.entries(lowPass))('%s: the filter is orthonormal to its even shifts and sums to √2', (_, filter) => {
    expect(filter.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(Math.SQRT2, 10);
    for (let shift = 0; shift < filter.length; shift += 2)
      expect(filter.reduce((sum, weight, k) => sum + weight * (filter[k - shift] ?? 0), 0)).toBeCloseTo(
        shift === 0 ? 1 : 0,
        10,
      );
  });

  test('db4 halves a side and adds half the filter; a flat picture stays flat, twice as bright a level', () => {
    const { side, data } = approximation({ side: 64, data: new Float64Array(64 * 64).fill(0.25) }, 'db4', 3);
    expect(side).toBe(14);
    for (const value of data) expect(value).toBeCloseTo(2, 9);
  });

  test('db4: the last bit of a sum at the edges is PyWavelets 1.9.0’s, for ties at the median hang on it', () => {
    const sample = (x: number, y: number): number => ((y * y * 7 + x * x * 13 + x * y * 5) % 251) / 250;
    const picture = Float64Array.from({ length: 256 }, (_, at) => sample(at % 16, Math.floor(at / 16)));
    const { side, data } = approximation({ side: 16, data: picture }, 'db4', 1);
    expect(side).toBe(11);
    expect([data[0], data[8 * 11 + 10], data[9 * 11 + 8], data[120]]).toEqual([
      0.9424308824174241, 0.5817590758667537, 1.1006333778203035, 0.7600877949092447,
    ]);
  });

  test('without its mean, a picture is itself less its mean', () => {
    const data = Float64Array.from({ length: 256 }, (_, i) => ((i * 37) % 256) / 255);
    const mean = data.reduce((sum, value) => sum + value, 0) / 256;
    withoutMean({ side: 16, data }).data.forEach((value, i) => {
      expect(value).toBeCloseTo(data[i]! - mean, 12);
    });
  });
});

describe('whash-db4 of small pictures', () => {
  test.each([
    [63, 80, 169],
    [32, 32, 169],
    [16, 500, 121],
    [1, 1, 64],
  ])('%i × %i: %i bits, of quality 0, because hashes of two lengths cannot be compared', (width, height, length) => {
    const image = pattern(width, height, 3);
    expect(whashBits(image, 'db4')).toHaveLength(length);
    expect(whashDb4.hash(image).quality).toBeLessThan(whashDb4.minQuality);
  });

  test('64 pixels a side are enough', () => {
    expect(whashBits(pattern(64, 64, 1), 'db4')).toHaveLength(196);
    expect(whashDb4.hash(pattern(64, 64, 1)).quality).toBeGreaterThanOrEqual(whashDb4.minQuality);
  });
});

describe('colorhash', () => {
  // Pillow 9.4.0: Image.new('RGB', (1, 1), colour).convert('HSV').getpixel((0, 0))[:2].
  test.each([
    [255, 0, 0, 0, 255],
    [255, 0, 1, 254, 255],
    [0, 255, 0, 85, 255],
    [0, 0, 255, 170, 255],
    [12, 200, 199, 127, 239],
    [200, 100, 50, 14, 191],
    [13, 14, 15, 148, 34],
    [255, 85, 85, 0, 170],
    [77, 77, 77, 0, 0],
    [1, 0, 0, 0, 255],
    [3, 250, 97, 101, 251],
  ])('%i, %i, %i has hue %i and saturation %i', (r, g, b, hue, saturation) => {
    expect(hueAndSaturation(r, g, b)).toEqual([hue, saturation]);
  });

  test('a saturation of exactly 170 counts as coloured, but in no hue', () => {
    const data = new Uint8Array(64 * 3).map((_, i) => [255, 85, 85][i % 3]!);
    expect(imageHashText(colorhash.hash({ width: 8, height: 8, channels: 3, data }).hash, colorhashBits)).toBe(
      '00000000000',
    );
  });

  test('grey is colour with three equal channels; white is all grey, black all black', () => {
    const grey = pattern(30, 20, 1);
    const colour: Raster = { ...grey, channels: 3, data: Uint8Array.from([...grey.data].flatMap((v) => [v, v, v])) };
    expect(colorhash.hash(colour)).toEqual(colorhash.hash(grey));
    expect(toHex(colorhash.hash(flat(3, 3, 3, 255)).hash)).toBe('007000000000');
    expect(toHex(colorhash.hash(flat(3, 3, 3, 31)).hash)).toBe('038000000000');
  });
});

describe('cases F26: a picture that is far higher than wide, 4 by 200, as Pillow 9.4.0, 11.3.0 and 12.0.0 resize it', () => {
  const field = decode(join(import.meta.dirname, '..', 'field', 'pictures', 's-4x200.png'));
  test.each<[PerceptualHash, string]>([
    [ahash, 'fffe1c0000070f1f'],
    [phash, '98d9983499f38c67'],
    [phashSimple, 'b733b7b2b3b3b7b3'],
    [dhash, 'f8f0f078fefeffff'],
    [dhashVertical, '000000010f3fff7f'],
    [whashHaar, 'fffe3c00000f0f1f'],
  ])('$name', async ({ hash }, expected) => expect(toHex(hash(await field).hash)).toBe(expected));
});
