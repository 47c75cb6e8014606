/** The rows of a run, read back line by line: a file may be longer than a string, and one that cannot be read is an error, never no rows. */
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

/** How many rows a finished run had, and which. */
export type Seal = NonNullable<RunRecord['observations']>;

/** How to read rows. */
interface RowsReading {
  /** What the file must hold; what is not known is not compared. */
  readonly seal?: Seal | undefined;
  /** Makes the error for a file that is not as it was written. */
  readonly wrong: (why: string) => UserError;
}

/** Every line, with its number from 1. After the last one, throws where the file is not as it was written. */
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
 * Every row of a run, in order. A UserError where one is missing, there twice, or none; with `checked` also where one is none of the types.
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
