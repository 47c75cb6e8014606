/** Rows assembled from the steps of a run and read back: of any length, and no row that is missing, altered or there twice. */

import { appendFile, copyFile, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failed } from '../../src/cli/program.ts';
import type { AnyRow } from '../../src/experiment/index.ts';
import { type TradeoffRow, tradeoffRows } from '../../src/experiment/tradeoff/rows.ts';
import { twiceChecker } from '../../src/harness/row-identity.ts';
import { RunFolder } from '../../src/harness/run-folder.ts';
import { assembleRows, jsonLines, type Observations } from '../../src/harness/run-rows.ts';
import { Spool } from '../../src/harness/spool.ts';
import { everyRow, type RowType } from '../../src/schema/row.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { exitCodes, UserError } from '../../src/util/errors.ts';
import { bytesOf } from './finished-rows.ts';
import { classify, equality, match, message, refused, subject } from './scenario/rows.ts';
import { runTheSteps, stepOptions } from './steps.ts';
import { testFolder } from './tiny.ts';

const wrong = (why: string): UserError => new UserError(`The rows are wrong: ${why}`);
const types = tradeoffRows as readonly unknown[] as readonly RowType<TradeoffRow>[];

/** Hands rows over in batches of a size. */
async function* inBatches<R>(rows: readonly R[], size: number): AsyncGenerator<R[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}

const assembled = (out: string, rows: readonly TradeoffRow[], size = 2): Promise<Observations> =>
  assembleRows(inBatches(rows, size), types, { out, wrong });

const reading = (folder: string, observations: Observations, checked = false) =>
  new RunFolder(folder).rows(types, observations, { checked });

const rows: readonly TradeoffRow[] = [0, 1, 2].flatMap((i) => [
  match(subject('listed', 'evaluation', i), i),
  classify(subject('listed', 'evaluation', i), i / 3),
]);
const byType = (name: string): TradeoffRow[] => rows.filter(({ row }) => row === name);

describe('rows in columns', () => {
  test('come back type by type, each type in the order of the plan', async () => {
    const out = await testFolder();
    const observations = await assembled(out, rows);
    expect(observations).toEqual({
      rows: 6,
      files: ['match', 'classify'].map((type) => ({
        type,
        name: `${type}-00000.parquet`,
        rows: 3,
        bytes: expect.any(Number),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      })),
    });
    expect((await readdir(join(out, 'rows'))).sort()).toEqual(['classify-00000.parquet', 'match-00000.parquet']);
    const source = reading(out, observations, true);
    expect(await everyRow(source)).toEqual([...byType('match'), ...byType('classify')]);
    expect(await everyRow(source, 'classify')).toEqual(byType('classify'));
    expect(await everyRow(source, 'message')).toEqual([]);
    let lines = '';
    for await (const piece of jsonLines(source, 'classify')) lines += piece;
    expect(lines).toBe(
      byType('classify')
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    );
  });

  test('have the same bytes however many rows come at a time, and whatever an attempt before left', async () => {
    const expected = await assembled(await testFolder(), rows, 100);
    const out = await testFolder();
    await mkdir(join(out, 'rows'));
    await writeFile(join(out, 'rows', 'message-00000.parquet'), 'of an attempt before');
    await writeFile(join(out, 'rows', 'match-00007.parquet.part'), 'of an attempt before');
    for (const size of [1, 4]) expect(await assembled(out, rows, size)).toEqual(expected);
    expect(await readdir(join(out, 'rows'))).toHaveLength(2);
  });

  test('of a run without rows there is no file', async () => {
    const out = await testFolder();
    const observations = await assembled(out, []);
    expect(observations).toEqual({ rows: 0, files: [] });
    expect(await everyRow(reading(out, observations))).toEqual([]);
  });
});

test('cases A10: more than 512 MiB of rows, longer than a string can be, pass through spool, columns and back', async () => {
  const [steps, perStep, length] = [40, 14, 2 ** 20];
  expect(steps * perStep * length).toBeGreaterThan(512 * 2 ** 20);
  // Few texts, so that columns and logs stay small and the test is quick; the rows as JSON do not.
  const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(length));
  const row = (i: number) => refused(`${i}.jpg`, texts[i % texts.length]!);
  const partial = join(await testFolder(), 'partial');
  await mkdir(partial);
  const spool = await Spool.open<TradeoffRow>(partial);
  const names = Array.from({ length: steps }, (_, i) => `step ${i}`);
  for (const [i, name] of names.entries())
    await spool.append(
      name,
      Array.from({ length: perStep }, (_, j) => row(i * perStep + j)),
      null,
    );
  const out = await testFolder();
  const observations = await assembleRows(spool.source(names).of(), types, { out, wrong });
  expect(observations.rows).toBe(steps * perStep);
  let i = 0;
  for await (const batch of reading(out, observations).of('refused'))
    for (const { picture, reason } of batch) {
      const expected = row(i++);
      expect([picture, reason.length, reason === expected.reason]).toEqual([expected.picture, length, true]);
    }
  expect(i).toBe(steps * perStep);
}, 240_000);

