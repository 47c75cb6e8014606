/** The record of a run survives a kill at any byte: what is left is whole tasks, and going on gives the same file. */

import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RunLog } from '../../src/harness/log.ts';
import { observationsFile, readObservations } from '../../src/harness/rows-file.ts';
import { type Row, refusedRow } from '../../src/schema/row.ts';
import { seededRng } from '../../src/util/rng.ts';
import { refused } from './scenario/rows.ts';
import { testFolder } from './tiny.ts';

/** Tasks of 0 to 3 rows; names and reasons are of several bytes a letter, so that a cut can fall inside one. */
const tasks = Array.from({ length: 6 }, (_, i) => ({
  name: `picture übung/${i}.jpg`,
  rows: Array.from({ length: i % 4 }, (_, j) =>
    refused(`übung/${i}.jpg`, `grund ${j} – "zu klein", ${'ß'.repeat(i)}\n`),
  ),
  memo: i % 3 === 0 ? null : { index: i, text: 'ä'.repeat(i) },
}));

async function opened(folder: string): Promise<RunLog> {
  const partial = join(folder, 'partial');
  await mkdir(partial, { recursive: true });
  return RunLog.open<Row>({ folder, partial, types: [refusedRow] });
}

async function appendRest(log: RunLog): Promise<void> {
  for (const { name, rows, memo } of tasks.slice(log.done.length)) await log.append(name, rows, memo);
}

interface Files {
  readonly observations: Buffer;
  readonly progress: Buffer;
}

const filesOf = async (folder: string): Promise<Files> => ({
  observations: await readFile(join(folder, observationsFile)),
  progress: await readFile(join(folder, 'partial', 'progress.jsonl')),
});

async function whole(): Promise<Files> {
  const folder = await testFolder();
  await appendRest(await opened(folder));
  return filesOf(folder);
}

/** What a kill left: both files cut somewhere. */
async function cut(files: Files, observations: number, progress: number): Promise<string> {
  const folder = await testFolder();
  await mkdir(join(folder, 'partial'));
  await writeFile(join(folder, observationsFile), files.observations.subarray(0, observations));
  await writeFile(join(folder, 'partial', 'progress.jsonl'), files.progress.subarray(0, progress));
  return folder;
}

/** Opens a cut log; checks that whole tasks are left, and that going on gives the unbroken files. Returns how many tasks were left. */
async function resumed(folder: string, files: Files, why: string): Promise<number> {
  const log = await opened(folder);
  const left = log.done.length;
  expect(
    log.done.map(({ task }) => task),
    why,
  ).toEqual(tasks.slice(0, left).map(({ name }) => name));
  expect(
    log.done.map(({ memo }) => memo),
    why,
  ).toEqual(tasks.slice(0, left).map(({ memo }) => memo));
  expect(await readObservations(folder, [refusedRow]), why).toEqual(tasks.slice(0, left).flatMap(({ rows }) => rows));
  await appendRest(log);
  const after = await filesOf(folder);
  expect(after.observations.equals(files.observations), why).toBe(true);
  expect(after.progress.equals(files.progress), why).toBe(true);
  return left;
}

