/** Pictures as they exist: what people's files look like, from reports of those who hash pictures. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decode, decodePicture, RefusedError } from '../../src/image/decode.ts';
import { decodeFast } from '../../src/image/decode-fast.ts';
import { segments, startOfScan } from '../../src/image/jpeg.ts';
import { lacksScans, missingShare } from '../../src/image/jpeg-missing.ts';
import { sharp } from '../../src/image/sharp.ts';
import { quarterLuma } from '../../src/image/wasm/jpeg.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';
import { gif, tiff, withoutChunk } from './files.ts';
import { pattern } from './picture.ts';

const folder = resolve(import.meta.dirname, '../field/pictures');
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const base = sharp(file('base.png')).removeAlpha();
const picture = await decode(file('base.png'));
const eoi = Uint8Array.of(0xff, 0xd9);

const refusal = (bytes: Uint8Array | string): Promise<unknown> =>
  decode(bytes).then(
    () => 'accepted',
    (error: unknown) => (error instanceof RefusedError ? error.message : error),
  );

describe('cases A6: clear pixels', () => {
  test('of a GIF keep their colour, as those of a palette PNG and of an RGBA PNG do', async () => {
    const clear = await decode(file('logo-clear.gif'));
    expect(clear).toEqual(await decode(file('logo-pal.png')));
    expect(clear).toEqual(await decode(file('logo-rgba.png')));
  });

  const colours = [10, 20, 30, 200, 0, 0, 0, 200, 0, 0, 0, 200];
  const pixels = ({ data }: { data: Uint8Array }): number[] =>
    Array.from({ length: data.length / 3 }, (_, i) =>
      [0, 3, 6, 9].findIndex((at) => colours.slice(at, at + 3).every((value, c) => value === data[3 * i + c])),
    );
  // Numbers of colours, as Pillow 11.3 reads the same bytes and converts them to RGB.
  test.each([
    ['a whole frame with a clear colour', { clear: 1 }, [0, 0, 2, 2], [0, 1, 1, 3], [0, 1, 1, 3]],
    ['what a frame leaves empty is the first colour', {}, [1, 0, 1, 2], [1, 3], [0, 1, 0, 3]],
    ['… or the clear one where there is one', { clear: 3 }, [1, 0, 1, 2], [1, 3], [3, 1, 3, 3]],
  ] as const)('%s', async (_, options, frame, indices, expected) => {
    const image = await decode(gif(2, 2, colours, frame, indices, options));
    expect(pixels(image)).toEqual(expected);
  });
});

describe('cases C12: files that lack their end, or go on behind it', () => {
  test('a PNG without IEND, with junk behind its data, and with another length of the last chunk', async () => {
    expect(await decode(file('no-iend.png'))).toEqual(picture);
    const whole = new Uint8Array(await base.clone().png().toBuffer());
    const bare = withoutChunk(whole, 'IEND');
    expect(await decode(concatBytes(bare, utf8('\xff\xff\xff\xffjunkjunk')))).toEqual(picture);
    const view = new DataView(bare.buffer, bare.byteOffset);
    let last = 8;
    for (let at = 8; at < bare.length; at += 12 + view.getUint32(at)) last = at;
    view.setUint32(last, view.getUint32(last) + 5000);
    expect(await decode(bare)).toEqual(picture);
    expect(await refusal(whole.subarray(0, whole.length - 40))).toMatch(/^truncated/);
  });

  test.each([
    ['JPEG', () => base.clone().jpeg()],
    ['PNG', () => base.clone().png()],
    ['WebP', () => base.clone().webp()],
    ['GIF', () => base.clone().gif()],
    ['AVIF', () => base.clone().avif()],
    ['TIFF', () => base.clone().tiff({ compression: 'lzw' })],
  ] as const)('%s with other data behind it', async (_, encode) => {
    const whole = new Uint8Array(await encode().toBuffer());
    expect(await decode(concatBytes(whole, new Uint8Array(99).fill(7)))).toEqual(await decode(whole));
  });

  test('a WebP whose last chunk is no picture and not whole', async () => {
    const whole = await base
      .clone()
      .webp({ lossless: true })
      .withExif({ IFD0: { Copyright: 'x'.repeat(500) } })
      .toBuffer();
    expect(await decode(whole.subarray(0, -100))).toEqual(picture);
    expect(await refusal(whole.subarray(0, -5000))).toMatch(/^truncated/);
  });

  test('animations that are cut behind their first frame', async () => {
    for (const name of ['g-anim.gif', 'w-anim.webp', 'apng.png']) {
      const whole = file(name);
      expect(await decode(whole.subarray(0, -3000)), name).toEqual(await decode(whole));
      expect(await refusal(whole.subarray(0, 3000)), name).toMatch(/^truncated/);
    }
  });

  test('an AVIF whose last box says that it is longer', async () => {
    const whole = new Uint8Array(await base.clone().avif().toBuffer());
    const longer = new Uint8Array(whole);
    const view = new DataView(longer.buffer);
    let last = 0;
    for (let at = 0; at < longer.length; at += view.getUint32(at)) last = at;
    view.setUint32(last, view.getUint32(last) + 77);
    expect(await decode(longer)).toEqual(await decode(whole));
    expect(await refusal(whole.subarray(0, -20))).toMatch(/^truncated/);
  });

  test('a TIFF whose strip says that it is longer, of every usual compression, also a BigTIFF', async () => {
    for (const compression of ['none', 'lzw', 'deflate', 'packbits', 'jpeg'] as const)
      for (const bigtiff of [false, true]) {
        const whole = new Uint8Array(await base.clone().tiff({ compression, bigtiff }).toBuffer());
        const longer = withLongerStrip(whole, bigtiff);
        expect(await decode(longer), `${compression} ${bigtiff}`).toEqual(await decode(whole));
      }
    const pixels = [...pattern(9, 9, 1).data];
    expect(await refusal(tiff(9, 9, pixels.slice(0, -1)))).toMatch(/^truncated/);
  });
});

/** A TIFF of one strip, as sharp writes it, whose count of bytes is too large. */
function withLongerStrip(whole: Uint8Array, big: boolean): Uint8Array {
  const out = new Uint8Array(whole);
  const view = new DataView(out.buffer);
  const first = big ? Number(view.getBigUint64(8, true)) : view.getUint32(4, true);
  for (let at = first + (big ? 8 : 2); at + 20 < out.length; at += big ? 20 : 12)
    if (view.getUint16(at, true) === 279) {
      view.setUint32(at + (big ? 12 : 8), 9_000_000, true);
      return out;
    }
  throw new Error('no strip');
}

