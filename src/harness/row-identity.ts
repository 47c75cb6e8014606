/** Identity of a run's rows. A duplicate row would be counted twice, so it is an error. */
import type { Row, RowType } from '../schema/row.ts';

/** Returns a function that detects a duplicate row of these types, and returns the reason for rejecting it. */
export function twiceChecker(types: readonly RowType[]): (row: Row, line: number) => string | undefined {
  const byName = new Map(types.map((type) => [type.name, type]));
  const seen = new Map<string, number>();
  return (row, line) => {
    const once = byName.get(row.row)?.once(row);
    if (!once) return undefined;
    const key = JSON.stringify([row.row, ...once]);
    const before = seen.get(key);
    if (before !== undefined)
      return `line ${line} holds the ${row.row} row of line ${before} once more (${shown(row)}), and would be counted twice`;
    seen.set(key, line);
    return undefined;
  };
}

/** The fields that identify a row to a reader. */
const shown = (row: Row): string =>
  Object.entries(row)
    .flatMap(([key, value]: [string, unknown]) =>
      key !== 'row' && ['string', 'number'].includes(typeof value) ? [`${key} ${String(value).slice(0, 60)}`] : [],
    )
    .slice(0, 6)
    .join(', ');