describe('log of a run', () => {
  test('what is appended can be read again, in order', async () => {
    const folder = await testFolder();
    const log = await opened(folder);
    await appendRest(log);
    expect(await readObservations(folder, [refusedRow])).toEqual(tasks.flatMap(({ rows }) => rows));
    expect(log.done.map(({ task }) => task)).toEqual(tasks.map(({ name }) => name));
    expect(log.done.at(-1)!.end).toBe((await readFile(join(folder, observationsFile))).length);
  });

  test('closing keeps the rows and drops what only an unfinished run needs', async () => {
    const folder = await testFolder();
    const log = await opened(folder);
    await appendRest(log);
    const { observations } = await filesOf(folder);
    await log.close();
    expect(await readdir(folder)).toEqual([observationsFile]);
    expect((await readFile(join(folder, observationsFile))).equals(observations)).toBe(true);
  });

  test('progress cut at every second byte: the whole tasks before it are left', async () => {
    const files = await whole();
    const ends = [...files.progress.toString('latin1').matchAll(/\n/g)].map(({ index }) => index + 1);
    for (let at = 0; at <= files.progress.length; at += 2) {
      const left = await resumed(await cut(files, files.observations.length, at), files, `progress cut at ${at}`);
      // A line that lacks only its line break is whole.
      expect(left, `progress cut at ${at}`).toBe(ends.filter((end) => end - 1 <= at).length);
    }
  });

  test('observations cut at every fifth byte: the tasks whose rows are all there are left', async () => {
    const files = await whole();
    const log = await opened(await cut(files, files.observations.length, files.progress.length));
    const ends = log.done.map(({ end }) => end);
    for (let at = 0; at <= files.observations.length; at += 5) {
      const left = await resumed(await cut(files, at, files.progress.length), files, `observations cut at ${at}`);
      expect(left, `observations cut at ${at}`).toBe(ends.filter((end) => end <= at).length);
    }
  });

  test('both cut anywhere, and cut again after going on', async () => {
    const files = await whole();
    const rng = seededRng(1, 'cuts');
    for (let i = 0; i < 40; i++) {
      const [o, p] = [rng.int(files.observations.length + 1), rng.int(files.progress.length + 1)];
      const folder = await cut(files, o, p);
      const log = await opened(folder);
      const next = tasks[log.done.length];
      if (next) await log.append(next.name, next.rows, next.memo);
      const { observations, progress } = await filesOf(folder);
      await truncate(join(folder, observationsFile), rng.int(observations.length + 1));
      await truncate(join(folder, 'partial', 'progress.jsonl'), rng.int(progress.length + 1));
      await resumed(folder, files, `cut ${i}: at ${o} and ${p}`);
    }
  });

  test('rows of a task that never was noted are cut off', async () => {
    const files = await whole();
    const folder = await cut(files, files.observations.length, 0);
    await appendFile(join(folder, observationsFile), '{"row":"refused","picture":"half');
    expect(await resumed(folder, files, 'no progress at all')).toBe(0);
  });

  describe('runs A6: only what a kill or a power cut leaves is passed over', () => {
    const changed = async (change: (text: string) => string): Promise<string> => {
      const files = await whole();
      const folder = await cut(files, files.observations.length, files.progress.length);
      await writeFile(join(folder, 'partial', 'progress.jsonl'), change(files.progress.toString()));
      return folder;
    };

    test.each<[string, (text: string) => string]>([
      ['a line that is not valid JSON', (text) => text.replace('{', '(')],
      ['a line of something else', (text) => text.replace('"task"', '"text"')],
      ['an empty line', (text) => `\n${text}`],
      ['a task that ends before the one before it', (text) => text.replace(/"end":\d+/, '"end":99999')],
      ['zeros between lines', (text) => text.replace('\n', `\n${'\0'.repeat(9)}\n`)],
    ])('%s in the progress is damage, and nothing is cut', async (_, change) => {
      const folder = await changed(change);
      const before = await filesOf(folder);
      await expect(opened(folder)).rejects.toThrow(/The unfinished run is damaged: line \d of .*progress\.jsonl/);
      expect(await filesOf(folder)).toEqual(before);
    });

    test('zeros behind the last line, as a power cut leaves them, are cut off', async () => {
      const files = await whole();
      const folder = await changed((text) => text + '\0'.repeat(4096));
      expect(await resumed(folder, files, 'zeros')).toBe(tasks.length);
    });

    test('rows that did not reach the disk though their task is noted are made again, from the first that is not whole', async () => {
      const files = await whole();
      const log = await opened(await cut(files, files.observations.length, files.progress.length));
      const start = log.done[1]!.end;
      // Blocks of zeros in a file that is long enough, and one letter.
      for (const bytes of ['\0'.repeat(64), 'X']) {
        const folder = await cut(files, files.observations.length, files.progress.length);
        const spoilt = Buffer.from(files.observations);
        spoilt.write(bytes, start + 5);
        await writeFile(join(folder, observationsFile), spoilt);
        expect(await resumed(folder, files, bytes)).toBe(2);
      }
    });

    test('an error of the disk is no empty log', async () => {
      const folder = await testFolder();
      await mkdir(join(folder, 'partial', 'progress.jsonl'), { recursive: true });
      await expect(RunLog.open({ folder, partial: join(folder, 'partial'), types: [refusedRow] })).rejects.toThrow(
        /EISDIR/,
      );
    });
  });

  test('cases A10: rows that were changed or taken away under a run that goes on are an error, never fewer rows', async () => {
    for (const spoil of [
      (folder: string) => truncate(join(folder, observationsFile), 0),
      (folder: string) => rm(join(folder, observationsFile)),
      (folder: string) => appendFile(join(folder, observationsFile), '{"row":"refused","picture":"x","reason":"y"}\n'),
    ]) {
      const folder = await testFolder();
      const log = await opened(folder);
      await appendRest(log);
      expect(await log.readBack()).toHaveLength(log.seal.rows);
      await spoil(folder);
      await expect(log.readBack()).rejects.toThrow(/is damaged: observations\.jsonl: it (has|is missing)/);
    }
  });
});