describe('cases C13: the end of a JPEG', () => {
  test('one that lacks only its last marker is the same picture, small or large', async () => {
    // Pixel by pixel a comparison of matchers takes minutes.
    const same = async (one: Uint8Array, other: Uint8Array): Promise<void> => {
      const [a, b] = [await decode(one), await decode(other)];
      expect([a.width, a.height, a.channels]).toEqual([b.width, b.height, b.channels]);
      expect(Buffer.compare(a.data, b.data)).toBe(0);
    };
    const large = file('J-noeoi.jpg');
    await same(large, concatBytes(large, eoi));
    for (const progressive of [false, true]) {
      const whole = await base.clone().jpeg({ progressive }).toBuffer();
      await same(whole.subarray(0, -2), whole);
      expect(await refusal(whole.subarray(0, -9))).toMatch(/^truncated/);
    }
  });

  test('half of one is refused with and without a marker behind it, whatever its size', async () => {
    expect(await refusal(file('J-half-eoi.jpg'))).toBe('truncated or damaged: 46 % of its picture have no data');
    for (const [width, height] of [
      [16, 8],
      [48, 32],
      [300, 16],
      [700, 600],
    ] as const)
      for (const channels of [1, 3] as const) {
        const { data } = pattern(width, height, channels);
        const raw = sharp(data, { raw: { width, height, channels } });
        const whole = await (channels === 1 ? raw.toColourspace('b-w') : raw).jpeg().toBuffer();
        const scan = [...segments(whole)].find(({ marker }) => marker === startOfScan)!.end;
        const half = whole.subarray(0, scan + (whole.length - scan) / 2);
        const name = `${width} × ${height}, ${channels}`;
        expect(await refusal(half), name).toMatch(/^truncated/);
        expect(await refusal(concatBytes(half, eoi)), name).toMatch(/^truncated or damaged/);
        expect(missingShare(whole, true), name).toBe(0);
        expect(lacksScans(whole), name).toBe(false);
      }
  });

  test('a progressive one without its last scans is read with a note, as viewers show it', async () => {
    const { data, width, height, channels } = pattern(700, 600, 3);
    const whole = await sharp(data, { raw: { width, height, channels } }).jpeg({ progressive: true }).toBuffer();
    const { notes } = await decodePicture(concatBytes(whole.subarray(0, 0.8 * whole.length), eoi));
    expect(notes).toEqual(['its JPEG data are damaged or incomplete; what decoders make of them was looked at']);
    expect((await decodePicture(whole)).notes).toEqual([]);
    expect(await refusal(whole.subarray(0, 0.8 * whole.length))).toMatch(/^truncated/);
  });

  test('one that ends between two scans', async () => {
    const whole = await base.clone().jpeg({ progressive: true }).toBuffer();
    const scans = [...segments(whole)].filter(({ marker }) => marker === startOfScan);
    // Behind the last bytes of the third scan.
    const end = scans[3]!.end - scans[3]!.payload.length - 4;
    const cut = whole.subarray(0, end);
    expect(await refusal(cut)).toMatch(/^truncated/);
  });
});

