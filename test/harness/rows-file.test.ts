/** Rows read back: files of any length, and no row that is missing, altered or there twice. */

import { createHash } from 'node:crypto';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyRow } from '../../src/experiment/index.ts';
import { tradeoffRows } from '../../src/experiment/tradeoff/rows.ts';
import { twiceChecker } from '../../src/harness/row-identity.ts';
import { observationsFile, readObservations } from '../../src/harness/rows-file.ts';
import { classify, equality, match, message, refused, subject } from './scenario/rows.ts';
import { testFolder } from './tiny.ts';

const fileOf = async (text: string): Promise<string> => {
  const folder = await testFolder();
  await writeFile(join(folder, observationsFile), text);
  return folder;
};
const lines = (rows: readonly AnyRow[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const sealOf = (rows: readonly AnyRow[]) => ({
  rows: rows.length,
  sha256: createHash('sha256').update(lines(rows)).digest('hex'),
});

test('cases A10: a file of more than 512 MiB, longer than a string can be, has all its rows', async () => {
  const folder = await testFolder();
  const file = await open(join(folder, observationsFile), 'w');
  const spaces = Buffer.alloc(60 * 2 ** 20, ' ');
  const digest = createHash('sha256');
  for (let i = 0; i < 9; i++)
    for (const piece of [Buffer.from(JSON.stringify(refused(`${i}.jpg`, 'long'))), spaces, Buffer.from('\n')]) {
      await file.write(piece);
      digest.update(piece);
    }
  expect((await file.stat()).size).toBeGreaterThan(512 * 2 ** 20);
  await file.close();
  const rows = await readObservations(folder, tradeoffRows, { seal: { rows: 9, sha256: digest.digest('hex') } });
  expect(rows).toEqual(Array.from({ length: 9 }, (_, i) => refused(`${i}.jpg`, 'long')));
});

describe('cases A10, runs A6: rows that are not as the run left them are never read as fewer', () => {
  const rows = [0, 1, 2].map((i) => match(subject('listed', 'evaluation', i), i));
  test.each<[string, (text: string) => string, RegExp]>([
    ['gone', (text) => text.split('\n').slice(1).join('\n'), /it has 2 rows, and the run left 3/],
    ['all gone', () => '', /it has 0 rows, and the run left 3/],
    ['cut', (text) => text.slice(0, -1), /its last line is cut/],
    ['altered', (text) => text.replace('"distanceBits":2', '"distanceBits":3'), /some were altered/],
    ['in another order', (text) => `${text.split('\n').slice(0, 3).reverse().join('\n')}\n`, /some were altered/],
    [
      'there twice',
      (text) => text + text,
      /line 4 holds the match row of line 1 once more \(cell cell, picture listed/,
    ],
    ['no JSON', (text) => text.replace('{', '('), /observations\.jsonl line 1: it is not valid JSON/],
    ['an empty line', (text) => `${text}\n`, /observations\.jsonl line 4: it is not valid JSON/],
  ])('%s', async (_, change, why) => {
    const folder = await fileOf(change(lines(rows)));
    await expect(readObservations(folder, tradeoffRows, { seal: sealOf(rows) })).rejects.toThrow(why);
  });

  test('missing', async () => {
    const folder = await fileOf('');
    await rm(join(folder, observationsFile));
    await expect(readObservations(folder, tradeoffRows)).rejects.toThrow(/observations\.jsonl: it is missing/);
  });

  test('an error of the disk is that error', async () => {
    const folder = await testFolder();
    await mkdir(join(folder, observationsFile));
    await expect(readObservations(folder, tradeoffRows)).rejects.toThrow(/EISDIR/);
  });
});

test('runs A6: a picture is counted once in a cell, whatever its second row says', () => {
  const [one, other] = [subject('listed', 'evaluation', 1), subject('listed', 'evaluation', 2)];
  const different = [
    match(one, 1),
    match(other, 1),
    match(one, 1, { hash: 'dhash' }),
    match(one, 1, { transform: 'flip' }),
    match(one, 1, { cell: 'other' }),
    equality(one, 0, 'entry'),
    classify(one, 0.5),
    message(one, 'e2ee'),
    message(one, 'client-list', {}, { cell: 'of client-list' }),
  ];
  const isTwice = twiceChecker(tradeoffRows);
  const said = (rows: readonly AnyRow[]) => rows.map((row, i) => isTwice(row, i + 1));
  expect(said(different).filter((each) => each !== undefined)).toEqual([]);
  expect(isTwice(match(one, 9), 10)).toMatch(/^line 10 holds the match row of line 1 once more/);
  expect(isTwice(match(one, 'too flat'), 11)).toMatch(/line 1 once more/);
  expect(isTwice(classify(one, 0.9), 12)).toMatch(/^line 12 holds the classify row of line 7 once more/);
  // One file may be refused for two reasons, and a reader may name it twice.
  expect([refused('a', 'b'), refused('a', 'b')].map((row) => isTwice(row, 13))).toEqual([undefined, undefined]);
});
