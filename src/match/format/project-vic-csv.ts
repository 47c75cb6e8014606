/**
 * A table with a header, as forensic tools around Project VIC and many others write it: the column of the list's hash is read (`PDQ`,
 * `pdq_hash`, `hash`), and the first column that names things. Which column has the hashes is recognised by its name, and where no name tells, by
 * its cells. A column of qualities is heeded; a row that a column says is deleted takes its entry out. Commas, semicolons, tabs or bars
 * between cells. All other columns (MD5, categories, tags, …) are dropped. There is no published CSV of Project VIC: VICS is JSON under
 * membership, so this is the tools' common form.
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

/** Rows whose cells tell a column of hashes. */
const looked = 30;

/** What takes the rows, once the first of them are there. Throws a UserError where no column is of that hash. */
function takerFor(body: string, shape: Shape, facts: ReaderFacts, found: Gatherer): TextParser['take'] {
  const { delimiter, header, lines } = shape;
  const rows = firstRows(body, looked, delimiter);
  const columns = columnsOf(header ? (rows[0] ?? []) : undefined, header ? rows.slice(1) : rows, facts);
  const { hash, name, quality, deleted, width } = columns;
  let first = header;
  return rowTaker(
    (row) => {
      if ('reason' in row) found.bad(row.line, row.reason);
      else if (!first) {
        const { cells, line } = row;
        const digits = (cells[hash] ?? '').replace(/^hash=/i, '');
        const id = cells[name] ?? '';
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
  summary: 'table with a header, one column a hash, as tools around Project VIC and many others write',
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
        // Ids change earlier records only where rows can be deleted: then the table is a feed, not a list of files.
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
