/**
 * A table with a header, as forensic tools around Project VIC write it: the column of the list's hash is read (`PDQ`), and the first column
 * that names things. Commas, semicolons or tabs between cells. All other columns (MD5, categories, tags, …) are dropped; a row without
 * that hash is counted as bad. There is no published CSV of Project VIC: VICS is JSON under membership, so this is the tools' common form.
 */
import { UserError } from '../../util/errors.ts';
import type { ListFacts } from '../hash-list.ts';
import { firstRow, formula, rowTaker, rowText } from './csv.ts';
import { listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { clip, headOf, plainSignal, type TextParser, textReader } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

const hashColumn = /^(pdq|md5|sha-?1|sha-?256|photodna|[a-z]*hash[a-z_-]*)$/i;
const nameColumns = ['mediaid', 'imageid', 'id', 'name', 'filename'];

/** The header's columns in plain words, and what stands between them; undefined where the first row is no such header. */
function headerOf(text: string): { columns: readonly string[]; delimiter: string } | undefined {
  for (const delimiter of [',', ';', '\t']) {
    const cells = firstRow(text, delimiter) ?? [];
    const columns = cells.map((cell) => cell.toLowerCase().replaceAll(/[ _-]/g, ''));
    if (cells.some((each) => hashColumn.test(each)) && !columns.some((each) => /^(hash=)?[0-9a-f]{8,}$/.test(each)))
      return { columns, delimiter };
  }
  return undefined;
}

/** Characters in which the header must stand. */
const headerRoom = 4096;

/** What takes the rows, once the header has been read. Throws a UserError where it has no column of that hash. */
function takerFor(head: string, facts: ListFacts, found: Gatherer): TextParser['take'] {
  const header = headerOf(head);
  if (!header)
    throw new UserError('Expected a header with a column for each hash, such as MD5 or PDQ, in the first row');
  const { columns, delimiter } = header;
  const wanted = plainSignal(facts.algorithm);
  const at = columns.indexOf(wanted);
  if (at < 0 || columns.lastIndexOf(wanted) !== at)
    throw new UserError(
      `Expected one column ${facts.algorithm.toUpperCase()} but the header has ${clip(columns.join(', '))}; choose another --algorithm`,
    );
  const nameAt = columns.findIndex((each) => nameColumns.includes(each));
  let first = true;
  return rowTaker((row) => {
    if ('reason' in row) found.bad(row.line, row.reason);
    else if (!first) {
      const digits = row.cells[at] ?? '';
      if (digits === '') found.bad(row.line, `no ${facts.algorithm}`);
      else found.add(row.line, digits, row.cells[nameAt] ?? '');
    }
    first = false;
  }, delimiter);
}

export const projectVicCsv = listFormat({
  name: 'project-vic-csv',
  summary: 'table with a header, one column a hash, as tools around Project VIC write',
  reference: 'no published layout; columns as in VICS (https://www.projectvic.org) and IPED issue 1136',
  endings: ['.csv'],
  recognises: (head) => headerOf(headOf(head)) !== undefined,
  reader(facts) {
    const found = new Gatherer(facts, 'line');
    let take: TextParser['take'] | undefined;
    return textReader({
      take(text, last) {
        if (!take && text.length < headerRoom && !last) return 0;
        take ??= takerFor(text.slice(0, headerRoom), facts, found);
        return take(text, last);
      },
      list: () => found.list(),
    });
  },
  pieces(list) {
    checkNames(list, this.name, [blank, formula]);
    const header = rowText(['MediaID', list.algorithm.toUpperCase()]);
    return textPieces(list, (id, digits) => rowText([id, digits]), header);
  },
});
