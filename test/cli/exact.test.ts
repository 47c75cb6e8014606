/** Exact hashes on the command line: `hash`, `match` and `list` with md5, sha1 and sha256 of files of any kind. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/disk/project.ts';
import { presend } from './presend.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-exact-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const picture = join(projectRoot, 'test', 'vectors', 'images', 'leaves-200x150.png');
writeFileSync(at('copy.png'), readFileSync(picture));
writeFileSync(at('other.png'), Buffer.concat([readFileSync(picture), Buffer.from([0])]));
writeFileSync(at('clip.mp4'), 'no picture at all');
writeFileSync(at('empty'), '');
const digest = (name: string, of: 'md5' | 'sha1' | 'sha256'): string =>
  createHash(of).update(readFileSync(name)).digest('hex');

test('hash prints what md5sum prints, of files of any kind', async () => {
  for (const name of ['md5', 'sha1', 'sha256'] as const) {
    const { code, lines } = await presend('hash', picture, at('clip.mp4'), '--hash', name);
    expect([code, lines]).toEqual([
      0,
      [`${digest(picture, name)},${picture}`, `${digest(at('clip.mp4'), name)},${at('clip.mp4')}`],
    ]);
  }
  const json = await presend('hash', picture, '--hash', 'md5', '--json');
  expect(JSON.parse(json.out)).toEqual({ file: picture, algorithm: 'md5', bits: 128, hash: digest(picture, 'md5') });
});

test('a list that looks like what sha256sum prints says as what it is read, unless the type is given', async () => {
  const list = join(folder, 'sums.txt');
  writeFileSync(list, `${'5a'.repeat(32)}  holiday.jpg\n`);
  const guessed = await presend('match', picture, '--list', list);
  expect(guessed.err).toContain('1 line looks like what sha256sum prints, and is read as pdq');
  expect(guessed.err).toContain('--algorithm sha256');
  for (const type of ['sha256', 'pdq'])
    expect((await presend('match', picture, '--list', list, '--algorithm', type)).err).not.toContain('sha256sum');
});

test('an empty file has no exact hash, and options for pixels are refused', async () => {
  const empty = await presend('hash', at('empty'), '--hash', 'md5');
  expect([empty.code, empty.err]).toEqual([
    2,
    `${at('empty')}: refused: empty file\npresend: 1 of 1 files could not be used; all others were processed\n`,
  ]);
  const turned = await presend('hash', picture, '--hash', 'md5', '--dihedral');
  expect(turned.err).toBe(
    'presend: --dihedral is for hashes of pictures; md5 is a hash of the file’s bytes, and only equal files match\n',
  );
});

test('match finds the same bytes and nothing else: what hash prints is a list', async () => {
  const { out } = await presend('hash', picture, '--hash', 'md5');
  writeFileSync(at('list.txt'), out);
  const files = [at('copy.png'), at('other.png'), at('clip.mp4')];
  const { code, lines } = await presend('match', ...files, '--list', at('list.txt'), '--algorithm', 'md5');
  expect([code, lines]).toEqual([0, [`${at('copy.png')},${picture}`]]);
  const refused = await presend('match', picture, '--list', at('list.txt'), '--algorithm', 'md5', '--threshold', '3');
  expect(refused.err).toContain('--threshold is for hashes of pictures');
  // Without the algorithm, its length says what the list is of.
  const { err } = await presend('match', picture, '--list', at('list.txt'));
  expect(err).toContain('line 1: other type: md5, by its length; they are read with --algorithm md5');
});

describe('a file of several types', () => {
  const pdq = 'd8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22';
  const md5 = digest(picture, 'md5');
  const sha1 = digest(picture, 'sha1');
  const print = (name: string, text: string): string => `<${name}>${text}</${name}>`;
  const record = (id: string, prints: string): string =>
    `<image><member id="1">x</member><timestamp>2020-01-01T00:00:00Z</timestamp><id>${id}</id><fingerprints>${prints}</fingerprints></image>`;
  writeFileSync(
    at('page.xml'),
    `<?xml version="1.0"?><queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="2" maxTimestamp="2020-01-01T00:00:00Z">${record('both', print('md5', md5) + print('pdq', pdq))}${record('exact', print('md5', 'ab'.repeat(16)) + print('sha1', sha1))}</images></queryResult>`,
  );

  test('says how many hashes of which type were read and left', async () => {
    const info = await presend('list', 'info', at('page.xml'));
    expect(info.out).toMatch(
      /\nhashes +by type: 1 pdq read, left 2 md5, 1 sha1 \(--algorithm md5 or sha1 reads them\)\n/,
    );
    const json = JSON.parse((await presend('list', 'info', at('page.xml'), '--algorithm', 'md5', '--json')).out);
    expect(json).toMatchObject({ algorithm: 'md5', bits: 128, entries: 2, otherTypes: { pdq: 1, sha1: 1 } });
  });

  test('is matched under each of them', async () => {
    for (const [algorithm, entry] of [
      ['md5', 'both'],
      ['sha1', 'exact'],
    ] as const) {
      const { lines } = await presend('match', picture, '--list', at('page.xml'), '--algorithm', algorithm, '--json');
      expect(JSON.parse(lines[0]!).matches).toEqual([{ entry }]);
    }
  });
});
