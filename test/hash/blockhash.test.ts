import { join } from 'node:path';
import { bmvbhash } from 'blockhash-core';
import { describe, expect, test } from 'vitest';
import { blockhash, blockhashOf } from '../../src/hash/blockhash.ts';
import { pdq } from '../../src/hash/pdq.ts';
import { decode } from '../../src/image/decode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { toHex } from '../../src/util/hex.ts';
import { pattern } from '../image/picture.ts';
import { own, rowsOf } from './vectors.ts';

/** A picture of 16 × 16 flat blocks of 5 × 3 pixels, bright where the block's row and column say so. */
function blocks(bright: (x: number, y: number) => boolean): Raster {
  const [width, height] = [80, 48];
  const data = Uint8Array.from({ length: width * height }, (_, at) =>
    bright(Math.floor((at % width) / 5), Math.floor(at / width / 3)) ? 200 : 20,
  );
  return { width, height, channels: 1, data };
}

test('blockhash: one bit a block, brighter than the median of its band, row by row', () => {
  expect(toHex(blockhash.hash(blocks((x) => x >= 12)).hash)).toBe('000f'.repeat(16));
  expect(toHex(blockhash.hash(blocks((x, y) => y % 4 === 0 && x > 0)).hash)).toBe('7fff000000000000'.repeat(4));
});

test('blockhash: grey is colour with three equal channels', () => {
  const grey = pattern(75, 50, 1);
  const colour: Raster = { ...grey, channels: 3, data: Uint8Array.from([...grey.data].flatMap((v) => [v, v, v])) };
  expect(blockhash.hash(colour)).toEqual(blockhash.hash(grey));
});

describe.each([8, 16, 32])('blockhash with %i blocks a side', (side) => {
  const { bits, hash } = blockhashOf(side, { name: 'blockhash', threshold: 10, examples: [] });

  test.each(rowsOf<{ file: string }>('imagehash.json'))('of $file is that of blockhash-core', async ({ file }) => {
    const image = await decode(join(own, 'images', file));
    const { width, height, channels } = image;
    // The picture as a canvas has it, laid out apart from the code under test.
    const data = Array.from({ length: width * height }, (_, at) => {
      const [r, g = r, b = r] = image.data.subarray(at * channels, (at + 1) * channels);
      return [r!, g!, b!, 255];
    }).flat();
    const ours = hash(image).hash;
    expect(ours).toHaveLength(bits / 8);
    expect(toHex(ours)).toBe(bmvbhash({ width, height, data: Uint8ClampedArray.from(data) }, side));
  });
});

test.each([pdq, blockhash])(
  'the examples of $name are two of the pictures in test/vectors',
  async ({ hash, examples }) => {
    const images = ['document.png', 'leaves-256x256.png'].map((file) => decode(join(own, 'images', file)));
    expect((await Promise.all(images)).map((image) => toHex(hash(image).hash))).toEqual(examples);
  },
);
