/** What every raw row of a run is, and what a kind of experiment says of the types of its rows. */
import { type Static, type TSchema, Type } from 'typebox';

/** One raw row: its type, and what the type says. Rows are append-only; an outcome inside is a union, never a sentinel. */
export interface Row {
  readonly row: string;
}

/** A type of row. R: the rows of it. */
export interface RowType<R extends Row = Row> {
  /** The value of `row`. */
  readonly name: string;
  readonly schema: TSchema;
  /** What occurs once in a run: a row that comes twice would be counted twice, and is refused. Null of one that may come more than once. */
  once(row: R): readonly unknown[] | null;
}

/** The rows of some types, e.g. `RowOf<typeof thresholdRows>`. */
export type RowOf<Types extends readonly unknown[]> = Types[number] extends infer Each
  ? Each extends RowType<infer R>
    ? R
    : never
  : never;

/** A type of row by its schema, whose `row` is a literal; `once` is what occurs once in a run. */
export const rowType = <S extends TSchema & { properties: { row: { const: string } } }>(
  schema: S,
  once: (row: Extract<Static<S>, Row>) => readonly unknown[] | null,
): RowType<Extract<Static<S>, Row>> => ({ name: schema.properties.row.const, schema, once });

/** A file of the dataset that could not be used; the run goes on. */
export const RefusedRow = Type.Object({
  row: Type.Literal('refused'),
  picture: Type.String(),
  reason: Type.String(),
});
export type RefusedRow = Static<typeof RefusedRow>;

/** Every kind on pictures has these. A reader may refuse one file under two names. */
export const refusedRow = rowType(RefusedRow, () => null);

/** The rows of one type. */
export const ofType = <R extends Row, T extends R['row']>(rows: readonly R[], type: T): Extract<R, { row: T }>[] =>
  rows.filter((row): row is Extract<R, { row: T }> => row.row === type);

/** Files that could not be used, as metrics list them. */
export const refusedFiles = (rows: readonly Row[]): { picture: string; reason: string }[] =>
  ofType(rows as readonly (RefusedRow | { row: '' })[], 'refused').map(({ picture, reason }) => ({ picture, reason }));
