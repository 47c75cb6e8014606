/** The steps of an unfinished run survive a kill at any byte: what is left is whole steps, and going on gives the same rows. */

import { appendFile, cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Spool } from '../../src/harness/spool.ts';
import { everyRow, type Row } from '../../src/schema/row.ts';
import { seededRng } from '../../src/util/rng.ts';
import { match, refused, subject } from './scenario/rows.ts';
import { testFolder } from './tiny.ts';

/** Steps of 0 to 3 rows; names and reasons are of several bytes a letter, so that a cut can fall inside one. */
const steps = Array.from({ length: 6 }, (_, i) => ({
  name: `picture übung/${i}.jpg`,
  rows: Array.from({ length: i % 4 }, (_, j) =>
    refused(`übung/${i}.jpg`, `grund ${j} – "zu klein", ${'ß'.repeat(i)}\n`),
  ) as Row[],
  memo: i % 3 === 0 ? null : { index: i, text: 'ä'.repeat(i) },
}));
const names = steps.map(({ name }) => name);
const rowsOf = (some: readonly { rows: readonly Row[] }[]): Row[] => some.flatMap(({ rows }) => rows);
const memosOf = (some: readonly { memo: unknown }[]): unknown[] =>
  some.flatMap(({ memo }) => (memo === null ? [] : [memo]));

const opened = (folder: string, own?: string): Promise<Spool> => Spool.open(folder, own);

async function appendRest(spool: Spool): Promise<void> {
  for (const { name, rows, memo } of steps) if (!spool.has(name)) await spool.append(name, rows, memo);
}

interface Files {
  readonly rows: Buffer;
  readonly progress: Buffer;
}
const rowsFile = 'run.steps';
const progressFile = 'run.progress.jsonl';

const filesOf = async (folder: string): Promise<Files> => ({
  rows: await readFile(join(folder, rowsFile)),
  progress: await readFile(join(folder, progressFile)),
});

async function whole(): Promise<Files> {
  const folder = await testFolder();
  await appendRest(await opened(folder));
  return filesOf(folder);
}

/** Ends of the steps in the file of rows. */
const endsOf = ({ progress }: Files): number[] =>
  progress
    .toString()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { end: number }).end);

/** What a kill left: both files cut somewhere. */
async function cut(files: Files, rows: number, progress: number): Promise<string> {
  const folder = await testFolder();
  await writeFile(join(folder, rowsFile), files.rows.subarray(0, rows));
  await writeFile(join(folder, progressFile), files.progress.subarray(0, progress));
  return folder;
}

/** Opens a cut log; checks that whole steps are left, and that going on gives the unbroken files. Returns how many steps were left. */
async function resumed(folder: string, files: Files, why: string): Promise<number> {
  const spool = await opened(folder);
  const left = spool.size;
  const kept = steps.slice(0, left);
  expect(
    names.filter((name) => spool.has(name)),
    why,
  ).toEqual(names.slice(0, left));
  expect(await everyRow(spool.source(names.slice(0, left))), why).toEqual(rowsOf(kept));
  expect(await spool.memos(names.slice(0, left)), why).toEqual(memosOf(kept));
  await appendRest(spool);
  const after = await filesOf(folder);
  expect(after.rows.equals(files.rows), why).toBe(true);
  expect(after.progress.equals(files.progress), why).toBe(true);
  return left;
}

