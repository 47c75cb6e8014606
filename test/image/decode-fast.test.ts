/** Decoding at reduced scale: what is reduced, how near it comes, and that it refuses what the exact way refuses. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, RefusedError } from '../../src/image/decode.ts';
import { decodeFast, leastReduced } from '../../src/image/decode-fast.ts';
import { firstFrame } from '../../src/image/jpeg.ts';
import type { Raster } from '../../src/image/raster.ts';
import { sharp } from '../../src/image/sharp.ts';
import { jpegModuleBytes, quarterLuma } from '../../src/image/wasm/jpeg.ts';
import { madeJpeg } from './jpegs.ts';
import { pattern } from './picture.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe('the module', () => {
  const folder = new URL('../../src/image/wasm/', import.meta.url);
  const header = readFileSync(new URL('jpeg-wasm.ts', folder), 'utf8');

  test('is the one its header names', () => {
    expect(header).toContain(`module sha256 ${sha256(jpegModuleBytes())}`);
  });

  test('comes from jpeg.as as it stands', () => {
    expect(header).toContain(`source sha256 ${sha256(readFileSync(new URL('jpeg.as', folder)))}`);
  });

  test('is small enough to be compiled at once in a browser (4 KiB in Chromium)', () => {
    expect(jpegModuleBytes().length).toBeLessThan(4096);
  });
});

/** Soft waves with edges, so that blocks have low and high frequencies. */
function waves(width: number, height: number, channels: 1 | 3): Raster {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        data[i++] = 128 + 50 * Math.sin(x / 31 + c) + 40 * Math.cos(y / 23) + ((x >> 5) & (y >> 4) & 1 ? 30 : 0);
  return { width, height, channels, data };
}

const open = ({ data, width, height, channels }: Raster) => sharp(data, { raw: { width, height, channels } });

/** Mean luma of 4 × 4 pixels, as the definition says. */
function quarter({ width, height, channels, data }: Raster): Raster {
  const size = { width: Math.ceil(width / 4), height: Math.ceil(height / 4) };
  const out = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      let sum = 0;
      let count = 0;
      for (let v = 4 * y; v < Math.min(4 * y + 4, height); v++)
        for (let u = 4 * x; u < Math.min(4 * x + 4, width); u++, count++) {
          const at = (v * width + u) * channels;
          sum += channels === 1 ? data[at]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
        }
      out[y * size.width + x] = sum / count;
    }
  return { ...size, channels: 1, data: out };
}

/** Mean absolute difference, in grey levels. */
const difference = (a: Raster, b: Raster): number =>
  a.data.reduce((sum, byte, i) => sum + Math.abs(byte - b.data[i]!), 0) / a.data.length;

describe('a quarter of the size', () => {
  const rgb = waves(203, 117, 3);
  const grey = waves(203, 117, 1);
  test.each([
    ['4:2:0', () => open(rgb).jpeg({ quality: 90 })],
    ['4:4:4', () => open(rgb).jpeg({ quality: 90, chromaSubsampling: '4:4:4' })],
    ['its own Huffman tables', () => open(rgb).jpeg({ quality: 90, optimiseCoding: true })],
    ['quality 100', () => open(rgb).jpeg({ quality: 100 })],
    ['quality 30', () => open(rgb).jpeg({ quality: 30 })],
    ['progressive', () => open(rgb).jpeg({ quality: 90, progressive: true })],
    ['progressive, quality 30', () => open(rgb).jpeg({ quality: 30, progressive: true })],
    ['grey', () => open(grey).toColourspace('b-w').jpeg({ quality: 90 })],
    ['grey, progressive', () => open(grey).toColourspace('b-w').jpeg({ quality: 90, progressive: true })],
  ])('%s comes near the mean of 4 × 4 pixels', async (name, file) => {
    const bytes = await file().toBuffer();
    const expected = quarter(await decode(bytes));
    const ours = quarterLuma(bytes)!;
    expect([ours.width, ours.height, ours.channels]).toEqual([expected.width, expected.height, 1]);
    // Refinements are left out of progressive files, which tells where the quantiser is coarse.
    expect(difference(ours, expected)).toBeLessThan(name === 'progressive, quality 30' ? 3.5 : 2.5);
  });

  test.each(['restarts', 'restartsProgressive'] as const)('%s', async (name) => {
    const bytes = madeJpeg(name);
    expect(difference(quarterLuma(bytes)!, quarter(await decode(bytes)))).toBeLessThan(3);
  });

  test('calls do not disturb one another', async () => {
    const [large, small] = await Promise.all([
      open(waves(600, 400, 3))
        .jpeg()
        .toBuffer(),
      open(grey).toColourspace('b-w').jpeg({ progressive: true }).toBuffer(),
    ]);
    const before = quarterLuma(small)!;
    quarterLuma(large);
    expect(quarterLuma(small)).toEqual(before);
  });

  test('other kinds are left to a full decoder', async () => {
    expect(quarterLuma(madeJpeg('rgb'))).toBeUndefined();
    expect(quarterLuma(await open(rgb).toColourspace('cmyk').jpeg().toBuffer())).toBeUndefined();
    expect(quarterLuma(await open(rgb).png().toBuffer())).toBeUndefined();
    expect(quarterLuma(new Uint8Array())).toBeUndefined();
  });

  test('a header that claims too much, or a scan of too many components, is left to it too', () => {
    const file = madeJpeg('restarts');
    const at = (marker: number): number => file.findIndex((byte, i) => byte === 0xff && file[i + 1] === marker);
    const huge = Uint8Array.from(file);
    huge.fill(0xff, at(0xc0) + 5, at(0xc0) + 9);
    expect(quarterLuma(huge)).toBeUndefined();
    const many = Uint8Array.from(file);
    many[at(0xda) + 4] = 9;
    expect(quarterLuma(many)).toBeUndefined();
  });
});