describe('cases C14: what is not read is called by its name', () => {
  test.each([
    ['b.bmp', 'BMP'],
    ['b.heic', 'HEIC'],
    ['b.ico', 'ICO'],
    ['b.jxl', 'JPEG XL'],
    ['b.psd', 'PSD'],
  ])('%s', async (name, format) => {
    expect(await refusal(file(name))).toBe(
      `a picture in the format ${format}, which is not read: save it as PNG or JPEG`,
    );
  });

  test.each([
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['JPEG XR', 'II\xbc\x01'],
    ['camera raw', 'II*\0\x10\0\0\0CR'],
    ['OpenEXR', '\x76\x2f\x31\x01'],
    ['QOI', 'qoif'],
    ['PNM', 'P6\n1 1\n255\n'],
    ['DICOM', `${'\0'.repeat(128)}DICM`],
    ['SVG', '<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['HEIC', '\0\0\0\x18ftypmif1\0\0\0\0mif1heic'],
  ])('a picture of the format %s', async (format, head) => {
    const bytes = Uint8Array.from(`${head}${' '.repeat(40)}`, (each) => each.charCodeAt(0));
    expect(await refusal(bytes)).toContain(`a picture in the format ${format}, which is not read`);
  });

  test.each([
    ['a PDF document', '%PDF-1.7'],
    ['an MP4 video', '\0\0\0\x18ftypmp42\0\0\0\0mp42isom'],
    ['a QuickTime video', '\0\0\0\x14ftypqt  \0\0\0\0qt  '],
    ['a Matroska or WebM video', '\x1a\x45\xdf\xa3'],
    ['an AVI video', 'RIFF\x10\0\0\0AVI LIST'],
    ['a ZIP archive', 'PK\x03\x04'],
    ['a Parquet file', 'PAR1'],
    ['an HTML page', '\n<!DOCTYPE html><html>'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'],
  ])('%s', async (what, head) => {
    const bytes = Uint8Array.from(`${head}${' '.repeat(40)}`, (each) => each.charCodeAt(0));
    expect(await refusal(bytes)).toContain(`${what}, not a picture`);
  });

  test('a name says nothing: a HEIC called .jpg, and a BigTIFF, which is read', async () => {
    const big = await base.clone().tiff({ bigtiff: true, compression: 'lzw' }).toBuffer();
    expect(await decode(big)).toEqual(picture);
  });

  test('a sound TIFF of CIELAB colours or of floating-point samples is not called damaged, nor read as black', async () => {
    expect(await refusal(file('t-lab.tif'))).toBe('a TIFF of CIELAB colours, which is not read: save it as RGB');
    expect(await refusal(file('t-float.tif'))).toBe(
      'its samples are numbers of the type float, whose range is not stated: save it with 8 or 16 bits per sample',
    );
  });

  test('a JPEG of a rare kind and a DNG', async () => {
    const jpeg = new Uint8Array(await base.clone().jpeg().toBuffer());
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    jpeg[frame + 1] = 0xc3;
    expect(await refusal(jpeg)).toMatch(/^a JPEG of a rare kind/);
    // The tag that says the version of DNG stands in the place of one that does not matter.
    const dng = tiff(9, 9, [...pattern(9, 9, 1).data]);
    new DataView(dng.buffer, dng.byteOffset).setUint16(10 + 12 * 6, 50706, true);
    expect(await refusal(dng)).toContain('the format DNG');
  });
});

describe('cases C15: one policy about orientation for all formats', () => {
  // Rows and columns that EXIF's eight orientations bring to the top left, of a picture of 24 × 16.
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i: pixels as stored, or turned when asked', async (orientation) => {
    const small = base.clone().resize(24, 16);
    const stored = await decode(await small.clone().png().toBuffer());
    const { data, info } = await sharp(await small.clone().png().withMetadata({ orientation }).toBuffer())
      .autoOrient()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const turned = { width: info.width, height: info.height, channels: 3 as const, data: new Uint8Array(data) };
    const written = [
      await small.clone().png().withMetadata({ orientation }).toBuffer(),
      await small.clone().webp({ lossless: true }).withMetadata({ orientation }).toBuffer(),
      await small.clone().tiff({ compression: 'none' }).withMetadata({ orientation }).toBuffer(),
    ];
    for (const bytes of written) {
      expect(await decode(bytes)).toEqual(stored);
      expect(await decode(bytes, { orient: true })).toEqual(turned);
    }
    const lossy = [
      await small.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).withMetadata({ orientation }).toBuffer(),
      await small.clone().avif({ quality: 95, chromaSubsampling: '4:4:4' }).withMetadata({ orientation }).toBuffer(),
    ];
    const far = (a: Uint8Array, b: Uint8Array): number => a.reduce((sum, byte, i) => sum + Math.abs(byte - b[i]!), 0);
    for (const bytes of lossy)
      for (const [options, expected] of [
        [{}, stored],
        [{ orient: true }, turned],
      ] as const) {
        const image = await decode(bytes, options);
        expect([image.width, image.height]).toEqual([expected.width, expected.height]);
        expect(far(image.data, expected.data) / image.data.length).toBeLessThan(4);
      }
  });

  test('the field’s own files: the AVIF is as wide as the JPEG, and the fast decoder turns too', async () => {
    for (const name of ['j-exif6.jpg', 'v-exif6.avif']) {
      expect(await decode(file(name))).toMatchObject({ width: 240, height: 180 });
      expect(await decode(file(name), { orient: true })).toMatchObject({ width: 180, height: 240 });
    }
    const large = await base.clone().resize(1600, 1200).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await decodeFast(large)).toMatchObject({ reduced: true, image: { width: 400, height: 300 } });
    expect(await decodeFast(large, { orient: true })).toMatchObject({ reduced: false, image: { width: 1200 } });
  });
});

