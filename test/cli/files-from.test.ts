/** Paths from a file or from standard input. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodeWords } from '../helpers/program.ts';
import { image, presend, root } from './presend.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-files-from-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content);
  return at(name);
};

const picture = image('leaves-200x150.png');
const spaced = write('two words\nand a line.bin', 'some bytes');
const md5 = (file: string): string => createHash('md5').update(readFileSync(file)).digest('hex');
const hash = (...args: string[]) => presend('hash', '--hash', 'md5', ...args);

test.each([
  ['lines', (files: readonly string[]) => `${files.join('\n')}\n`],
  ['lines of Windows, without the last end', (files: readonly string[]) => files.join('\r\n')],
  ['empty lines between', (files: readonly string[]) => `\n${files.join('\n\n')}\n`],
])('%s: after the files of the command line, in their order', async (_, text) => {
  const plain = write('plain.bin', 'other bytes');
  const from = write('list.txt', text([picture, plain]));
  const { code, lines } = await hash(plain, '--files-from', from);
  expect([code, lines]).toEqual([0, [plain, picture, plain].map((file) => `${md5(file)},${file}`)]);
});

test('NUL bytes end paths that have line breaks', async () => {
  const from = write('list.nul', `${picture}\0${spaced}\0`);
  const { code, out } = await hash('--files-from', from, '--json');
  expect(code).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).file),
  ).toEqual([picture, spaced]);
});

test('more paths than a command line has room for, from standard input', () => {
  const count = 3000;
  const input = `${picture}\n`.repeat(count);
  expect(input.length).toBeGreaterThan(128 * 1024);
  const words = [...nodeWords(join(root, 'src', 'cli', 'main.ts')), 'hash', '--hash', 'md5', '--files-from', '-'];
  const out = execFileSync(process.execPath, words, { input, cwd: root, encoding: 'utf8' });
  expect(out).toBe(`${md5(picture)},${picture}\n`.repeat(count));
});

test('match and list make take them, too', async () => {
  const from = write('one.txt', `${picture}\n`);
  const list = at('made.presend');
  expect(await presend('list', 'make', '--files-from', from, '--out', list)).toMatchObject({ code: 0 });
  const { code, lines } = await presend('match', '--files-from', from, '--list', list, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(lines[0]!)).toMatchObject({ file: picture });
});

test.each([
  ['no file at all', [], 'No file is named: name files, or give --files-from <file>'],
  ['a file that is not there', ['--files-from', at('absent')], `There is no file ${at('absent')}`],
  ['a folder', ['--files-from', folder], `${folder} is a folder; name a file with paths`],
  ['an empty file', ['--files-from', write('empty.txt', '\n\n')], `No path is in ${at('empty.txt')}`],
  [
    'bytes that are no text',
    ['--files-from', write('bytes', Uint8Array.of(0xff, 0xfe, 0x41))],
    `${at('bytes')}: expected paths in UTF-8, one a line or each ended by a NUL byte`,
  ],
])('%s is one sentence', async (_, args, sentence) => {
  const { code, out, err } = await hash(...args);
  expect([out, err]).toEqual(['', `presend: ${sentence}\n`]);
  expect(code).toBeGreaterThan(0);
});

test.each([
  ['a list that is there', at('there.presend'), / exists already; /],
  ['a folder', folder, /is a folder; name a file with --out/],
  ['a file in no folder', at('none/list.presend'), /cannot be written: there is no folder /],
])('%s is refused as --out before a picture is hashed', async (_, out, sentence) => {
  write('there.presend', 'mine');
  const { code, err } = await presend('list', 'make', picture, at('gone.png'), '--out', out);
  expect([code, err]).toEqual([2, expect.stringMatching(sentence)]);
  expect(err).not.toContain('gone.png');
});

test('a file that is refused is named, and the others are hashed', async () => {
  const from = write('some.txt', `${picture}\n${at('gone.png')}\n`);
  const { code, lines, err } = await hash('--files-from', from);
  expect([code, lines]).toEqual([2, [`${md5(picture)},${picture}`]]);
  expect(err).toContain('gone.png: refused');
});