describe('cases A10, runs A6: rows that are not as the run left them are never read as fewer', () => {
  const file = (out: string, type = 'match') => join(out, 'rows', `${type}-00000.parquet`);
  const flip = (at: (length: number) => number) => async (out: string) => {
    const bytes = await readFile(file(out));
    bytes[at(bytes.length)]! ^= 1;
    await writeFile(file(out), bytes);
  };
  test.each<[string, (out: string) => Promise<void>, RegExp]>([
    ['missing', (out) => rm(file(out)), /it is missing/],
    ['renamed', (out) => rename(file(out), file(out, 'mach')), /it is missing/],
    ['empty', (out) => truncate(file(out), 0), /it has 0 bytes, and the run left \d+/],
    ['cut by one byte', async (out) => truncate(file(out), (await readFile(file(out))).length - 1), /it has \d+ bytes/],
    ['followed by a byte', (out) => appendFile(file(out), '\0'), /it has \d+ bytes, and the run left \d+/],
    ['there twice', async (out) => appendFile(file(out), await readFile(file(out))), /it has \d+ bytes/],
    ['altered in the first byte', flip(() => 0), /its rows are not those that the run left: some were altered/],
    ['altered in the middle', flip((length) => length >> 1), /some were altered/],
    ['altered in the last byte', flip((length) => length - 1), /some were altered/],
    ['those of another type', (out) => copyFile(file(out, 'classify'), file(out)), /it has \d+ bytes|were altered/],
  ])('%s', async (_, change, why) => {
    const out = await testFolder();
    const observations = await assembled(out, rows);
    await change(out);
    const error = (await everyRow(reading(out, observations)).catch((each: unknown) => each)) as Error;
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(why);
    expect(error.message).toMatch(
      /^The run in .* is damaged: rows\/match-00000\.parquet: .*; run the experiment again$/,
    );
    // The other types are not hurt.
    expect(await everyRow(reading(out, observations), 'classify')).toEqual(byType('classify'));
  });

  /** A record that was changed together with the file. */
  const resealed = async (out: string, observations: Observations, more: object = {}): Promise<Observations> => {
    const bytes = await readFile(file(out));
    const [first, ...others] = observations.files;
    return {
      ...observations,
      files: [{ ...first!, bytes: bytes.length, sha256: sha256Hex(bytes), ...more }, ...others],
    };
  };

  test('a record that counts other rows than the file has', async () => {
    const out = await testFolder();
    const changed = await resealed(out, await assembled(out, rows), { rows: 4 });
    await expect(everyRow(reading(out, changed))).rejects.toThrow(/it has 3 rows, and the run left 4/);
  });

  test('a file that is no Parquet, or holds rows of another type, under the digest of the record', async () => {
    const out = await testFolder();
    const observations = await assembled(out, rows);
    await writeFile(file(out), 'no columns at all');
    await expect(everyRow(reading(out, await resealed(out, observations)))).rejects.toThrow(
      /rows\/match-00000\.parquet: it cannot be read as rows of type match/,
    );
    await copyFile(file(out, 'classify'), file(out));
    const other = await resealed(out, observations);
    await expect(everyRow(reading(out, other, true))).rejects.toThrow(/match/);
  });

  test('all missing', async () => {
    const out = await testFolder();
    const observations = await assembled(out, rows);
    await rm(join(out, 'rows'), { recursive: true });
    await expect(everyRow(reading(out, observations))).rejects.toThrow(/rows\/match-00000\.parquet: it is missing/);
  });

  test('an error of the disk is that error', async () => {
    const out = await testFolder();
    const observations = await assembled(out, rows);
    await rm(file(out));
    await mkdir(file(out));
    await expect(everyRow(reading(out, observations))).rejects.toThrow(/EISDIR/);
  });

  test('a row that is there twice ends the assembly, and no file is left open or half written', async () => {
    const out = await testFolder();
    const again = [...rows, match(subject('listed', 'evaluation', 0), 9)];
    await expect(assembled(out, again)).rejects.toThrow(
      /^The rows are wrong: row 4 is the match row 1 once more \(cell cell, picture listed.*\), and would be counted twice$/,
    );
    expect(await readdir(join(out, 'rows'))).toEqual([]);
  });

  test('a row of a type that the kind does not have is a bug, not a row less', async () => {
    const strange = { ...rows[0]!, row: 'mach' } as unknown as TradeoffRow;
    await expect(assembled(await testFolder(), [strange])).rejects.toThrow('No type of row is called mach');
  });
});

test('cases A10: a run whose steps cannot be read back ends with a sentence and exit code 2, and has no metrics', async () => {
  const unbroken = await runTheSteps(stepOptions(join(await testFolder(), 'unbroken')));
  const out = join(await testFolder(), 'run');
  let done = 0;
  const error = (await runTheSteps(stepOptions(out), async () => {
    // The last step: all others are finished, and one of them loses a byte.
    if (++done === 6) await truncate(join(out, 'partial', 'run.steps'), 10);
  }).catch((each: unknown) => each)) as Error;
  expect(error.message).toMatch(/^The unfinished run is damaged: .*run\.steps: .*; start again in another folder$/);
  expect(failed(error)).toBe(exitCodes.input);
  expect(await readdir(out)).not.toContain('metrics.json');
  expect((await new RunFolder(out).record()).observations).toBeUndefined();
  // Steps that are not whole are done again.
  const { metrics } = await runTheSteps(stepOptions(out, { resume: true }));
  expect(metrics).toEqual(unbroken.metrics);
  expect(await bytesOf(out)).toEqual(await bytesOf(unbroken.folder));
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
  expect(isTwice(match(one, 9), 10)).toMatch(/^row 10 is the match row 1 once more/);
  expect(isTwice(match(one, 'too flat'), 11)).toMatch(/match row 1 once more/);
  expect(isTwice(classify(one, 0.9), 12)).toMatch(/^row 12 is the classify row 7 once more/);
  // One file may be refused for two reasons, and a reader may name it twice.
  expect([refused('a', 'b'), refused('a', 'b')].map((row) => isTwice(row, 13))).toEqual([undefined, undefined]);
});