describe('cases C16: what was not looked at is said', () => {
  test.each([
    ['g-anim.gif', 'only the first of its 2 frames was looked at; 1 was not'],
    ['w-anim.webp', 'only the first of its 2 frames was looked at; 1 was not'],
    ['apng.png', /^only the first of its \d+ frames was looked at; \d+ were not$|1 was not$/],
  ])('%s', async (name, expected) => {
    const { notes } = await decodePicture(file(name));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(expected);
  });

  test('pages of a TIFF, and nothing of a plain picture', async () => {
    const pages = await sharp([await base.clone().png().toBuffer(), await base.clone().png().toBuffer()], {
      join: { animated: true },
    })
      .tiff({ compression: 'lzw' })
      .toBuffer();
    expect((await decodePicture(pages)).notes).toEqual(['only the first of its 2 pages was looked at; 1 was not']);
    for (const name of ['base.png', 'j-exif6.jpg', 'v-exif6.avif', 'logo-clear.gif'])
      expect((await decodePicture(file(name))).notes).toEqual([]);
  });
});

describe('audit M5: the fast decoder refuses what the full one refuses', () => {
  test('a progressive JPEG of 1,000 scans', async () => {
    const whole = new Uint8Array(await base.clone().resize(1200, 1000).jpeg({ progressive: true }).toBuffer());
    const all = [...segments(whole)];
    const last = all.findLastIndex(({ marker }) => marker === startOfScan);
    const from = all[last]!.end - all[last]!.payload.length - 4;
    const scan = whole.subarray(from, whole.length - 2);
    const many = concatBytes(whole.subarray(0, -2), ...Array.from({ length: 1000 }, () => scan), eoi);
    await expect(decode(many)).rejects.toThrow(/^a JPEG of 10\d\d scans, which is not read: at most 100 are$/);
    await expect(decodeFast(many)).rejects.toThrow(/^a JPEG of 10\d\d scans, which is not read: at most 100 are$/);
  });

  test('damaged headers: whatever is read at a quarter of its size, the full decoder reads too', async () => {
    const rng = seededRng(1, 'damage');
    const files: Uint8Array[] = [];
    for (const channels of [1, 3] as const)
      for (const options of [{}, { progressive: true }, { chromaSubsampling: '4:4:4' }]) {
        const { data, width, height } = pattern(70, 50, channels);
        const raw = sharp(data, { raw: { width, height, channels } });
        files.push(await (channels === 1 ? raw.toColourspace('b-w') : raw).jpeg(options).toBuffer());
      }
    let read = 0;
    for (let i = 0; i < 3000; i++) {
      const spoilt = new Uint8Array(files[i % files.length]!);
      const scan = [...segments(spoilt)].find(({ marker }) => marker === startOfScan)!.end;
      for (let j = 0; j < 2; j++) spoilt[Math.floor(rng.next() * scan)] = Math.floor(rng.next() * 256);
      if (!quarterLuma(spoilt)) continue;
      read++;
      expect(await refusal(spoilt), `file ${i}`).toBe('accepted');
    }
    expect(read).toBeGreaterThan(300);
  });
});
