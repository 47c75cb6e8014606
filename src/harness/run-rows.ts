/**
 * The rows of a finished run: in columns, one Parquet dataset a row type, under `rows/`. They are assembled from the steps of the run in the order
 * of its plan, so that the same experiment, seed and pictures give the same bytes, whichever processes did the steps.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../disk/write.ts';
import { check, fits } from '../schema/check.ts';
import type { Row, RowSource, RowType } from '../schema/row.ts';
import type { RunRecord } from '../schema/run-record.ts';
import type { UserError } from '../util/errors.ts';
import { twiceChecker } from './row-identity.ts';
import { readRows } from './rows/parquet-reader.ts';
import { RowsWriter } from './rows/parquet-writer.ts';

/** Subfolder of a run with its rows. */
export const rowsFolder = 'rows';

/** What a finished run says of its rows. */
export type Observations = NonNullable<RunRecord['observations']>;

/** Writes rows, which come in the order of the plan. Throws a UserError if a row is there twice. */
export async function assembleRows<R extends Row>(
  batches: AsyncIterable<readonly R[]>,
  types: readonly RowType<R>[],
  { out, wrong }: { readonly out: string; readonly wrong: (why: string) => UserError },
): Promise<Observations> {
  const folder = join(out, rowsFolder);
  // What is there was left by an attempt that did not end.
  await rm(folder, { recursive: true, force: true });
  await makeFolders(folder);
  const writers = new Map<string, RowsWriter>();
  const isTwice = twiceChecker(types as readonly RowType[]);
  const counts = new Map<string, number>();
  try {
    for await (const batch of batches)
      for (const [name, rows] of byType(batch)) {
        const type = types.find((each) => each.name === name);
        if (!type) throw new Error(`No type of row is called ${name}`);
        let number = counts.get(name) ?? 0;
        for (const row of rows) {
          const twice = isTwice(row, ++number);
          if (twice) throw wrong(twice);
        }
        counts.set(name, number);
        const writer = writers.get(name) ?? (await RowsWriter.open(folder, type as RowType));
        writers.set(name, writer);
        await writer.append(rows);
      }
    const files: Observations['files'] = [];
    for (const { name: type } of types) {
      const written = (await writers.get(type)?.close()) ?? [];
      files.push(...written.map((file) => ({ type, ...file })));
    }
    return { rows: [...counts.values()].reduce((sum, each) => sum + each, 0), files };
  } catch (error) {
    for (const writer of writers.values()) await writer.abandon();
    throw error;
  }
}

function byType<R extends Row>(rows: readonly R[]): Map<string, R[]> {
  const found = new Map<string, R[]>();
  for (const row of rows) {
    const own = found.get(row.row);
    if (own) own.push(row);
    else found.set(row.row, [row]);
  }
  return found;
}

/** How to read the rows of a run. */
interface Reading {
  readonly observations: Observations;
  /** Folder of the run. */
  readonly folder: string;
  /** Whether a file of the run may be read; default: all may. */
  readonly mayRead?: (file: string) => Promise<boolean>;
  /** Creates the error for a file that differs from what was written. */
  wrong(file: string, why: string): UserError;
  /** Whether every row must fit the schema of its type. */
  readonly checked?: boolean | undefined;
}

/** The rows of a finished run. Every file is compared with the record before its first row is read. */
export function rowsOf<R extends Row>(
  types: readonly RowType<R>[],
  { observations, folder, mayRead, wrong, checked = false }: Reading,
): RowSource<R> {
  const intact = new Set<string>();
  async function* batches(names: readonly string[]): AsyncGenerator<readonly R[]> {
    for (const type of types) {
      if (names.length > 0 && !names.includes(type.name)) continue;
      const files = observations.files.filter((file) => file.type === type.name);
      for (const { name } of files)
        if (mayRead && !(await mayRead(`${rowsFolder}/${name}`))) throw wrong(`${rowsFolder}/${name}`, 'it is missing');
      const reading = readRows(join(folder, rowsFolder), type, files, {
        checked: !intact.has(type.name),
        wrong: (file, why) => wrong(`${rowsFolder}/${file}`, why),
      });
      let number = 0;
      for await (const batch of reading) {
        if (checked)
          for (const row of batch) {
            number++;
            if (!fits(type.schema, row)) check(type.schema, row, `row ${number} of type ${type.name}`);
          }
        yield batch;
      }
      intact.add(type.name);
    }
  }
  return {
    of: <T extends R['row']>(...names: readonly T[]) =>
      batches(names) as AsyncGenerator<readonly Extract<R, { row: T }>[]>,
  };
}

/** Rows as JSON Lines, a batch at a time. */
export async function* jsonLines(source: RowSource, ...types: readonly string[]): AsyncGenerator<string> {
  for await (const rows of source.of(...types)) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
