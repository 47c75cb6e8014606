/** Hashing many files: the same results in the same order whether this thread or workers do it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HashedFile, HashFileTask } from '../../src/harness/hash-file.ts';
import { hashFiles } from '../../src/harness/hash-files.ts';
import { toHex } from '../../src/util/hex.ts';
import { own, rowsOf } from '../hash/vectors.ts';

const rows = rowsOf<{ file: string }>('pdq.json');
const files = [...rows.map(({ file }) => join(own, 'images', file)), join(own, 'nothing.png'), own];
const tasks = files.map((file): HashFileTask => ({ file, algorithm: 'pdq', dihedral: true, fast: false }));

const texts = async (asked: readonly HashFileTask[], threads?: number): Promise<string[]> => {
  const found: string[] = [];
  const text = (hashed: HashedFile): string =>
    hashed.state === 'refused'
      ? hashed.reason
      : [hashed.own, ...hashed.dihedral].map(({ hash, quality }) => `${toHex(hash)} ${quality}`).join();
  await hashFiles(
    asked,
    (hashed, { file }) => found.push(`${file}: ${text(hashed)}`),
    threads === undefined ? {} : { threads },
  );
  return found;
};

test('two workers do what one thread does', async () => {
  const alone = await texts(tasks, 1);
  expect(alone.slice(-2).map((line) => line.slice(line.indexOf(': ') + 2))).toEqual([
    'no such file',
    'a folder, not a picture; name the files in it',
  ]);
  expect(await texts(tasks, 2)).toEqual(alone);
});

test('many files are given to workers, in the order of the files', async () => {
  const many = Array.from({ length: 3 }, () => tasks).flat();
  const alone = await texts(tasks, 1);
  expect(await texts(many)).toEqual([...alone, ...alone, ...alone]);
});

test('other hashes', async () => {
  const answer = async (picture: string) =>
    (await texts([{ ...tasks[0]!, file: join(own, 'images', picture), algorithm: 'dhash' }], 1))[0];
  expect(await answer('meme.png')).toMatch(/: [0-9a-f]{16} 100$/);
  expect(await answer('checker-8.png')).toMatch(/: a552a5000052a552 0$/);
});