describe('log of a process', () => {
  test('what is appended can be read again, in any order of the steps, as often as needed', async () => {
    const folder = await testFolder();
    const spool = await opened(folder);
    await appendRest(spool);
    const reversed = [...steps].reverse();
    for (const again of [spool, await opened(folder)]) {
      expect(again.size).toBe(steps.length);
      expect(await everyRow(again.source(names))).toEqual(rowsOf(steps));
      expect(await everyRow(again.source(names))).toEqual(rowsOf(steps));
      expect(await everyRow(again.source(reversed.map(({ name }) => name)))).toEqual(rowsOf(reversed));
      expect(await everyRow(again.source([names[3]!]))).toEqual(steps[3]!.rows);
    }
  });

  test('memos come in the order that is asked for; a step without one has none', async () => {
    const spool = await opened(await testFolder());
    await appendRest(spool);
    expect(await spool.memos(names)).toEqual(memosOf(steps));
    expect(await spool.memos([names[5]!, names[0]!, names[2]!])).toEqual([steps[5]!.memo, steps[2]!.memo]);
  });

  test('rows of the asked types alone are read, whatever their texts say', async () => {
    const rows = [
      refused('a', '{"row":"match"'),
      match(subject('listed', 'evaluation', 1), 3),
      refused('b', 'match'),
      match(subject('new', 'evaluation', 2), 4),
    ];
    const spool = await Spool.open<(typeof rows)[number]>(await testFolder());
    await spool.append('first', rows.slice(0, 3), null);
    await spool.append('second', rows.slice(3), null);
    const source = spool.source(['first', 'second']);
    expect(await everyRow(source, 'match')).toEqual([rows[1], rows[3]]);
    expect(await everyRow(source, 'refused')).toEqual([rows[0], rows[2]]);
    expect(await everyRow(source, 'refused', 'match')).toEqual(rows);
    const batches: number[] = [];
    for await (const batch of source.of('refused')) batches.push(batch.length);
    expect(batches).toEqual([2]);
  });

  test('a step that is not finished is an error, never no rows', async () => {
    const spool = await opened(await testFolder());
    await expect(everyRow(spool.source(['nothing']))).rejects.toThrow('The step nothing is not finished');
    await expect(spool.memos(['nothing'])).rejects.toThrow('The step nothing is not finished');
  });

  test('removing drops what only an unfinished run needs', async () => {
    const folder = join(await testFolder(), 'partial');
    await mkdir(folder);
    const spool = await opened(folder);
    await appendRest(spool);
    await spool.sync();
    expect((await readdir(folder)).sort()).toEqual([progressFile, rowsFile]);
    await spool.remove();
    expect(await readdir(join(folder, '..'))).toEqual([]);
  });

  test('progress cut at every second byte: the whole steps before it are left', async () => {
    const files = await whole();
    const ends = [...files.progress.toString('latin1').matchAll(/\n/g)].map(({ index }) => index + 1);
    for (let at = 0; at <= files.progress.length; at += 2) {
      const left = await resumed(await cut(files, files.rows.length, at), files, `progress cut at ${at}`);
      // A line that lacks only its line break is whole.
      expect(left, `progress cut at ${at}`).toBe(ends.filter((end) => end - 1 <= at).length);
    }
  }, 120_000);

  test('rows cut at every byte: the steps whose rows are all there are left', async () => {
    const files = await whole();
    const ends = endsOf(files);
    expect(ends.at(-1)).toBe(files.rows.length);
    for (let at = 0; at <= files.rows.length; at++) {
      const left = await resumed(await cut(files, at, files.progress.length), files, `rows cut at ${at}`);
      expect(left, `rows cut at ${at}`).toBe(ends.filter((end) => end <= at).length);
    }
  }, 120_000);

  test('both cut anywhere, and cut again after going on', async () => {
    const files = await whole();
    const rng = seededRng(1, 'cuts');
    for (let i = 0; i < 40; i++) {
      const [o, p] = [rng.int(files.rows.length + 1), rng.int(files.progress.length + 1)];
      const folder = await cut(files, o, p);
      const spool = await opened(folder);
      const next = steps[spool.size];
      if (next) await spool.append(next.name, next.rows, next.memo);
      const { rows, progress } = await filesOf(folder);
      await truncate(join(folder, rowsFile), rng.int(rows.length + 1));
      await truncate(join(folder, progressFile), rng.int(progress.length + 1));
      await resumed(folder, files, `cut ${i}: at ${o} and ${p}`);
    }
  }, 120_000);

  test('rows of a step that never was noted are cut off', async () => {
    const files = await whole();
    const folder = await cut(files, files.rows.length, 0);
    await appendFile(join(folder, rowsFile), 'half of a step');
    expect(await resumed(folder, files, 'no progress at all')).toBe(0);
  });

  describe('runs A6: only what a kill or a power cut leaves is passed over', () => {
    const changed = async (change: (text: string) => string): Promise<string> => {
      const files = await whole();
      const folder = await cut(files, files.rows.length, files.progress.length);
      await writeFile(join(folder, progressFile), change(files.progress.toString()));
      return folder;
    };

    test.each<[string, (text: string) => string]>([
      ['a line that is not valid JSON', (text) => text.replace('{', '(')],
      ['a line of something else', (text) => text.replace('"step"', '"text"')],
      ['an empty line', (text) => `\n${text}`],
      ['a step that ends before the one before it', (text) => text.replace(/"end":\d+/, '"end":99999')],
      ['zeros between lines', (text) => text.replace('\n', `\n${'\0'.repeat(9)}\n`)],
    ])('%s in the progress is damage, and nothing is cut', async (_, change) => {
      const folder = await changed(change);
      const before = await filesOf(folder);
      await expect(opened(folder)).rejects.toThrow(
        /The unfinished run is damaged: .*run\.progress\.jsonl: line \d is not what a run writes; start again in another folder/,
      );
      expect(await filesOf(folder)).toEqual(before);
      // Nor is it passed over in the log of another process.
      await expect(opened(folder, 'shard-1-of-2')).rejects.toThrow('The unfinished run is damaged');
    });

    test('zeros behind the last line, as a power cut leaves them, are cut off', async () => {
      const files = await whole();
      const folder = await changed((text) => text + '\0'.repeat(4096));
      expect(await resumed(folder, files, 'zeros')).toBe(steps.length);
    });

    test('rows that did not reach the disk though their step is noted are made again, from the first that is not whole', async () => {
      const files = await whole();
      const start = endsOf(files)[1]!;
      // Blocks of zeros in a file that is long enough, and one letter.
      for (const bytes of ['\0'.repeat(64), 'X']) {
        const folder = await cut(files, files.rows.length, files.progress.length);
        const spoilt = Buffer.from(files.rows);
        spoilt.write(bytes, start + 5);
        await writeFile(join(folder, rowsFile), spoilt);
        expect(await resumed(folder, files, bytes)).toBe(2);
      }
    });

    test('an error of the disk is no empty log', async () => {
      const folder = await testFolder();
      await mkdir(join(folder, progressFile), { recursive: true });
      await expect(opened(folder)).rejects.toThrow(/EISDIR/);
    });
  });

  test('cases A10: rows that were changed or taken away under a run that goes on are an error, never fewer rows', async () => {
    for (const spoil of [
      (folder: string) => truncate(join(folder, rowsFile), 0),
      (folder: string) => truncate(join(folder, rowsFile), 150),
      (folder: string) => rm(join(folder, rowsFile)),
      async (folder: string) => {
        const spoilt = await readFile(join(folder, rowsFile));
        spoilt[spoilt.length - 3]! ^= 1;
        await writeFile(join(folder, rowsFile), spoilt);
      },
    ]) {
      const folder = await testFolder();
      const spool = await opened(folder);
      await appendRest(spool);
      expect(await everyRow(spool.source(names))).toHaveLength(rowsOf(steps).length);
      await spoil(folder);
      await expect(everyRow(spool.source(names))).rejects.toThrow(
        /The unfinished run is damaged: .*run\.steps: (the rows of the step 'picture .*' are not those that were written|it is missing)/,
      );
    }
  });
});

