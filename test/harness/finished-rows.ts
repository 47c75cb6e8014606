/** The rows of runs as tests compare them: those of a finished run, and those that an unfinished one has so far. */
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { partialFolder, RunFolder } from '../../src/harness/run-folder.ts';
import { everyRow, type Row, type RowOf, type RowType } from '../../src/schema/row.ts';
import { sha256Hex } from '../../src/util/digest.ts';

/** All rows of a finished run, type by type, each checked against its schema. */
export async function readObservations<const Types extends readonly unknown[]>(
  folder: string,
  types: Types,
): Promise<RowOf<Types>[]> {
  const run = new RunFolder(folder);
  const { observations } = await run.record();
  if (!observations) throw new Error(`The run in ${folder} is unfinished`);
  const rows = await everyRow(run.rows(types as readonly RowType[], observations, { checked: true }));
  equal(rows.length, observations.rows);
  return rows as unknown as RowOf<Types>[];
}

/** The files of a finished run's rows, and those of the metrics: name and digest, so that a difference is short to print. */
export async function bytesOf(folder: string): Promise<Record<string, string>> {
  const rows = (await readdir(join(folder, 'rows'))).sort().map((name) => `rows/${name}`);
  notEqual(rows.length, 0);
  const files: Record<string, string> = {};
  for (const name of [...rows, 'metrics.json']) files[name] = sha256Hex(await readFile(join(folder, name)));
  return files;
}

/** Two finished runs have the same rows and metrics, byte for byte. */
export const expectSame = async (folder: string, other: string): Promise<void> =>
  deepEqual(await bytesOf(folder), await bytesOf(other));

/** The rows of an unfinished run so far, in the order in which its process did the steps. `log`: name of the process's log. */
export async function unfinishedRows(folder: string, log = 'run'): Promise<Row[]> {
  const partial = partialFolder(folder);
  const bytes = await readFile(join(partial, `${log}.steps`));
  const progress = await readFile(join(partial, `${log}.progress.jsonl`), 'utf8');
  let start = 0;
  return progress
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { end } = JSON.parse(line) as { end: number };
      const text = end === start ? '' : inflateRawSync(bytes.subarray(start, end)).toString();
      start = end;
      return text
        .split('\n')
        .slice(0, -1)
        .map((each) => JSON.parse(each) as Row);
    });
}

/** The rows of an unfinished run are the first ones of the finished run's, of every type. Returns how many there are. */
export async function expectFirstRows(
  unfinished: string,
  finished: string,
  types: readonly { readonly name: string }[],
): Promise<number> {
  const [some, all] = [await unfinishedRows(unfinished), await readObservations(finished, types as readonly RowType[])];
  for (const { name } of types) {
    const of = (rows: readonly Row[]) => rows.filter(({ row }) => row === name);
    deepEqual(of(some), of(all).slice(0, of(some).length));
  }
  ok(some.length < all.length);
  return some.length;
}
