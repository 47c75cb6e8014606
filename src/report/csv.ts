/** Every number of a run as CSV (RFC 4180), one file per subject, in long form: for data frames rather than for reading. */

import type { PairRate } from '../schema/hashed.ts';
import type { ClusteredRate, Rate } from '../schema/rate.ts';
import type { CsvColumn } from './csv-columns.ts';
import { type Bounds, notMeasured } from './format.ts';

/** Value of one field; null becomes the empty field. */
export type Field = string | number | boolean | null | undefined;

/** Columns of every number: counts, estimate, interval, method, clusters. */
export const numberColumns = [
  'k',
  'n',
  'estimate',
  'low',
  'high',
  'method',
  'clusters',
  'clusterLow',
  'clusterHigh',
] as const satisfies readonly CsvColumn[];

/** One field: quoted if necessary. Text that a spreadsheet would execute as a formula gets a leading apostrophe. */
function field(value: Field): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of one CSV file of a report. Every column has a sentence in the data dictionary. */
export const csvTable = (columns: readonly CsvColumn[], rows: readonly (readonly Field[])[]): string =>
  csvText(columns, rows);

/** The text of a CSV file with any columns: the data of a plot. */
export const csvText = (columns: readonly string[], rows: readonly (readonly Field[])[]): string =>
  [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');

/** A column of a CSV file: a member of the row under its own name, or a name with what it has of a row. */
type Column<R> =
  | (keyof { [K in keyof R as R[K] extends Field ? K : never]: true } & CsvColumn)
  | readonly [name: CsvColumn, of: (row: R) => Field];

/** The text of a CSV file with one line per row; `numbers` are its fields in the number columns, which come last. */
export function csvOf<R>(
  rows: readonly R[],
  columns: readonly Column<NoInfer<R>>[],
  numbers?: (row: R) => readonly Field[],
): string {
  const names = columns.map((column) => (typeof column === 'string' ? column : column[0]));
  const fieldOf = (row: R, column: Column<R>): Field =>
    typeof column === 'string' ? (row[column] as Field) : column[1](row);
  return csvTable(
    numbers ? [...names, ...numberColumns] : names,
    rows.map((row) => [...columns.map((column) => fieldOf(row, column)), ...(numbers?.(row) ?? [])]),
  );
}

/** A rate in the number columns. */
export const rateFields = (rate: Rate | ClusteredRate): Field[] => [
  rate.k,
  rate.n,
  rate.estimate,
  rate.low,
  rate.high,
  rate.method,
  ...('clusters' in rate ? [rate.clusters, rate.clusterLow, rate.clusterHigh] : [null, null, null]),
];

/** An interval in the number columns; without numbers if it was not measured. */
export const intervalFields = (interval: Bounds | null): Field[] => [
  null,
  null,
  interval?.estimate,
  interval?.low,
  interval?.high,
  interval?.method ?? notMeasured,
  null,
  null,
  null,
];

/** A bare number in the number columns; empty if it was not measured. */
export const valueFields = (value: number | null, method: string): Field[] => [
  null,
  null,
  value,
  null,
  null,
  value === null ? notMeasured : method,
  null,
  null,
  null,
];

/** Counts in the number columns, of trials that are not independent, so that no interval follows from them. */
export const countFields = (k: number, n: number): Field[] => [
  k,
  n,
  n === 0 ? null : k / n,
  null,
  null,
  'count',
  null,
  null,
  null,
];

/** Bounds in the number columns where there is no estimate. */
export const boundFields = (low: number | null, high: number | null, method: string): Field[] => [
  null,
  null,
  null,
  low,
  high,
  method,
  null,
  null,
  null,
];

/** A pair rate in the number columns; the cluster column has its pictures. */
export const pairFields = (rate: PairRate): Field[] => [
  ...rateFields(rate).slice(0, 6),
  rate.nodes,
  rate.nodeLow,
  rate.nodeHigh,
];