describe('logs of several processes', () => {
  /** Each process does every second step; both are open before the other has done anything. */
  async function halves(folder: string): Promise<[Spool, Spool]> {
    const both: [Spool, Spool] = [await opened(folder, 'shard-1-of-2'), await opened(folder, 'shard-2-of-2')];
    for (const [i, { name, rows, memo }] of steps.entries()) await both[i % 2]!.append(name, rows, memo);
    return both;
  }

  test('are read together, after a refresh or when opened, in the order of the steps', async () => {
    const folder = await testFolder();
    const [first, second] = await halves(folder);
    expect([first.size, second.size]).toEqual([3, 3]);
    await first.refresh();
    for (const spool of [first, await opened(folder), await opened(folder, 'shard-2-of-2')]) {
      expect(spool.size).toBe(6);
      expect(await everyRow(spool.source(names))).toEqual(rowsOf(steps));
      expect(await spool.memos(names)).toEqual(memosOf(steps));
    }
    expect(second.size).toBe(3);
  });

  test('a refresh reads only what is new, and goes on where it was', async () => {
    const folder = await testFolder();
    const [first, second] = [await opened(folder, 'shard-1-of-2'), await opened(folder, 'shard-2-of-2')];
    for (const [i, { name, rows, memo }] of steps.entries()) {
      await first.append(name, rows, memo);
      await second.refresh();
      expect(second.size).toBe(i + 1);
    }
    expect(await everyRow(second.source(names))).toEqual(rowsOf(steps));
  });

  test('a step that two processes did is there once', async () => {
    const folder = await testFolder();
    const [first, second] = [await opened(folder, 'shard-1-of-2'), await opened(folder, 'shard-2-of-2')];
    await appendRest(first);
    await appendRest(second);
    for (const spool of [first, second, await opened(folder)]) {
      await spool.refresh();
      expect(spool.size).toBe(6);
      expect(await everyRow(spool.source(names))).toEqual(rowsOf(steps));
      expect(await spool.memos(names)).toEqual(memosOf(steps));
    }
  });

  test('the last line of another process’s log may be cut: its step is not finished yet', async () => {
    const folder = await testFolder();
    await halves(folder);
    const path = join(folder, 'shard-2-of-2.progress.jsonl');
    const text = await readFile(path);
    const before = text.subarray(0, text.lastIndexOf('\n', text.length - 2) + 1).length;
    for (let length = before; length < text.length; length += 7) {
      await writeFile(path, text.subarray(0, length));
      const spool = await opened(folder, 'shard-1-of-2');
      expect([spool.size, spool.has(names[5]!)], `cut at ${length}`).toEqual([5, false]);
      // It is not this process's to mend.
      expect((await readFile(path)).length).toBe(length);
      await writeFile(path, text);
      await spool.refresh();
      expect([spool.size, spool.has(names[5]!)]).toEqual([6, true]);
      expect(await everyRow(spool.source(names))).toEqual(rowsOf(steps));
    }
  });

  test('steps of another process whose rows a power cut took are done again, not read', async () => {
    const folder = await testFolder();
    await halves(folder);
    const path = join(folder, 'shard-2-of-2.steps');
    await truncate(path, (await readFile(path)).length - 1);
    const spool = await opened(folder);
    expect(names.filter((name) => !spool.has(name))).toEqual([names[5]]);
    await appendRest(spool);
    expect(await everyRow(spool.source(names))).toEqual(rowsOf(steps));
    expect(await spool.memos(names)).toEqual(memosOf(steps));
  });

  test('each process cuts its own log alone', async () => {
    const folder = await testFolder();
    await halves(folder);
    for (const name of ['shard-1-of-2', 'shard-2-of-2']) await appendFile(join(folder, `${name}.steps`), 'half');
    const lengths = async () =>
      Promise.all([1, 2].map(async (i) => (await readFile(join(folder, `shard-${i}-of-2.steps`))).length));
    const [one, two] = await lengths();
    await opened(folder, 'shard-1-of-2');
    expect(await lengths()).toEqual([one! - 4, two]);
  });

  test('a log has the same bytes whoever else works beside it', async () => {
    const [folder, other] = [await testFolder(), await testFolder()];
    await halves(folder);
    await cp(join(folder, 'shard-1-of-2.steps'), join(other, 'kept'));
    const alone = await opened(other, 'shard-1-of-2');
    for (const [i, { name, rows, memo }] of steps.entries()) if (i % 2 === 0) await alone.append(name, rows, memo);
    expect(await readFile(join(other, 'shard-1-of-2.steps'))).toEqual(await readFile(join(other, 'kept')));
  });
});
