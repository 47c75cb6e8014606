/** The WebAssembly module that resizes pictures against the JavaScript that it follows, byte by byte. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FilterName, weightsOf } from '../../src/image/filter.ts';
import { plainPixels } from '../../src/image/plain-pixels.ts';
import type { Raster } from '../../src/image/raster.ts';
import { heldBytes, pixelsModuleBytes, wasmPixels } from '../../src/image/wasm/pixels.ts';
import { seededRng } from '../../src/util/rng.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const wasm = wasmPixels()!;

describe('the module', () => {
  const folder = new URL('../../src/image/wasm/', import.meta.url);
  const header = readFileSync(new URL('pixels-wasm.ts', folder), 'utf8');

  test('is the one its header names', () => {
    expect(header).toContain(`module sha256 ${sha256(pixelsModuleBytes())}`);
  });

  test('comes from pixels.as as it stands', () => {
    expect(header).toContain(`source sha256 ${sha256(readFileSync(new URL('pixels.as', folder)))}`);
  });

  test('is small enough to be compiled at once in a browser (4 KiB in Chromium)', () => {
    expect(pixelsModuleBytes().length).toBeLessThan(4096);
  });
});

/** Extremes give the largest overshoot and the sums that wrap, if any do. */
function draw(seed: number, width: number, height: number, channels: 1 | 3): Raster {
  const rng = seededRng(seed, 'pixels');
  const extreme = seed % 2 === 0;
  const data = Uint8Array.from({ length: width * height * channels }, () =>
    extreme ? 255 * rng.int(2) : rng.int(256),
  );
  return { width, height, channels, data };
}

function bothWays(image: Raster, width: number, height: number, filter: FilterName): [wasm: Raster, plain: Raster] {
  const across = width === image.width ? undefined : weightsOf(image.width, width, filter);
  const down = height === image.height ? undefined : weightsOf(image.height, height, filter);
  return [wasm.resize(image, across, down), plainPixels.resize(image, across, down)];
}

describe('equals the JavaScript', () => {
  test.each([
    [1, 1, 1, 1],
    [1, 1, 7, 5],
    [1, 300, 9, 8],
    [300, 1, 9, 8],
    [16, 16, 15, 17],
    [17, 33, 17, 8],
    [33, 17, 8, 17],
    [511, 513, 32, 32],
    [640, 480, 512, 512],
    [3, 2, 300, 200],
    [5, 1030, 5, 1029],
    // Rows of more than a band, and many bands.
    [30_000, 3, 9, 8],
    [3, 30_000, 8, 9],
    [1301, 601, 64, 64],
  ])('%i × %i to %i × %i', (width, height, toWidth, toHeight) => {
    for (const channels of [1, 3] as const)
      for (const filter of ['lanczos', 'bicubic', 'bilinear'] as const) {
        const [ours, plain] = bothWays(draw(width, width, height, channels), toWidth, toHeight, filter);
        expect([ours.width, ours.height, ours.channels]).toEqual([toWidth, toHeight, channels]);
        expect(Buffer.compare(ours.data, plain.data)).toBe(0);
      }
  });

  test('from any size to any size, in any order', () => {
    // Small sizes, where edges meet, and larger ones, whose rows are not a multiple of anything.
    const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 260 }));
    const picture = fc.record({
      seed: fc.nat(1000),
      width: size,
      height: size,
      toWidth: size,
      toHeight: size,
      channels: fc.constantFrom(1 as const, 3 as const),
      filter: fc.constantFrom('lanczos' as const, 'bicubic' as const, 'bilinear' as const),
    });
    fc.assert(
      fc.property(picture, ({ seed, width, height, toWidth, toHeight, channels, filter }) => {
        const [ours, plain] = bothWays(draw(seed, width, height, channels), toWidth, toHeight, filter);
        expect(Buffer.compare(ours.data, plain.data)).toBe(0);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test('luma of every colour that differs in what is rounded, and of any number of pixels', () => {
    for (const pixels of [1, 2, 15, 16, 17, 63, 1000, 2 ** 18 + 5]) {
      const { data } = draw(2 * pixels + 1, pixels, 1, 3);
      expect(Buffer.compare(wasm.luma(data), plainPixels.luma(data))).toBe(0);
    }
    const colours = Uint8Array.from({ length: 3 * 2 ** 18 }, (_, at) => {
      const colour = Math.floor(at / 3);
      return 4 * ((colour >> (6 * (at % 3))) & 63) + (colour % 4);
    });
    expect(Buffer.compare(wasm.luma(colours), plainPixels.luma(colours))).toBe(0);
  });
});

describe('memory', () => {
  test('what a picture leaves there changes no later one', () => {
    const white = { ...draw(1, 400, 300, 3), data: new Uint8Array(400 * 300 * 3).fill(255) };
    const small = draw(3, 37, 23, 3);
    const [, expected] = bothWays(small, 9, 8, 'lanczos');
    const [first] = bothWays(small, 9, 8, 'lanczos');
    bothWays(white, 500, 400, 'lanczos');
    const [second] = bothWays(small, 9, 8, 'lanczos');
    for (const each of [first, second]) expect(Buffer.compare(each.data, expected.data)).toBe(0);
    // Results are copies: the later picture has not written over the earlier one's.
    expect(first.data.buffer).not.toBe(second.data.buffer);
  });

  test('a picture of 100 megapixels leaves no more than 16 MiB', () => {
    const [width, height] = [10_000, 10_000];
    const image: Raster = { width, height, channels: 1, data: new Uint8Array(width * height).fill(7) };
    const small = wasm.resize(image, weightsOf(width, 32, 'lanczos'), weightsOf(height, 32, 'lanczos'));
    expect(new Set(small.data)).toEqual(new Set([7]));
    expect(heldBytes()).toBeLessThanOrEqual(2 ** 24);
    // One that stays large needs more, for as long as it is worked on.
    wasm.resize(image, undefined, weightsOf(height, 500, 'bicubic'));
    expect(heldBytes()).toBeLessThanOrEqual(2 ** 24);
  });
});
