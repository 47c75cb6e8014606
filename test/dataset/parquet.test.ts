/** Parquet as Hugging Face writes it, made by DuckDB: pictures as structs, bytes and paths; labels by number and name; damage. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../src/dataset/open.ts';
import { readPictureBytes } from '../../src/dataset/picture-file.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { blob, gif, hasDuckDb, huggingface, parquet, putFiles, struct } from './make.ts';

const root = mkdtempSync(join(tmpdir(), 'presend-parquet-'));
afterAll(() => rmSync(root, { recursive: true }));
const open = (path: string) => openDataset(join(root, path), { seed: 1 });

const features = {
  image: { _type: 'Image' },
  label: { _type: 'ClassLabel', names: ['cat', 'dog'] },
};
const count = 2500;

// DuckDB is an optional dependency, and nothing else here writes a struct with bytes.
describe.skipIf(!hasDuckDb)('parquet', () => {
  beforeAll(async () => {
    await parquet(
      join(root, 'hub/data/train-00000-of-00002.parquet'),
      Array.from({ length: count }, (_, i) => ({
        image: struct(gif(`picture ${i}`), `${i}.jpg`),
        label: `${i % 3 === 2 ? -1 : i % 3}::BIGINT`,
      })),
      { metadata: huggingface(features) },
    );
    await parquet(join(root, 'hub/data/test-00000-of-00001.parquet'), [
      { image: struct(gif('last'), null), label: '1::BIGINT' },
      { image: struct(null, null), label: '1::BIGINT' },
      { image: struct(Buffer.from('no picture'), null), label: 'NULL::BIGINT' },
    ]);
    await putFiles(join(root, 'hub'), { 'README.md': 'words' });
  });

  test('a folder of files: one picture a row, the names of classes, splits as kinds', async () => {
    const { pictures, refused } = await open('hub');
    expect(pictures).toHaveLength(count + 1);
    expect(pictures[0]).toMatchObject({
      id: 'data/test-00000-of-00001.parquet/00000000',
      topic: '1',
      kind: 'test',
      location: { column: 'image', row: 0 },
    });
    expect(pictures.slice(1, 5).map(({ id, topic, kind }) => [id.slice(-8), topic, kind])).toEqual([
      ['00000000', 'cat', 'train'],
      ['00000001', 'dog', 'train'],
      ['00000002', 'unlabelled', 'train'],
      ['00000003', 'cat', 'train'],
    ]);
    expect(refused).toEqual([
      { picture: 'data/test-00000-of-00001.parquet/00000001', reason: 'the row has neither bytes nor a path' },
      {
        picture: 'data/test-00000-of-00001.parquet/00000002',
        reason: 'not an image: neither JPEG, PNG, WebP, GIF, AVIF nor TIFF',
      },
    ]);
  });

  test('bytes are read again by row, across row groups and in any order', async () => {
    const { pictures } = await open('hub/data/train-00000-of-00002.parquet');
    for (const i of [0, 2047, 2048, 2499, 5]) {
      const bytes = await readPictureBytes(structuredClone(pictures[i]!));
      expect(Buffer.from(bytes).toString()).toBe(`GIF89a picture ${i}`);
      expect(sha256Hex(bytes)).toBe(pictures[i]!.sha256);
    }
  });

  test('plain bytes, text labels, a group; paths of files below the folder of the table', async () => {
    await parquet(join(root, 'plain.parquet'), [
      { image: blob(gif('a')), label: "'cow'", group: "'g'" },
      { image: blob(gif('b')), label: "'hen'", group: "'g'" },
    ]);
    expect((await open('plain.parquet')).pictures.map(({ topic, group }) => [topic, group])).toEqual([
      ['cow', 'g'],
      ['hen', 'g'],
    ]);
    await putFiles(join(root, 'paths'), { 'pictures/1.jpg': gif('on disk') });
    await parquet(join(root, 'paths/table.parquet'), [
      { image: "'pictures/1.jpg'" },
      { image: "'../outside.jpg'" },
      { image: "'pictures/none.jpg'" },
    ]);
    const named = await open('paths/table.parquet');
    expect(named.pictures).toMatchObject([{ location: join(root, 'paths/pictures/1.jpg'), topic: 'unlabelled' }]);
    expect(named.refused.map(({ reason }) => reason)).toEqual([
      'path leaves the folder of the manifest',
      'missing file',
    ]);
  });

  test('metadata.parquet beside pictures gives labels and groups', async () => {
    await putFiles(join(root, 'folder'), { 'a.jpg': gif('1'), 'b.jpg': gif('2') });
    await parquet(join(root, 'folder/train.parquet'), [{ image: "'x'" }]);
    rmSync(join(root, 'folder/train.parquet'));
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      `COPY (SELECT 'a.jpg' AS file_name, 'ant' AS label, 'g' AS "group" UNION ALL SELECT 'b.jpg', 'bee', 'g')
       TO '${join(root, 'folder/metadata.parquet')}' (FORMAT parquet)`,
    );
    connection.closeSync();
    const { pictures } = await open('folder');
    expect(pictures.map(({ topic, group }) => [topic, group])).toEqual([
      ['ant', '.:g'],
      ['bee', '.:g'],
    ]);
  });

  test('a file that is cut, spoilt, or without pictures is one sentence', async () => {
    const whole = readFileSync(join(root, 'hub/data/train-00000-of-00002.parquet'));
    await writeFile(join(root, 'cut.parquet'), whole.subarray(0, whole.length - 100));
    await expect(open('cut.parquet')).rejects.toThrow(/^cut\.parquet is a damaged Parquet file: .*; get it again$/);
    await expect(open('no-{0..1}.parquet')).rejects.toThrow('No file no-0.parquet: it is missing among the tables');
    await writeFile(join(root, 'empty.parquet'), '');
    await expect(open('empty.parquet')).rejects.toThrow(/^empty\.parquet is a damaged Parquet file: /);
    const spoilt = Buffer.from(whole);
    spoilt.fill(0xff, 4, 400);
    await writeFile(join(root, 'spoilt.parquet'), spoilt);
    await expect(open('spoilt.parquet')).rejects.toThrow(/^spoilt\.parquet is a damaged Parquet file: /);
    await parquet(join(root, 'words.parquet'), [{ image: "'a'" }]);
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`COPY (SELECT 1 AS number, 'x' AS word) TO '${join(root, 'words.parquet')}' (FORMAT parquet)`);
    connection.closeSync();
    await expect(open('words.parquet')).rejects.toThrow(
      /^words\.parquet has no column called image; its columns are number, word$/,
    );
  });

  test('a file that shrinks after it was opened is noticed', async () => {
    await parquet(join(root, 'shrinks.parquet'), [{ image: blob(gif('a')) }, { image: blob(gif('b')) }]);
    const { pictures } = await open('shrinks.parquet');
    await parquet(join(root, 'shrinks.parquet'), [{ image: blob(gif('other')) }]);
    await expect(readPictureBytes(pictures[0]!)).rejects.toThrow(/00000000' is not what it was when the dataset was/);
    await truncate(join(root, 'shrinks.parquet'), 3);
    await expect(readPictureBytes(pictures[1]!)).rejects.toThrow(/Parquet file|has no row 1 any more/);
  });
});
