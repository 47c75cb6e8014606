import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toLuma } from '../../src/image/luma.ts';
import { cropped, resizeBicubic, resizeBilinear, resizeLanczos } from '../../src/image/resize.ts';
import { UserError } from '../../src/util/errors.ts';
import { toHex } from '../../src/util/hex.ts';
import { flat, pattern } from './picture.ts';

interface Vectors {
  readonly reference: string;
  readonly rows: readonly {
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3;
    readonly toWidth: number;
    readonly toHeight: number;
    readonly expected: string;
  }[];
}

const read = <T = Vectors>(file: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'vectors', file), 'utf8'));
const vectors = read<Vectors & { luma: { width: number; height: number; expected: string } }>('pillow-lanczos.json');
const bicubic = read('pillow-bicubic.json');
const bilinear = read('pillow-bilinear.json');

describe(`${vectors.reference}, resize(LANCZOS)`, () => {
  test.each(vectors.rows)('$width × $height × $channels to $toWidth × $toHeight', (row) => {
    const resized = resizeLanczos(pattern(row.width, row.height, row.channels), row.toWidth, row.toHeight);
    expect([resized.width, resized.height, resized.channels]).toEqual([row.toWidth, row.toHeight, row.channels]);
    expect(toHex(resized.data)).toBe(row.expected);
  });

  test('a flat picture stays flat at every size', () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(size, size, size, size, fc.nat(255), (width, height, toWidth, toHeight, value) => {
        const resized = resizeLanczos(flat(width, height, 1, value), toWidth, toHeight);
        expect(resized.data.every((byte) => byte === value)).toBe(true);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a width of %s', (width) => {
    expect(() => resizeLanczos(pattern(4, 4, 1), width, 4)).toThrow(UserError);
  });
});

describe(`${bicubic.reference}, resize(BICUBIC)`, () => {
  test.each(bicubic.rows)('$width × $height × $channels to $toWidth × $toHeight', (row) => {
    const resized = resizeBicubic(pattern(row.width, row.height, row.channels), row.toWidth, row.toHeight);
    expect([resized.width, resized.height, resized.channels]).toEqual([row.toWidth, row.toHeight, row.channels]);
    expect(toHex(resized.data)).toBe(row.expected);
  });
});

describe(`${bilinear.reference}, resize(BILINEAR)`, () => {
  test.each(bilinear.rows)('$width × $height × $channels to $toWidth × $toHeight', (row) => {
    const resized = resizeBilinear(pattern(row.width, row.height, row.channels), row.toWidth, row.toHeight);
    expect([resized.width, resized.height, resized.channels]).toEqual([row.toWidth, row.toHeight, row.channels]);
    expect(toHex(resized.data)).toBe(row.expected);
  });
});

test('the middle of a picture: halves of a pixel are rounded to even, as in torchvision', () => {
  const numbers = (width: number, height: number) =>
    ({ width, height, channels: 1, data: Uint8Array.from({ length: width * height }, (_, i) => i) }) as const;
  // int(round(excess / 2)): 1 → 0, 2 → 1, 3 → 2, 5 → 2.
  for (const [excess, first] of [
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 2],
    [5, 2],
  ] as const)
    expect(cropped(numbers(4 + excess, 1), 4, 1).data[0]).toBe(first);
  expect(Array.from(cropped(numbers(4, 4), 2, 2).data)).toEqual([5, 6, 9, 10]);
});

describe(`${vectors.reference}, convert('L')`, () => {
  test('colour', () => {
    const { width, height, expected } = vectors.luma;
    expect(toHex(toLuma(pattern(width, height, 3)).data)).toBe(expected);
  });

  test('grey as colour is the same grey; grey stays as it is', () => {
    for (let value = 0; value < 256; value++) expect(toLuma(flat(1, 1, 3, value)).data[0]).toBe(value);
    const grey = pattern(5, 4, 1);
    expect(toLuma(grey).data).toBe(grey.data);
  });
});
