/** Columns of names in raw rows: each name is written once. */
import type { Column } from '../../schema/leakage-rows.ts';

/** The column of these values. */
export function columnOf(values: readonly string[]): Column {
  const names = [...new Set(values)];
  const places = new Map(names.map((name, i) => [name, i]));
  return { names, at: names.length > 1 ? values.map((value) => places.get(value)!) : [] };
}

/** The `n` values of a column. */
export const valuesOf = ({ names, at }: Column, n: number): string[] =>
  Array.from({ length: n }, (_, i) => names[at[i] ?? 0] ?? '');
