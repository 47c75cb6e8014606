/** The WebAssembly module that sums blocks and counts colours, against blockhash-core and the JavaScript that follows Pillow. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockhashOf, coreBlockhash } from '../../src/hash/blockhash.ts';
import { plainColourCounts } from '../../src/hash/colorhash.ts';
import { blockSums, colourCounts, countsModuleBytes } from '../../src/hash/wasm/counts.ts';
import type { Raster } from '../../src/image/raster.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe('the module', () => {
  const folder = new URL('../../src/hash/wasm/', import.meta.url);
  const header = readFileSync(new URL('counts-wasm.ts', folder), 'utf8');

  test('is the one its header names', () => {
    expect(header).toContain(`module sha256 ${sha256(countsModuleBytes())}`);
  });

  test('comes from counts.as as it stands', () => {
    expect(header).toContain(`source sha256 ${sha256(readFileSync(new URL('counts.as', folder)))}`);
  });

  test('is small enough to be compiled at once in a browser (4 KiB in Chromium)', () => {
    expect(countsModuleBytes().length).toBeLessThan(4096);
  });
});

/** Noise of 256, 2 or 5 levels, or white: with few levels blocks are equal to their median. */
function draw(seed: number, width: number, height: number, channels: 1 | 3): Raster {
  const rng = seededRng(seed, 'counts');
  const step = [1, 255, 63][seed % 4];
  const data = Uint8Array.from({ length: width * height * channels }, () =>
    step ? step * rng.int(Math.floor(255 / step) + 1) : 255,
  );
  return { width, height, channels, data };
}

/** A picture of these colours, filled up with grey to a whole number of rows. */
function pictureOf(colours: readonly (readonly [number, number, number])[]): Raster {
  const width = 512;
  const height = Math.ceil(colours.length / width);
  const data = new Uint8Array(3 * width * height).fill(128);
  data.set(colours.flat());
  return { width, height, channels: 3, data };
}

describe('colours', () => {
  test.each([0, 1, 2, 3, 4, 5])('every way from the least to the largest channel, order %i of the three', (order) => {
    const places = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ][order]!;
    // A hue depends on the range of the channels and on where the middle one lies in it: pictures of one range each, so that what one
    // class loses to another does not come back from elsewhere.
    for (let range = 0; range < 256; range++) {
      const colours = Array.from({ length: range + 1 }, (_, middle) => {
        const colour: [number, number, number] = [0, 0, 0];
        colour[places[0]!] = 255;
        colour[places[1]!] = 255 - range + middle;
        colour[places[2]!] = 255 - range;
        return colour;
      });
      for (const part of [colours, colours.slice(0, 2), colours.slice(-2)])
        expect(colourCounts(pictureOf(part))).toEqual(plainColourCounts(pictureOf(part)));
    }
  });

  test('every saturation', () => {
    for (let most = 0; most < 256; most++) {
      const colours = Array.from({ length: most + 1 }, (_, least): [number, number, number] => [most, least, least]);
      expect(colourCounts(pictureOf(colours))).toEqual(plainColourCounts(pictureOf(colours)));
    }
  });

  test.each([
    [1, 1],
    [7, 1],
    [8, 1],
    [9, 1],
    [301, 307],
    [3, 50_000],
    [600, 500],
  ])('noise of %i × %i', (width, height) => {
    for (const seed of [0, 1, 2, 3]) {
      const image = draw(seed, width, height, 3);
      const counts = colourCounts(image);
      expect(counts).toEqual(plainColourCounts(image));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(width * height);
    }
  });
});

describe('blocks', () => {
  test('a pixel counts for each of its blocks by the share of it that lies there', () => {
    // 5 pixels a side in 4 blocks: a block is 5/4 of a pixel.
    const data = Uint8Array.from({ length: 25 }, (_, at) => (at === 1 ? 100 : 0));
    const sums = blockSums({ width: 5, height: 5, channels: 1, data }, 4);
    // The second pixel of the first row: a quarter in the first block, three quarters in the second, times 4 × 4.
    expect([...sums.subarray(0, 4)]).toEqual([400, 1200, 0, 0]);
    // The first row lies in the first row of blocks alone.
    expect([...sums.subarray(4)]).toEqual(new Array(12).fill(0));
  });

  test('of any size as blockhash-core has them', () => {
    const picture = fc.record({
      seed: fc.nat(1000),
      side: fc.constantFrom(4, 8, 16, 32),
      width: fc.integer({ min: 1, max: 130 }),
      height: fc.integer({ min: 1, max: 130 }),
      channels: fc.constantFrom(1 as const, 3 as const),
    });
    fc.assert(
      fc.property(picture, ({ seed, side, width, height, channels }) => {
        const image = draw(seed, width, height, channels);
        const { hash } = blockhashOf(side, { name: 'blockhash', threshold: 10, examples: [] });
        expect(toHex(hash(image).hash)).toBe(toHex(coreBlockhash(image, side)));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test.each([
    [16, 70_000],
    [70_000, 17],
    [1030, 517],
  ])('of %i × %i pixels, in many bands', (width, height) => {
    const image = draw(0, width, height, 3);
    const { hash } = blockhashOf(16, { name: 'blockhash', threshold: 10, examples: [] });
    expect(toHex(hash(image).hash)).toBe(toHex(coreBlockhash(image, 16)));
  });
});
