/** `presend hash`: the numbers of PDQ's reference, and lines that no file name can break. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { image, presend, root, scratch } from './presend.ts';

interface Row {
  file: string;
  hash: string;
  quality: number;
  dihedral: Record<string, string>;
}
const vectors = (JSON.parse(readFileSync(join(root, 'test/vectors/pdq.json'), 'utf8')) as { rows: Row[] }).rows;
const row = (file: string): Row => vectors.find((each) => each.file === file)!;
const pictures = ['document.png', 'leaves-320x240.png', 'meme.png'];
const folder = scratch();

describe('hash', () => {
  test('gives the hashes of PDQ’s reference, in its form and in the order of the files', async () => {
    const { code, lines, err } = await presend('hash', ...pictures.map(image));
    expect([code, err]).toEqual([0, '']);
    expect(lines).toEqual(pictures.map((file) => `${row(file).hash},${row(file).quality},${image(file)}`));
  });

  test('--json gives one object a line', async () => {
    const { lines } = await presend('hash', ...pictures.map(image), '--json');
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      pictures.map((file) => ({
        file: image(file),
        algorithm: 'pdq',
        bits: 256,
        hash: row(file).hash,
        quality: row(file).quality,
      })),
    );
  });

  test('--dihedral gives all eight, in JSON by name and in text in a fourth column', async () => {
    const json = await presend('hash', image('document.png'), '--dihedral', '--json');
    const { dihedral } = JSON.parse(json.out) as { dihedral: Record<string, string> };
    expect(Object.keys(dihedral).slice(0, 2)).toEqual(['original', 'rotate90']);
    expect(Object.values(dihedral)).toEqual(Object.values(row('document.png').dihedral));
    const text = await presend('hash', image('document.png'), '--dihedral');
    expect(text.lines.map((line) => line.split(',').slice(0, 1).concat(line.split(',').slice(-1)))).toEqual(
      Object.entries(dihedral).map(([name, hex]) => [hex, name]),
    );
  });

  test('--fast changes nothing about pictures that are not large JPEGs, and is for pdq', async () => {
    const fast = await presend('hash', ...pictures.map(image), '--fast');
    expect(fast).toEqual(await presend('hash', ...pictures.map(image)));
    expect(await presend('hash', image('meme.png'), '--fast', '--algorithm', 'phash')).toMatchObject({
      code: 2,
      out: '',
      err: 'presend: --fast is measured for pdq only, not for phash\n',
    });
  });

  test('--dihedral of another hash, and an unknown hash, are the reader’s mistake', async () => {
    expect(await presend('hash', image('meme.png'), '--dihedral', '--algorithm', 'phash')).toMatchObject({
      code: 2,
      out: '',
      err: 'presend: --dihedral is defined for pdq only, not for phash\n',
    });
    const { code, err } = await presend('hash', image('meme.png'), '--algorithm', 'pdqq');
    expect(code).toBe(2);
    expect(err).toMatch(/^presend: Unknown perceptual hash 'pdqq'\. Did you mean pdq\? Available: .*\.\n$/);
  });

  test('refused files are named on stderr, the others are still done, and the exit code is 2', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'no picture');
    const files = [
      join(folder, 'nothing.png'),
      image('meme.png'),
      folder,
      join(folder, 'notes.txt'),
      image('document.png'),
    ];
    const { code, lines, err } = await presend('hash', ...files);
    expect(code).toBe(2);
    expect(lines).toHaveLength(2);
    expect(err.split('\n')).toEqual([
      `${files[0]}: refused: no such file`,
      `${folder}: refused: a folder, not a picture; name the files in it`,
      `${files[3]}: refused: not an image: neither JPEG, PNG, WebP, GIF, AVIF nor TIFF`,
      'presend: 3 of 5 files could not be used; all others were processed',
      '',
    ]);
    const json = await presend('hash', ...files, '--json');
    expect(json.code).toBe(2);
    const objects = json.lines.map((line) => JSON.parse(line) as { file: string; error?: string });
    expect(objects.map(({ file }) => file)).toEqual(files);
    expect(objects.map(({ error }) => error !== undefined)).toEqual([true, false, true, true, false]);
  });

  test('a flat picture is printed, and flagged on stderr', async () => {
    const { code, lines, err } = await presend('hash', image('flat-black.png'));
    expect(code).toBe(0);
    expect(lines).toEqual([`${'0'.repeat(64)},0,${image('flat-black.png')}`]);
    expect(err).toBe(`${image('flat-black.png')}: quality 0 is below 50: too flat to be trusted\n`);
  });

  test('--min-quality refuses flat pictures, and counts them apart from unreadable ones', async () => {
    const flat = image('flat-black.png');
    const files = [flat, join(folder, 'nothing.png'), image('meme.png')];
    const { code, lines, err } = await presend('hash', ...files, '--min-quality', '1');
    expect(code).toBe(2);
    expect(lines).toEqual([`${row('meme.png').hash},${row('meme.png').quality},${image('meme.png')}`]);
    expect(err.split('\n')).toEqual([
      `${flat}: refused: quality 0 is below 1: too flat, or one row or column throughout, to be trusted`,
      `${files[1]}: refused: no such file`,
      'presend: 2 of 3 files could not be used, 1 of them too flat; all others were processed',
      '',
    ]);
    expect(await presend('hash', flat, '--min-quality', '0')).toMatchObject({ code: 0, err: '' });
    expect((await presend('hash', flat, '--min-quality', '101')).code).toBe(2);
    expect((await presend('hash', flat, '--min-quality', '50', '--algorithm', 'crop-resistant')).err).toBe(
      'presend: --min-quality is for hashes with a quality, not for crop-resistant\n',
    );
  });

  test('hostile file names: quoted in text, exact in JSON, harmless on stderr', async () => {
    const names = [
      'a b.png',
      'new\nline.png',
      '"quoted", twice.png',
      '\u001b[31mred.png',
      "it's $(touch x).png",
      'é\u0301.png',
    ];
    mkdirSync(join(folder, 'names'), { recursive: true });
    const files = names.map((name) => join(folder, 'names', name));
    for (const file of files) copyFileSync(image('flat-black.png'), file);
    const { out, err, code } = await presend('hash', ...files);
    expect(code).toBe(0);
    expect((parse(out) as string[][]).map((fields) => fields[2])).toEqual(files);
    expect(err.split('\n')).toHaveLength(files.length + 1);
    expect(err).not.toContain('\u001b');
    const json = await presend('hash', '--json', ...files);
    expect(json.lines.map((line) => (JSON.parse(line) as { file: string }).file)).toEqual(files);
  });

  test('every hash is there', async () => {
    const { lines } = await presend('hash', image('meme.png'), '--algorithm', 'dhash', '--json');
    expect(JSON.parse(lines[0]!)).toMatchObject({ algorithm: 'dhash', bits: 64, quality: 100 });
  });
});
