/**
 * A table with a header, as forensic tools around Project VIC write it: the column of the list's hash is read (`PDQ`), and the first column
 * that names things. Commas, semicolons or tabs between cells. All other columns (MD5, categories, tags, …) are dropped; a row without
 * that hash is counted as bad. There is no published CSV of Project VIC: VICS is JSON under membership, so this is the tools' common form.
 */
import { utf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { toHex } from '../../util/hex.ts';
import { firstRow, formula, rowsOf, rowText } from './csv.ts';
import type { ListFormat } from './format.ts';
import { blank, clip, Gatherer, headOf, namedEntries, notUnicode, plainSignal, textOf } from './text.ts';

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

export const projectVicCsv: ListFormat = {
  name: 'project-vic-csv',
  summary: 'table with a header, one column a hash, as tools around Project VIC write',
  reference: 'no published layout; columns as in VICS (https://www.projectvic.org) and IPED issue 1136',
  endings: ['.csv'],
  recognises: (head) => headerOf(headOf(head)) !== undefined,
  read(bytes, facts) {
    const text = textOf(bytes);
    const header = headerOf(text.slice(0, 4096));
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
    const found = new Gatherer(facts, 'line');
    let first = true;
    for (const row of rowsOf(text, delimiter)) {
      if ('reason' in row) found.bad(row.line, row.reason);
      else if (!first) {
        const digits = row.cells[at] ?? '';
        if (digits === '') found.bad(row.line, `no ${facts.algorithm}`);
        else found.add(row.line, digits, row.cells[nameAt] ?? '');
      }
      first = false;
    }
    return found.list();
  },
  write(list) {
    const rows = namedEntries(list, this.name, [blank, notUnicode, formula]).map(({ id, hash }) =>
      rowText([id, toHex(hash)]),
    );
    return utf8(rowText(['MediaID', list.algorithm.toUpperCase()]) + rows.join(''));
  },
};