describe('decodeFast', () => {
  const large = open(waves(1100, leastReduced, 3))
    .jpeg({ quality: 80 })
    .toBuffer();
  const progressive = open(waves(1100, leastReduced, 3))
    .jpeg({ quality: 80, progressive: true })
    .toBuffer();

  test.each([
    ['a small JPEG', () => open(waves(1500, leastReduced - 1, 3)).jpeg()],
    ['a PNG', () => open(pattern(1100, 1100, 3)).png()],
    [
      'CMYK',
      () =>
        open(waves(1100, 1100, 3))
          .toColourspace('cmyk')
          .jpeg(),
    ],
  ])('%s is decoded exactly', async (_, file) => {
    const bytes = await file().toBuffer();
    const { image, reduced } = await decodeFast(bytes);
    const exact = await decode(bytes);
    expect(reduced).toBe(false);
    expect([image.width, image.height, image.channels]).toEqual([exact.width, exact.height, exact.channels]);
    expect(Buffer.compare(image.data, exact.data)).toBe(0);
  });

  test('a large JPEG is reduced', async () => {
    const { image, reduced } = await decodeFast(await large);
    expect([image.width, image.height, image.channels, reduced]).toEqual([275, leastReduced / 4, 1, true]);
  });

  test('too many pixels are refused as ever', async () => {
    const refused = new RefusedError(`too large: 1100 × ${leastReduced} pixels, limit 1 million`);
    await expect(decodeFast(await large, { maxPixels: 1e6 })).rejects.toThrow(refused);
  });

  const outcome = (run: Promise<unknown>): Promise<string> => run.then(() => 'done', String);

  test.each([
    ['sequential', large],
    ['progressive', progressive],
  ])('a %s file that is cut is refused in the words of decode', async (_, file) => {
    const bytes = await file;
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (share) => {
        const cut = bytes.subarray(0, Math.floor(share ** 0.2 * (bytes.length - 1)));
        expect(await outcome(decodeFast(cut))).toBe(await outcome(decode(cut)));
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  test('damage never throws anything but a RefusedError', async () => {
    const files = [await large, await progressive, madeJpeg('restarts'), madeJpeg('restartsProgressive')];
    const damage = fc.record({
      file: fc.constantFrom(...files),
      spots: fc.array(fc.record({ at: fc.nat(1e6), byte: fc.nat(255) }), { minLength: 1, maxLength: 8 }),
      early: fc.boolean(),
    });
    fc.assert(
      fc.property(damage, ({ file, spots, early }) => {
        const bytes = Uint8Array.from(file);
        for (const { at, byte } of spots) bytes[at % (early ? Math.min(700, bytes.length) : bytes.length)] = byte;
        const image = quarterLuma(bytes);
        if (image) expect(image.data).toHaveLength(image.width * image.height);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('the frame header', () => {
  test.each([
    ['sequential', () => open(waves(203, 117, 3)).jpeg(), 0xc0],
    ['progressive', () => open(waves(203, 117, 3)).jpeg({ progressive: true }), 0xc2],
  ])('%s', async (_, file, marker) => {
    const frame = firstFrame(
      await file()
        .withExif({ IFD0: { Copyright: 'none' } })
        .toBuffer(),
    )!;
    expect([frame.width, frame.height, frame.precision, frame.marker]).toEqual([203, 117, 8, marker]);
    expect(frame.components.map(({ wide, high }) => [wide, high])).toEqual([
      [2, 2],
      [1, 1],
      [1, 1],
    ]);
  });

  test('there is none in what is not a JPEG', () => {
    expect(firstFrame(new Uint8Array(100))).toBeUndefined();
    expect(firstFrame(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toBeUndefined();
  });
});
