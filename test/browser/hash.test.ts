/**
 * Hashes and list search in a real browser, from a page that is offline: the same bits as in Node and as in the vectors,
 * from the pixels that the browser itself decodes.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hammingDistance } from '../../src/hash/hamming.ts';
import { hashes } from '../../src/hash/index.ts';
import { dihedralNames, pdq } from '../../src/hash/pdq.ts';
import { decode } from '../../src/image/decode.ts';
import { encode } from '../../src/image/encode.ts';
import type { Raster } from '../../src/image/raster.ts';
import { sharp } from '../../src/image/sharp.ts';
import type { SearchMethod } from '../../src/match/search.ts';
import { fromHex } from '../../src/util/hex.ts';
import { own, rowsOf } from '../hash/vectors.ts';
import { picture } from '../image/transform/pictures.ts';
import { factsOf, type inPage, search } from './hash-in-page.ts';

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
const title = executablePath ? 'in Chromium' : 'in Chromium (skipped: no /usr/bin/chromium; set CHROMIUM)';

const files = rowsOf<{ file: string }>('pdq.json').map(({ file }) => file);
const vectors = new Map(rowsOf<Record<string, string>>('imagehash.json').map((row) => [row.file, row]));
const pdqVectors = new Map(
  rowsOf<{ file: string; hash: string; quality: number; dihedral: Record<string, string> }>('pdq.json').map((row) => [
    row.file,
    row,
  ]),
);
/** Our name of an ImageHash hash, and its key in the vectors. */
const keys = {
  ahash: 'average_hash_8',
  'ahash-16': 'average_hash_16',
  phash: 'phash_8',
  'phash-16': 'phash_16',
  'phash-simple': 'phash_simple_8',
  dhash: 'dhash_8',
  'dhash-16': 'dhash_16',
  'dhash-vertical': 'dhash_vertical_8',
  'whash-haar': 'whash_haar_8',
  'whash-db4': 'whash_db4_8',
  colorhash: 'colorhash_3',
} as const;
const read = (file: string): Uint8Array => Uint8Array.from(readFileSync(join(own, 'images', file)));

