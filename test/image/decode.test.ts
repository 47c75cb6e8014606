/** Every kind of file that comes in: what is read, what is refused, and in which words. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { decode, RefusedError } from '../../src/image/decode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { sharp } from '../../src/image/sharp.ts';
import { UserError } from '../../src/util/errors.ts';
import { colour, png, tiff, withoutChunk } from './files.ts';
import { flat, pattern } from './picture.ts';

const open = ({ data, width, height, channels }: Raster) => sharp(data, { raw: { width, height, channels } });
const rgb = pattern(48, 32, 3);
const grey = pattern(48, 32, 1);
const truncated = 'truncated: the file ends before its picture does';

/** Mean absolute difference of two pictures, in grey levels. */
const difference = (a: Raster, b: Raster): number =>
  a.data.reduce((sum, byte, i) => sum + Math.abs(byte - b.data[i]!), 0) / a.data.length;

describe('formats', () => {
  test.each([
    ['PNG', () => open(rgb).png()],
    ['WebP', () => open(rgb).webp({ lossless: true })],
    ['TIFF', () => open(rgb).tiff({ compression: 'lzw' })],
  ])('%s keeps every byte', async (_, file) => {
    expect(await decode(await file().toBuffer())).toEqual(rgb);
  });

  const soft = { ...rgb, data: rgb.data.map((_, i) => 60 + ((i / 3) % 48) + 2 * Math.floor(i / 144)) };
  test.each([
    ['JPEG', () => open(soft).jpeg({ quality: 95 })],
    ['progressive JPEG', () => open(soft).jpeg({ quality: 95, progressive: true })],
    ['WebP', () => open(soft).webp({ quality: 95 })],
    ['AVIF', () => open(soft).avif({ quality: 90 })],
    ['GIF', () => open(soft).gif({ dither: 0 })],
  ])('%s comes near', async (_, file) => {
    const image = await decode(await file().toBuffer());
    expect([image.width, image.height, image.channels]).toEqual([48, 32, 3]);
    expect(difference(image, soft)).toBeLessThan(3);
  });

  test('grey JPEG and PNG have one channel', async () => {
    expect(await decode(await open(grey).toColourspace('b-w').png().toBuffer())).toEqual(grey);
    const jpeg = await decode(await open(grey).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer());
    expect(jpeg.channels).toBe(1);
    expect(difference(jpeg, grey)).toBeLessThan(1.5);
  });

  test('of an animated GIF and WebP the first frame', async () => {
    const frames = await Promise.all(
      [flat(9, 7, 3, 200), flat(9, 7, 3, 10)].map((each) => open(each).png().toBuffer()),
    );
    const animation = sharp(frames, { join: { animated: true } });
    expect(await decode(await animation.clone().gif().toBuffer())).toEqual(flat(9, 7, 3, 200));
    expect(await decode(await animation.clone().webp({ lossless: true }).toBuffer())).toEqual(flat(9, 7, 3, 200));
  });

  // The writer goes through a printer's profile and the reader does not, so only paper is sure to come back as it was.
  test.each([
    [255, 255, 3],
    [0, 25, 40],
    [128, 110, 60],
  ])('CMYK of grey %i becomes RGB, near %i', async (value, near, within) => {
    const picture = open(flat(20, 20, 3, value));
    const image = await decode(await picture.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
    expect(image.channels).toBe(3);
    expect(difference(image, flat(20, 20, 3, near))).toBeLessThan(within);
  });

  test('bytes that are part of a larger buffer, and a path', async () => {
    const file = await open(rgb).png().toBuffer();
    const padded = new Uint8Array(file.length + 10);
    padded.set(file, 5);
    expect(await decode(padded.subarray(5, 5 + file.length))).toEqual(rgb);
    const folder = mkdtempSync(join(tmpdir(), 'presend-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'picture'), file);
    expect(await decode(join(folder, 'picture'))).toEqual(rgb);
    await expect(decode(join(folder, 'none'))).rejects.toThrow(new RefusedError('no such file'));
    await expect(decode(folder)).rejects.toThrow(new RefusedError('a folder, not a picture; name the files in it'));
  });

  test('the pixels own their buffer', async () => {
    const { data } = await decode(png(2, 1, 8, colour.grey, [[1, 2]]));
    expect(data.constructor).toBe(Uint8Array);
    expect(data.buffer.byteLength).toBe(2);
  });
});

describe('PNG modes, by hand', () => {
  const one = (width: number, channels: 1 | 3, ...data: number[]): Raster => ({
    width,
    height: 1,
    channels,
    data: Uint8Array.from(data),
  });
  test.each<[string, Uint8Array, Raster]>([
    ['1-bit grey', png(4, 1, 1, colour.grey, [[0b0110_0000]]), one(4, 1, 0, 255, 255, 0)],
    ['2-bit grey', png(4, 1, 2, colour.grey, [[0b00_01_10_11]]), one(4, 1, 0, 85, 170, 255)],
    ['16-bit grey: v / 257, rounded', png(2, 1, 16, colour.grey, [[0x12, 0xff, 0xff, 0x00]]), one(2, 1, 0x13, 0xfe)],
    ['16-bit colour', png(1, 1, 16, colour.rgb, [[1, 200, 2, 100, 3, 200]]), one(1, 3, 2, 2, 4)],
    ['grey with alpha: dropped', png(2, 1, 8, colour.greyAlpha, [[90, 0, 7, 255]]), one(2, 1, 90, 7)],
    ['alpha 0 keeps its colour', png(1, 1, 8, colour.rgba, [[10, 20, 30, 0]]), one(1, 3, 10, 20, 30)],
    ['palette', png(2, 1, 8, colour.palette, [[1, 0]], [9, 8, 7, 6, 5, 4]), one(2, 3, 6, 5, 4, 9, 8, 7)],
  ])('%s', async (_, file, expected) => {
    expect(await decode(file)).toEqual(expected);
  });

  test('an ICC profile changes nothing', async () => {
    const file = await open(rgb).withIccProfile('p3').png().toBuffer();
    const bare = withoutChunk(file, 'iCCP');
    expect(bare.length).toBeLessThan(file.length);
    expect(await decode(file)).toEqual(await decode(bare));
  });
});

describe('EXIF orientation', () => {
  const picture = { ...flat(3, 2, 3, 0), data: Uint8Array.from({ length: 18 }, (_, i) => 10 * i) };
  const file = open(picture).withMetadata({ orientation: 6 }).png().toBuffer();

  test('is ignored: pixels as stored', async () => expect(await decode(await file)).toEqual(picture));

  test('is followed when asked: 6 is a quarter turn clockwise', async () => {
    const turned = await decode(await file, { orient: true });
    expect([turned.width, turned.height]).toEqual([2, 3]);
    expect([...turned.data.subarray(0, 6)]).toEqual([90, 100, 110, 0, 10, 20]);
  });
});

describe('refused', () => {
  const refusal = async (file: Uint8Array, maxPixels?: number): Promise<unknown> =>
    decode(file, maxPixels ? { maxPixels } : {}).then(
      () => 'accepted',
      (error: unknown) => (error instanceof RefusedError && error instanceof UserError ? error.message : error),
    );

  test.each([
    ['JPEG', () => open(rgb).jpeg()],
    ['progressive JPEG', () => open(rgb).jpeg({ progressive: true })],
    ['grey JPEG', () => open(grey).toColourspace('b-w').jpeg()],
    ['PNG', () => open(rgb).png()],
    ['WebP', () => open(rgb).webp()],
    ['GIF', () => open(rgb).gif()],
    ['AVIF', () => open(rgb).avif()],
    ['TIFF', () => open(rgb).tiff({ compression: 'deflate' })],
    ['tiled TIFF', () => open(rgb).tiff({ compression: 'none', tile: true, tileWidth: 16, tileHeight: 16 })],
  ])('%s, cut anywhere', async (_, picture) => {
    const file = await picture().toBuffer();
    expect(await refusal(file)).toBe('accepted');
    for (const length of [16, 0.3 * file.length, 0.6 * file.length, file.length - 20])
      expect(await refusal(file.subarray(0, length)), `${length} of ${file.length} bytes`).toBe(truncated);
  });

  test('why is told of each by its own bytes, however many are refused at once', async () => {
    const whole = await open(rgb).jpeg().toBuffer();
    const spoilt = Uint8Array.from(whole);
    // No such code: all of the Huffman tables are gone.
    const table = spoilt.findIndex((byte, i) => byte === 0xff && spoilt[i + 1] === 0xc4);
    spoilt.fill(0xff, table + 4, table + 40);
    const kinds: [Uint8Array, RegExp][] = [
      [whole.subarray(0, whole.length - 20), /^truncated/],
      [spoilt, /^damaged: its JPEG/],
      [png(0, 5, 8, colour.grey, [[]]), /^damaged: its PNG/],
      [(await open(rgb).gif().toBuffer()).subarray(0, -9), /^truncated/],
    ];
    const all = Array.from({ length: 200 }, (_, i) => kinds[i % kinds.length]!);
    const found = await Promise.all(all.map(([file]) => refusal(file)));
    for (const [i, [, reason]] of all.entries()) expect(found[i], `${i % kinds.length}`).toMatch(reason);
  });

  test('a TIFF that lacks only pixels, which libvips would fill with black', async () => {
    const pixels = [...grey.data];
    expect(await decode(tiff(48, 32, pixels))).toEqual(grey);
    expect(await refusal(tiff(48, 32, pixels.slice(0, -1)))).toBe(truncated);
  });

  test('a PNG with fewer rows than it says', async () => {
    expect(await refusal(png(2, 9, 8, colour.grey, [[1, 2]]))).not.toBe('accepted');
  });

  const not = 'not an image: neither JPEG, PNG, WebP, GIF, AVIF nor TIFF';
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'empty file'],
    ['text', new TextEncoder().encode('This is not a picture, whatever its name says.'), not],
    [
      'SVG',
      new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'a picture in the format SVG, which is not read: its pixels depend on the fonts of the machine; save it as PNG or JPEG',
    ],
    ['a bare signature', Uint8Array.of(0xff, 0xd8), truncated],
    ['zero width', png(0, 5, 8, colour.grey, [[]]), 'damaged: its PNG data cannot be decoded'],
    ['a bomb', png(40_000, 40_000, 8, colour.grey, [[0]]), 'too large: 40000 × 40000 pixels, limit 100 million'],
  ])('%s', async (_, file, reason) => {
    expect(await refusal(file)).toBe(reason);
  });

  test('more pixels than allowed', async () => {
    const file = await open(rgb).png().toBuffer();
    expect(await refusal(file, 1535)).toBe('too large: 48 × 32 pixels, limit 1535');
    expect(await refusal(file, 1536)).toBe('accepted');
  });

  test('damaged data gives a picture or a refusal, never another error', async () => {
    const files = await Promise.all([
      open(rgb).jpeg().toBuffer(),
      open(rgb).png().toBuffer(),
      open(rgb).webp().toBuffer(),
      open(rgb).gif().toBuffer(),
      open(rgb).tiff({ compression: 'lzw' }).toBuffer(),
      open(grey).avif().toBuffer(),
    ]);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(), fc.nat(255), fc.nat(), async (file, at, byte, cut) => {
        const spoilt = Uint8Array.from(file);
        spoilt[at % spoilt.length] = byte;
        const reason = await refusal(spoilt.subarray(0, spoilt.length - (cut % 3)), 1e6);
        expect(reason).toMatch(
          /^(accepted$|truncated|damaged|not an image|too large|not grey|its samples|a TIFF|a JPEG|a picture in|an? [^:]*, not a picture)/,
        );
      }),
      { seed: 1, numRuns: 150 },
    );
  });
});
