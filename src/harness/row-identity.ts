/** What tells two rows of a run apart. A row that comes twice would be counted twice, so that it is refused. */
import type { Row, RowType } from '../schema/row.ts';

/** Notices a row, of one of these types, that came before: returns why it is refused. */
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

/** The words of a row that a reader knows it by. */
const shown = (row: Row): string =>
  Object.entries(row)
    .flatMap(([key, value]: [string, unknown]) =>
      key !== 'row' && ['string', 'number'].includes(typeof value) ? [`${key} ${String(value).slice(0, 60)}`] : [],
    )
    .slice(0, 6)
    .join(', ');