describe.skipIf(!executablePath)(title, () => {
  let browser: Browser;
  let page: Page;
  let folder: string;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'presend-browser-'));
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, 'hash-in-page.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      // A module of Node in the bundle is an error, as it would be on a phone.
      logLevel: 'silent',
    });
    const script = outputFiles[0]!.text.replaceAll('</script', '<\\/script');
    const html = join(folder, 'page.html');
    writeFileSync(html, `<!doctype html><meta charset="utf-8"><title>hash</title><script>${script}</script>`);
    browser = await chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    const context = await browser.newContext({ offline: true });
    page = await context.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(html).href);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  type Look = Awaited<ReturnType<(typeof inPage)['look']>>;
  const look = (file: Uint8Array, raw = false): Promise<Look> =>
    page.evaluate(
      ([base64, wanted]) => (globalThis as unknown as { inPage: typeof inPage }).inPage.look(base64, wanted),
      [Buffer.from(file).toString('base64'), raw] as const,
    );
  const pixelsOf = async (file: Uint8Array): Promise<Uint8Array> => {
    const found = await look(file, true);
    if ('reason' in found) throw new Error(found.reason);
    return Uint8Array.from(Buffer.from(found.raw, 'base64'));
  };

  describe.each(files)('%s', (file) => {
    test('pixels and every hash as in Node, and as in the vectors', async () => {
      const found = await look(read(file));
      if ('reason' in found) throw new Error(found.reason);
      const { raw: _, ...facts } = found;
      expect(facts).toEqual(factsOf(await decode(read(file))));
      for (const [name, key] of Object.entries(keys)) {
        const expected = vectors.get(file)![key]!.padStart(hashes[name as keyof typeof keys].bits / 4, '0');
        expect(facts.hashes[name]!.split(' ')[0], name).toBe(expected);
      }
      const { hash, quality, dihedral } = pdqVectors.get(file)!;
      if (quality < pdq.minQuality) return;
      expect(facts.hashes.pdq).toBe(`${hash} ${quality}`);
      Object.values(dihedral).forEach((expected, i) => {
        expect(facts.hashes[`pdq ${dihedralNames[i]}`], dihedralNames[i]!).toBe(`${expected} ${quality}`);
      });
    });
  });

  describe('files that a canvas would change', () => {
    const photo = picture(64, 48);
    const rgba = Uint8Array.from({ length: 64 * 48 * 4 }, (_, i) => (i * 2654435761) >>> 24);
    const seeThrough = sharp(rgba, { raw: { width: 64, height: 48, channels: 4 } });
    const tall = (): ReturnType<typeof sharp> => sharp(photo.data, { raw: { width: 64, height: 48, channels: 3 } });
    const cases: Record<string, () => Promise<Uint8Array>> = {
      'PNG with alpha: colours of invisible pixels are kept': () => seeThrough.clone().png().toBuffer(),
      'WebP with alpha': () => seeThrough.clone().webp({ lossless: true, exact: true }).toBuffer(),
      'PNG with a profile: not converted': () => tall().withIccProfile('p3').png().toBuffer(),
      'JPEG with an EXIF orientation: as stored': () => tall().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      'PNG with an EXIF orientation: as stored': () => tall().withMetadata({ orientation: 6 }).png().toBuffer(),
      'WebP with an EXIF orientation: as stored': () =>
        tall().withMetadata({ orientation: 8 }).webp({ lossless: true }).toBuffer(),
      'grey JPEG: one channel': () => encode(picture(64, 48, 1), { type: 'jpeg', quality: 90 }).then(Buffer.from),
      'PNG with a palette': () => tall().png({ palette: true, colours: 16 }).toBuffer(),
    };
    test.each(Object.entries(cases))('%s', async (_, make) => {
      const file = Uint8Array.from(await make());
      const found = await look(file);
      if ('reason' in found) throw new Error(found.reason);
      const { raw: _raw, ...facts } = found;
      expect(facts).toEqual(factsOf(await decode(file)));
    });

    test('a cut file is refused, not half read', async () => {
      for (const type of ['jpeg', 'png', 'webp', 'avif'] as const) {
        const file = await encode(photo, { type, quality: 80 });
        const found = await look(file.subarray(0, Math.floor(file.length * 0.7)));
        expect('reason' in found && found.reason, type).toMatch(/truncated|cannot decode/);
      }
    });

    test('a damaged file gets one sentence', async () => {
      expect(await look(read('meme.png').subarray(0, 40))).toEqual({ reason: expect.stringMatching(/cannot decode/) });
    });
  });

  describe('lossy files: the decoder decides, within Meta’s rule of 10 bits', () => {
    const bits = async (image: Raster, file: Uint8Array): Promise<number> => {
      const found = await look(file);
      if ('reason' in found) throw new Error(found.reason);
      return hammingDistance(pdq.hash(image).hash, fromHex(found.hashes.pdq!.split(' ')[0]!));
    };
    const formats = [
      ['JPEG 4:2:0 at 80', { type: 'jpeg', quality: 80 }],
      ['JPEG 4:2:0 at 10', { type: 'jpeg', quality: 10 }],
      ['JPEG 4:4:4 at 80', { type: 'jpeg', quality: 80, chroma: '4:4:4' }],
      ['WebP at 75', { type: 'webp', quality: 75 }],
      ['AVIF at 50', { type: 'avif', quality: 50 }],
    ] as const;

    test.for(formats)('%s', async ([, format], { annotate }) => {
      const drawn = await decode(read('leaves-333x500.png'));
      const file = await encode(drawn, format);
      const ours = await decode(file);
      const theirs = await pixelsOf(file);
      expect(theirs.length).toBe(ours.data.length);
      const gaps = ours.data.map((value, i) => Math.abs(value - theirs[i]!));
      const different = gaps.filter((gap) => gap > 0).length;
      const largest = gaps.reduce((most, gap) => Math.max(most, gap), 0);
      await annotate(`${different} of ${gaps.length} bytes differ, by ${largest} at most`);
      expect(await bits(ours, file)).toBeLessThanOrEqual(10);
    });
  });

  const methods: SearchMethod[] = ['plain', 'scan', 'multi-index'];
  test.each([64, 256])(
    'search of %i-bit hashes: plain, by the WebAssembly scan and by tables, as in Node',
    async (bits) => {
      const found = await page.evaluate(
        ([width, names]) => (globalThis as unknown as { inPage: typeof inPage }).inPage.search(width, names),
        [bits, methods] as const,
      );
      expect(found).toEqual(search(bits, methods));
      expect(found.scans).toBe(true);
      expect(new Set(found.found).size).toBe(1);
      expect(found.found[0]!.length).toBeGreaterThan(1000);
    },
  );

  test('the page asked for nothing but itself, and said nothing', () => {
    expect(requests).toEqual([pathToFileURL(join(folder, 'page.html')).href]);
    expect(complaints).toEqual([]);
  });
});
