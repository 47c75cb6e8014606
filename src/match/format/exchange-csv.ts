/**
 * The two CSV files of ThreatExchange's tools, told apart by their columns: four for python-threatexchange's cache, five for HMA's. With
 * a header, its second cell decides; without one, the number of cells, where the ids are whole numbers and the date begins like one.
 */
import { firstRow, formula, rowTaker, rowText } from './csv.ts';
import { type ListFormat, listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { headOf, textReader } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

/** A format with these columns: the hash first, the name second, then what the list model has no place for. */
export function exchangeCsv(
  about: Pick<ListFormat, 'name' | 'summary' | 'reference'> & { readonly columns: readonly string[] },
): ListFormat {
  const { columns, ...facts } = about;
  return listFormat({
    ...facts,
    endings: ['.csv', '.te'],
    recognises(head) {
      const cells = firstRow(headOf(head));
      return cells !== undefined && (isHeader(cells, columns) || isRow(cells, columns.length));
    },
    reader(facts) {
      const found = new Gatherer(facts, 'line');
      let first = true;
      const take = rowTaker((row) => {
        if ('reason' in row) found.bad(row.line, row.reason);
        else if (!first || !isHeader(row.cells, columns)) {
          const [indicator = '', id = ''] = row.cells;
          if (row.cells.length === columns.length) found.add(row.line, indicator, id);
          else found.bad(row.line, `${row.cells.length} columns where there should be ${columns.length}`);
        }
        first = false;
      });
      return textReader({ take, list: () => found.list() });
    },
    pieces(list) {
      checkNames(list, about.name, [blank, formula]);
      const { entries } = list;
      // python-threatexchange's own reader takes neither a header nor an id that is no number.
      let bare = columns.length === 4 && entries.length > 0;
      for (let i = 0; bare && i < entries.length; i++) bare = /^\d+$/.test(entries.idAt(i));
      const rest = columns.slice(2).map(() => '');
      return textPieces(list, (id, digits) => rowText([digits, id, ...rest]), bare ? '' : rowText(columns));
    },
  });
}

const isHeader = (cells: readonly string[], columns: readonly string[]): boolean =>
  columns.slice(0, 2).every((name, i) => cells[i]?.toLowerCase() === name);

const isRow = (cells: readonly string[], count: number): boolean =>
  cells.length === count &&
  /^[0-9a-f]{8,}$/i.test(cells[0]!) &&
  cells.slice(1, -2).every((id) => /^\d+$/.test(id)) &&
  /^(\d[\d:.TZ+ -]*)?$/.test(cells.at(-2)!);

/** Whether a line of a plain list would be taken for one of these files. */
export const looksLikeExchangeCsv = (text: string): boolean => {
  const cells = firstRow(text);
  return cells !== undefined && (isRow(cells, 4) || isRow(cells, 5));
};
