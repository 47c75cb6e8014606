/** The interface of raw rows, and of the row types that a kind of experiment declares. */
import { type Static, type TSchema, Type } from 'typebox';

/** One raw row: its type, and the fields of that type. Rows are append-only; an outcome inside is a union, never a sentinel. */
export interface Row {
  readonly row: string;
}

/** A type of row. R: its rows. */
export interface RowType<R extends Row = Row> {
  /** The value of `row`. */
  readonly name: string;
  readonly schema: TSchema;
  /** Fields that must be unique in a run: a duplicate row would be counted twice, and is an error. Null if duplicates are allowed. */
  once(row: R): readonly unknown[] | null;
}

/** The rows of some types, e.g. `RowOf<typeof thresholdRows>`. */
export type RowOf<Types extends readonly unknown[]> = Types[number] extends infer Each
  ? Each extends RowType<infer R>
    ? R
    : never
  : never;

/** Defines a type of row by its schema, whose `row` is a literal; `once` returns the fields that must be unique in a run. */
export const rowType = <S extends TSchema & { properties: { row: { const: string } } }>(
  schema: S,
  once: (row: Extract<Static<S>, Row>) => readonly unknown[] | null,
): RowType<Extract<Static<S>, Row>> => ({ name: schema.properties.row.const, schema, once });

/** An unusable file of the dataset; the run continues. */
export const RefusedRow = Type.Object({
  row: Type.Literal('refused'),
  picture: Type.String(),
  reason: Type.String(),
});
export type RefusedRow = Static<typeof RefusedRow>;

/** Every kind with pictures has these. A reader can refuse one file under two names. */
export const refusedRow = rowType(RefusedRow, () => null);

/** The rows of a run, read in batches as often as needed, so that a run of any length fits in memory. */
export interface RowSource<R extends Row = Row> {
  /** The rows of some types, in the order in which the run made them. Without types: of all types, one type after the other. */
  of<T extends R['row']>(...types: readonly T[]): AsyncIterable<readonly Extract<R, { row: T }>[]>;
}

/** All rows of some types in one array, for what cannot be computed from a part of them. Without types: every row. */
export async function everyRow<R extends Row, T extends R['row'] = R['row']>(
  source: RowSource<R>,
  ...types: readonly T[]
): Promise<Extract<R, { row: T }>[]> {
  const rows: Extract<R, { row: T }>[] = [];
  for await (const batch of source.of(...types)) for (const row of batch) rows.push(row);
  return rows;
}

/** Rows that are already in memory, as a source. */
export const sourceOf = <R extends Row>(rows: readonly R[]): RowSource<R> => ({
  async *of<T extends R['row']>(...types: readonly T[]) {
    const wanted = (row: R): row is Extract<R, { row: T }> => types.length === 0 || types.includes(row.row as T);
    yield rows.filter(wanted);
  },
});

/** The rows of one type. */
export const ofType = <R extends Row, T extends R['row']>(rows: readonly R[], type: T): Extract<R, { row: T }>[] =>
  rows.filter((row): row is Extract<R, { row: T }> => row.row === type);

/** Unusable files in the form of metrics. */
export const refusedFiles = (rows: readonly Row[]): { picture: string; reason: string }[] =>
  ofType(rows as readonly (RefusedRow | { row: '' })[], 'refused').map(({ picture, reason }) => ({ picture, reason }));
