/** Lists as they exist, at the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/cli/output.ts';
import { printable } from '../../src/util/printable.ts';
import { image, presend, scratch } from './presend.ts';

const folder = scratch();
const at = (name: string): string => join(folder, name);
const [hash = ''] = (await presend('hash', image('document.png'))).out.split(',');
const other = 'ab'.repeat(32);
const te = (id: string, indicator: string, deleted?: boolean) =>
  JSON.stringify([{ id, indicator, type: 'HASH_PDQ', ...(deleted ? { should_delete: true } : {}) }]);
writeFileSync(at('one.json'), te('1', hash));
writeFileSync(at('two.txt'), `${other},two\n`);
writeFileSync(at('gone.json'), te('1', hash, true));

test('cases A2: match uses every list, and says which an entry is from', async () => {
  const file = image('document.png');
  for (const order of [
    ['one.json', 'two.txt'],
    ['two.txt', 'one.json'],
  ]) {
    const lists = order.flatMap((name) => ['--list', at(name)]);
    expect((await presend('match', file, ...lists)).out).toBe(`${file},1,0,100\n`);
    const { matches } = JSON.parse((await presend('match', file, ...lists, '--json')).out);
    expect(matches).toEqual([{ entry: '1', list: at('one.json'), distanceBits: 0 }]);
  }
  const deleted = await presend('match', file, '--list', at('one.json'), '--list', at('gone.json'));
  expect(deleted).toMatchObject({ code: 0, out: '' });
  expect(deleted.err).toContain('1 record gives no entry (1 deleted)');
});

test.each([
  ['hash', image('document.png'), '--algorithm', 'pdq', '--algorithm', 'dhash'],
  ['match', image('document.png'), '--list', at('two.txt'), '--threshold', '3', '--threshold=4'],
  ['list', 'info', at('two.txt'), '--format', 'hex', '--format', 'hex'],
  ['run', 'tradeoff', '--seed', '1', '--seed', '2'],
  ['serve', '--port', '1', '--port', '2'],
])('cases A2: %s refuses an option that is given twice', async (...args) => {
  const { code, out, err } = await presend(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^presend: --\w+ was given twice but takes one value; give it once\n$/);
});

test('cases E24: list import takes pages; deletions reach across them', async () => {
  const made = await presend(
    'list',
    'import',
    at('one.json'),
    at('gone.json'),
    at('two.txt'),
    '--out',
    at('all.presend'),
  );
  expect(made.code).toBe(0);
  expect((await presend('list', 'export', at('all.presend'))).out).toBe(`${other},two\n`);
});

test('cases D17: what hash prints, in text, JSON and with turns, is a list that finds the picture', async () => {
  const odd = [
    'a, "b".png',
    ' lead.png',
    'line\nend\r.png',
    '#x\t.png',
    '\u202egpj.png',
    '\u{1f600}.png',
    '12,y.png',
    '\u2028.png',
  ].map(at);
  for (const file of odd) writeFileSync(file, readFileSync(image('document.png')));
  for (const extra of [[], ['--json'], ['--dihedral'], ['--dihedral', '--json']]) {
    const printed = await presend('hash', ...odd, ...extra);
    writeFileSync(at('printed'), printed.out);
    const { out, err } = await presend('list', 'export', at('printed'), '--format', 'hash-json');
    expect(err).toBe('');
    const names = out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).file as string);
    expect(
      names.filter((name) => odd.includes(name)),
      extra.join(),
    ).toEqual(odd);
    expect(names).toHaveLength(extra.includes('--dihedral') ? 64 : 8);
  }
});

test('cases D17: hash --json says which hash it lists', async () => {
  writeFileSync(at('dhash.jsonl'), (await presend('hash', image('meme.png'), '--algorithm', 'dhash', '--json')).out);
  expect(JSON.parse((await presend('list', 'info', at('dhash.jsonl'), '--json')).out)).toMatchObject({
    algorithm: 'dhash',
    entries: 1,
  });
});

test('cases D18: hash prints the digits that ImageHash prints; crop-resistant is no list, in one sentence', async () => {
  for (const [algorithm, digits] of [
    ['colorhash', 11],
    ['whash-db4', 49],
  ] as const) {
    const { out } = await presend('hash', image('document.png'), '--algorithm', algorithm);
    expect(out).toMatch(new RegExp(`^[0-9a-f]{${digits}},`));
  }
  const refused = await presend(
    'match',
    image('document.png'),
    '--list',
    at('two.txt'),
    '--algorithm',
    'crop-resistant',
  );
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toContain('gives each picture several hashes');
});

test('cases E25: sentences name their file, and files of another hash are refused', async () => {
  writeFileSync(at('bad.json'), '{"data":[}');
  expect((await presend('list', 'info', at('bad.json'))).err).toContain(`${at('bad.json')}: Expected a JSON document`);
  writeFileSync(at('md5.json'), JSON.stringify([{ id: '1', indicator: 'a1'.repeat(16), type: 'HASH_MD5' }]));
  expect((await presend('list', 'info', at('md5.json'))).err).toContain('None of the 1 records of');
});

test('cases E25: format and control characters reach no terminal, and JSON escapes them', async () => {
  const name = '\u202e\u009b\u200d\u{e0041}\u2028x';
  expect(printable(name)).toBe(`${'\ufffd'.repeat(5)}x`);
  expect(jsonText({ name })).toBe('{"name":"\\u202e\\u009b\\u200d\\udb40\\udc41\\u2028x"}');
  expect(JSON.parse(jsonText({ name }))).toEqual({ name });
  writeFileSync(at('odd.txt'), `${other},\u202egpj.exe\n`);
  const before = process.stdout.isTTY;
  process.stdout.isTTY = true;
  const { out } = await presend('list', 'export', at('odd.txt'));
  const binary = await presend('list', 'export', at('odd.txt'), '--format', 'binary');
  process.stdout.isTTY = before;
  expect(out).toBe(`${other},\ufffdgpj.exe\n`);
  expect(binary.err).toContain('A terminal cannot show a binary file');
});
