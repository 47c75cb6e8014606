/** What is done to a file before a browser decodes it. The browser itself is in test/browser. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asStored, isGreyFile } from '../../src/image/browser-file.ts';
import { decode } from '../../src/image/decode.ts';
import { encode } from '../../src/image/encode.ts';
import { sharp } from '../../src/image/sharp.ts';
import { colour, png } from './files.ts';
import { pattern } from './picture.ts';

const drawn = pattern(30, 20, 3);
const turned = (): ReturnType<typeof sharp> =>
  sharp(drawn.data, { raw: { width: 30, height: 20, channels: 3 } }).withMetadata({ orientation: 6 });

describe('asStored', () => {
  test.each([
    ['JPEG', () => turned().jpeg().toBuffer()],
    ['progressive JPEG', () => turned().jpeg({ progressive: true }).toBuffer()],
    ['PNG', () => turned().png().toBuffer()],
    ['WebP', () => turned().webp({ lossless: true }).toBuffer()],
  ])('%s: no orientation is left, the pixels stay, the file given is not changed', async (_, make) => {
    const file = Uint8Array.from(await make());
    const before = file.slice();
    expect((await sharp(file).metadata()).orientation).toBe(6);
    const bare = asStored(file);
    expect(file).toEqual(before);
    expect((await sharp(bare).metadata()).orientation).toBeUndefined();
    expect(await decode(bare)).toEqual(await decode(file));
  });

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('%s without EXIF data stays byte for byte', async (type) => {
    const file = await encode(drawn, { type, quality: 50 });
    expect(asStored(file)).toEqual(file);
  });
});

describe('isGreyFile', () => {
  test.each([
    ['grey', colour.grey, [[1, 2]], true],
    ['grey with alpha', colour.greyAlpha, [[1, 2, 3, 4]], true],
    ['colour', colour.rgb, [[1, 2, 3, 4, 5, 6]], false],
    ['colour with alpha', colour.rgba, [[1, 2, 3, 4, 5, 6, 7, 8]], false],
    ['a palette', colour.palette, [[0, 1]], false],
  ] as const)('PNG with %s', async (_, type, rows, grey) => {
    const file = png(2, 1, 8, type, rows, type === colour.palette ? [1, 1, 1, 9, 9, 9] : undefined);
    expect(isGreyFile(file)).toBe(grey);
    expect((await decode(file)).channels).toBe(grey ? 1 : 3);
  });

  test('JPEG of one component and of three, EXIF data before them or not', async () => {
    expect(isGreyFile(await encode(pattern(9, 9, 1), { type: 'jpeg', quality: 80 }))).toBe(true);
    expect(isGreyFile(await encode(drawn, { type: 'jpeg', quality: 80 }))).toBe(false);
    const grey = sharp(pattern(9, 9, 1).data, { raw: { width: 9, height: 9, channels: 1 } }).toColourspace('b-w');
    const tagged = await grey
      .withExif({ IFD0: { Copyright: 'nobody' } })
      .jpeg()
      .toBuffer();
    expect(tagged.includes('Exif')).toBe(true);
    expect(isGreyFile(Uint8Array.from(tagged))).toBe(true);
  });
});

test('damaged files pass through without an error', async () => {
  const whole = await Promise.all(
    [turned().jpeg(), turned().png(), turned().webp({ lossless: true })].map((each) => each.toBuffer()),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.nat(400),
      fc.array(fc.tuple(fc.integer({ min: 12, max: 200 }), fc.nat(255)), { maxLength: 6 }),
      (file, length, changes) => {
        const broken = Uint8Array.from(file.subarray(0, length));
        for (const [at, value] of changes) if (at < length) broken[at] = value;
        expect(asStored(broken).length).toBeLessThanOrEqual(broken.length);
        expect(typeof isGreyFile(broken)).toBe('boolean');
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});
