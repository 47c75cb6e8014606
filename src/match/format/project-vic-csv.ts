/**
 * A table with a header, as written by forensic tools around Project VIC and many others. It reads the column of the list's hash (`PDQ`,
 * `pdq_hash`, `hash`), and the first column with names. It recognises the hash column by its header, otherwise by its cells. It uses a
 * column of qualities; a row that a column marks as deleted removes its entry. Delimiters are commas, semicolons, tabs or vertical bars. It
 * drops all other columns (categories, tags, …), and counts hashes of other types (MD5, SHA-1, …). There is no published CSV format of Project VIC: VICS is JSON and for members only,
 * so this is the tools' common form.
 */
import { UserError } from '../../util/errors.ts';
import { firstRows, formula, rowTaker, rowText } from './csv.ts';
import { headOf } from './encoding.ts';
import { listFormat, type ReaderFacts } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { type Shape, shapeOf, shapeRoom } from './shape.ts';
import { columnsOf, isDeleted } from './table-columns.ts';
import { type TextParser, textReader } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

/** Number of rows examined to find the hash column. */
const looked = 30;

/** Returns the row reader after the first rows are known. Throws a UserError if no column has that hash. */
function takerFor(body: string, shape: Shape, facts: ReaderFacts, found: Gatherer): TextParser['take'] {
  const { delimiter, header, lines } = shape;
  const rows = firstRows(body, looked, delimiter);
  const columns = columnsOf(header ? (rows[0] ?? []) : undefined, header ? rows.slice(1) : rows, facts);
  const { hash, name, quality, deleted, others, width } = columns;
  let first = header;
  return rowTaker(
    (row) => {
      if ('reason' in row) found.bad(row.line, row.reason);
      else if (!first) {
        const { cells, line } = row;
        const digits = (cells[hash] ?? '').replace(/^hash=/i, '');
        const id = cells[name] ?? '';
        for (const { column, type } of others) if ((cells[column] ?? '') !== '') found.countOther(type);
        const rated = /^\d+(\.\d+)?$/.test(cells[quality] ?? '') ? { quality: Number(cells[quality]) } : {};
        if (cells.length > width && cells.slice(width).some((cell) => cell !== ''))
          found.bad(line, `${cells.length} cells where the header has ${width}`);
        else if (deleted >= 0 && isDeleted(columns, cells[deleted] ?? '')) found.delete(line, { id, digits });
        else if (digits === '') found.empty(line, '', id, `no ${facts.algorithm}`);
        else found.add(line, digits, id, { owner: '', ...rated });
      }
      first = false;
    },
    { delimiter, line: lines + 1 },
  );
}

export const projectVicCsv = listFormat({
  name: 'project-vic-csv',
  summary: 'table with a header, one column per hash, as written by tools around Project VIC and many others',
  reference: 'no published layout; columns as in VICS (https://www.projectvic.org) and IPED issue 1136',
  endings: ['.csv'],
  recognises: (head) => shapeOf(headOf(head))?.kind === 'table',
  reader(facts) {
    let found: Gatherer | undefined;
    let take: TextParser['take'] | undefined;
    return textReader({
      take(text, last) {
        if (take) return take(text, last);
        if (text.length < 16 * shapeRoom && !last) return 0;
        const shape = shapeOf(text);
        if (shape?.kind !== 'table')
          throw new UserError('Expected a header with a column for each hash, such as MD5 or PDQ, in the first row');
        const body = text.slice(shape.start);
        const head = body.slice(0, 16 * shapeRoom);
        // Ids only change earlier records if rows can be deleted: then the table is a feed, not a list of files.
        const [header] = firstRows(head, 1, shape.delimiter);
        const feed = shape.header && columnsOf(header, [], facts, true).deleted >= 0;
        found = new Gatherer(facts, 'line', feed ? 'project-vic-csv' : undefined);
        take = takerFor(head, shape, facts, found);
        return shape.start + take(body, last);
      },
      gathered: () => (found ?? new Gatherer(facts, 'line')).gathered(),
    });
  },
  pieces(list) {
    checkNames(list, this.name, [blank, formula]);
    const header = rowText(['MediaID', list.algorithm.toUpperCase()]);
    return textPieces(list, (id, digits) => rowText([id, digits]), header);
  },
});
