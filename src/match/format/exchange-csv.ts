/**
 * The two CSV files of ThreatExchange's tools, distinguished by their columns: four for python-threatexchange's cache, five for HMA's. With
 * a header, its second cell decides; without one, the number of cells decides, if the ids are whole numbers and the date has the form of
 * one. These tools accept no header, and only whole numbers as ids. Another name is written as a label `name=`, percent-encoded, with the
 * entry's index as its id. Such a label is read back as the name.
 */

import { rowTaker, rowText } from './csv.ts';
import { headOf } from './encoding.ts';
import { type ListFormat, listFormat } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { exchangeColumns, isExchangeHeader, shapeOf, shapeRoom } from './shape.ts';
import { type TextParser, textReader } from './text.ts';
import { blank, checkNames, textPieces } from './writing.ts';

/** A format with these columns: the hash first, the name second, then columns that the list model ignores. */
export function exchangeCsv(
  about: Pick<ListFormat, 'name' | 'summary' | 'reference'>,
  kind: keyof typeof exchangeColumns,
): ListFormat {
  const columns: readonly string[] = exchangeColumns[kind];
  return listFormat({
    ...about,
    endings: ['.csv', '.te'],
    recognises: (head) => shapeOf(headOf(head))?.kind === kind,
    reader(facts) {
      const found = new Gatherer(facts, 'line');
      let first = true;
      const each: Parameters<typeof rowTaker>[0] = (row) => {
        if ('reason' in row) found.bad(row.line, row.reason);
        else if (!first || !isExchangeHeader(row.cells, columns)) {
          const [indicator = '', id = ''] = row.cells;
          if (row.cells.length === columns.length)
            found.add(row.line, indicator, labelledName(row.cells.at(-1)!) ?? id, { untyped: true });
          else found.bad(row.line, `${row.cells.length} columns where there should be ${columns.length}`);
        }
        first = false;
      };
      return textReader({ take: shapedTaker(each), gathered: () => found.gathered() });
    },
    pieces(list) {
      checkNames(list, about.name, [blank]);
      // HMA also has the id of a descriptor.
      const row = (digits: string, id: string, label: string): string =>
        rowText([digits, ...columns.slice(1, -2).map(() => id), '', label]);
      return textPieces(
        list,
        (id, digits, i) =>
          isNumber(id) ? row(digits, id, '') : row(digits, String(i + 1), `name=${encodeURIComponent(id)}`),
        list.entries.length === 0 ? rowText(columns) : '',
      );
    },
  });
}

/** An id that the tools' own readers accept. */
const isNumber = (id: string): boolean => /^\d{1,19}$/.test(id);

/** The name among space-separated labels, or undefined. */
function labelledName(labels: string): string | undefined {
  if (!labels.includes('name=')) return undefined;
  const coded = labels
    .split(' ')
    .find((label) => label.startsWith('name='))
    ?.slice(5);
  if (coded === undefined || coded === '') return undefined;
  try {
    return decodeURIComponent(coded);
  } catch (error) {
    // A label of another origin.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Reads rows according to the text's shape: its delimiter, after comments and a line `sep=`. */
function shapedTaker(each: Parameters<typeof rowTaker>[0]): TextParser['take'] {
  let take: TextParser['take'] | undefined;
  return (text, last) => {
    if (take) return take(text, last);
    if (text.length < 16 * shapeRoom && !last) return 0;
    const { start = 0, lines = 0, delimiter = ',' } = shapeOf(text) ?? {};
    take = rowTaker(each, { delimiter, line: lines + 1 });
    return start + take(text.slice(start), last);
  };
}
