/** Reads the rows of a run line by line: the file can be longer than a string. An unreadable file is an error, never an empty list. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Type } from 'typebox';
import { linesOf } from '../disk/read.ts';
import { check } from '../schema/check.ts';
import type { Row, RowOf, RowType } from '../schema/row.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { isAbsent, type UserError } from '../util/errors.ts';
import { damage, undamaged } from './damaged.ts';
import { twiceChecker } from './row-identity.ts';

export const observationsFile = 'observations.jsonl';

/** Number and digest of a finished run's rows. */
export type Seal = NonNullable<RunRecord['observations']>;

/** Options for reading rows. */
interface RowsReading {
  /** Expected contents of the file; unknown fields are not compared. */
  readonly seal?: Seal | undefined;
  /** Creates the error for a file that differs from what was written. */
  readonly wrong: (why: string) => UserError;
}

/** Every line, with its number from 1. After the last one, throws if the file differs from what was written. */
export async function* rowLines(
  path: string,
  { seal, wrong }: RowsReading,
): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  const digest = createHash('sha256');
  let line = 0;
  try {
    for await (const { text, whole } of linesOf(path)) {
      if (!whole) throw wrong('its last line is cut');
      digest.update(text).update('\n');
      yield { text, line: ++line };
    }
  } catch (error) {
    if (isAbsent(error)) throw wrong('it is missing');
    throw error;
  }
  if (!seal) return;
  if (line !== seal.rows) throw wrong(`it has ${line} rows, and the run left ${seal.rows}`);
  if (digest.digest('hex') !== seal.sha256) throw wrong('its rows are not those that the run left: some were altered');
}

/**
 * Every row of a run, in order. Throws a UserError if a row is missing, duplicate or malformed; with `checked` also if it has none of the
 * types.
 */
export async function readObservations<Types extends readonly RowType[]>(
  folder: string,
  types: Types,
  { seal, checked = false }: { readonly seal?: Seal | undefined; readonly checked?: boolean } = {},
): Promise<RowOf<Types>[]> {
  const wrong = (why: string) => damage(folder, observationsFile, why);
  const isTwice = twiceChecker(types);
  const schema = Type.Union(types.map((type) => type.schema));
  const rows: Row[] = [];
  for await (const { text, line } of rowLines(join(folder, observationsFile), { seal, wrong })) {
    const row = undamaged(folder, `${observationsFile} line ${line}`, () => {
      const value = JSON.parse(text) as Row;
      return checked ? (check(schema, value, 'the row') as Row) : value;
    });
    const twice = isTwice(row, line);
    if (twice) throw wrong(twice);
    rows.push(row);
  }
  return rows as RowOf<Types>[];
}
