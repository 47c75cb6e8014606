/** PDQ's WebAssembly module against the JavaScript it follows, bit by bit. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pdq, pdqDihedral, pdqOf } from '../../src/hash/pdq.ts';
import { type PdqKernel, plainPdq } from '../../src/hash/pdq-plain.ts';
import { pdqModuleBytes, wasmPdq } from '../../src/hash/wasm/pdq.ts';
import { decode } from '../../src/image/decode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';
import { cases } from '../helpers/slow.ts';
import { own, rowsOf } from './vectors.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const wasm = wasmPdq()!;

describe('the module', () => {
  const folder = new URL('../../src/hash/wasm/', import.meta.url);
  const header = readFileSync(new URL('pdq-wasm.ts', folder), 'utf8');

  test('is the one its header names', () => {
    expect(header).toContain(`module sha256 ${sha256(pdqModuleBytes())}`);
  });

  test('comes from pdq.as as it stands', () => {
    expect(header).toContain(`source sha256 ${sha256(readFileSync(new URL('pdq.as', folder)))}`);
  });

  test('is small enough to be compiled at once in a browser (4 KiB in Chromium)', () => {
    expect(pdqModuleBytes().length).toBeLessThan(4096);
  });
});

/** Everything a kernel says of a picture, as text. */
const described = (kernel: PdqKernel, image: Raster): string[] =>
  [kernel.hash(image), ...kernel.dihedral(image), kernel.hash(image, true)].map(
    ({ hash, quality }) => `${toHex(hash)} ${quality}`,
  );

/** Pictures by kind: noise (every bit of every float matters), waves (high quality), few grey levels (ties), flat. */
const kinds: Record<string, (seed: number) => (x: number, y: number, c: number) => number> = {
  noise: (seed) => {
    const rng = seededRng(seed, 'noise');
    return () => rng.int(256);
  },
  waves: (seed) => (x, y, c) => 128 + 60 * Math.sin(x * (0.05 + (seed % 7) / 40) + c) + 60 * Math.cos(y * 0.09 + seed),
  steps: (seed) => (x, y) => (((x >> (2 + (seed % 4))) ^ (y >> 3)) % 3 === 0 ? 255 : 0),
  flat: (seed) => () => seed & 255,
};

function draw(kind: string, seed: number, width: number, height: number, channels: 1 | 3): Raster {
  const value = kinds[kind]!(seed);
  const data = new Uint8Array(width * height * channels);
  for (let i = 0, y = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) data[i++] = value(x, y, c);
  return { width, height, channels, data };
}

describe('equals the JavaScript', () => {
  test.each([
    [4, 300],
    [300, 4],
    [5, 5],
    [64, 64],
    [65, 3],
    [65, 63],
    [127, 128],
    [128, 129],
    [256, 257],
    [384, 385],
    [511, 512],
    [512, 512],
    [513, 400],
    [400, 513],
    [1200, 40],
    [40, 1200],
    [2049, 1027],
    [12000, 6],
    [30000, 5],
    [90000, 1],
  ])('%i × %i', (width, height) => {
    for (const kind of Object.keys(kinds))
      for (const channels of [1, 3] as const) {
        const image = draw(kind, width + height, width, height, channels);
        expect(described(wasm, image)).toEqual(described(plainPdq, image));
      }
  });

  test('any size, in any order of sizes', () => {
    const picture = fc.record({
      kind: fc.constantFrom(...Object.keys(kinds)),
      seed: fc.nat(1000),
      width: fc.integer({ min: 1, max: 700 }),
      height: fc.integer({ min: 1, max: 700 }),
      channels: fc.constantFrom(1 as const, 3 as const),
    });
    fc.assert(
      fc.property(picture, ({ kind, seed, width, height, channels }) => {
        const image = draw(kind, seed, width, height, channels);
        expect(described(wasm, image)).toEqual(described(plainPdq, image));
      }),
      { seed: 1, numRuns: cases(60) },
    );
  });
});

interface Row {
  file: string;
  hash: string;
  quality: number;
  dihedral: Record<string, string>;
}

describe.each(rowsOf<Row>('pdq.json'))('$file', ({ file, hash, quality, dihedral }) => {
  test.each([
    ['WebAssembly', wasm],
    ['JavaScript', plainPdq],
  ])('as the C++ reference, in %s', async (_, kernel) => {
    const image = await decode(join(own, 'images', file));
    // Below the least trusted quality ties are decided by the last bit of a float.
    if (quality < pdq.minQuality) return expect(kernel.hash(image).quality).toBeLessThan(pdq.minQuality);
    expect(kernel.hash(image).quality).toBe(quality);
    expect(toHex(kernel.hash(image).hash)).toBe(hash);
    expect(kernel.dihedral(image).map((each) => toHex(each.hash))).toEqual(Object.values(dihedral));
  });
});

test.each([
  [64, 64],
  [63, 64],
  [200, 100],
])('one pass gives what two give, %i × %i', (width, height) => {
  const image = draw('noise', 1, width, height, 3);
  expect(pdqOf(image, { dihedral: true })).toEqual({ own: pdq.hash(image), dihedral: pdqDihedral(image) });
});
