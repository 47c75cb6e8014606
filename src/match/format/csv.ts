/**
 * A strict reader of comma-separated values (RFC 4180). It does not use csv-parse: there, a stray quotation mark takes the rest of the file
 * into one cell, its browser build copies the file into an array of numbers, and reasons need line numbers.
 */
import { countLineEnds, LineEnds, lineEnd, longestLine, type TextParser, tooLong } from './text.ts';
import type { NameRule } from './writing.ts';

/** A row, or why it is invalid; `line` is its first line. */
export type Row =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly reason: string };

/** Maximum number of characters of a row up to its last closing quotation mark: an unclosed one costs one line, not the file. */
const longest = longestLine;
/** Maximum number of cells in a row with quotation marks. */
const widest = 1000;

/** Options for reading rows: the delimiter, and the number of the first line. */
interface RowOptions {
  readonly delimiter?: string;
  readonly line?: number;
}

/** Reads text row by row, without blank lines; CR, LF and CR LF end rows. Spaces around cells are dropped unless quoted. */
export function rowTaker(each: (row: Row) => void, { delimiter = ',', line = 1 }: RowOptions = {}): TextParser['take'] {
  // Inside a line that is already counted and has not ended yet.
  let skipping = false;
  return (text, last) => {
    const ends = new LineEnds(text, false);
    let at = 0;
    // A row is decided within this many characters, wherever the text was cut.
    while (at < text.length && (last || text.length - at > 2 * longest || skipping)) {
      const end = ends.at(at);
      // A line feed can follow.
      if (skipping && !last && end === text.length - 1 && text[end] === '\r') return end;
      let row: ReturnType<typeof rowAt> | undefined;
      const long = end - at > longest;
      if (!skipping && (long || text.slice(at, end).trim() !== '')) {
        row = long ? tooLong : rowAt(text, at, delimiter, ends);
        each(typeof row === 'string' ? { line, reason: row } : { line, cells: row.cells });
      }
      const until = typeof row === 'object' ? row.end : end;
      skipping = until === text.length;
      if (until > end) line += countLineEnds(text.slice(at, until), false);
      if (until < text.length) line++;
      at = ends.after(until);
    }
    return Math.min(at, text.length);
  };
}

/** The row of a text that consists of exactly one row (the head of a file), or undefined. */
export const firstRow = (text: string, delimiter = ','): readonly string[] | undefined =>
  firstRows(text, 1, delimiter)[0];

/** The first rows of a text; an unreadable one has no cells. */
export function firstRows(text: string, count: number, delimiter = ','): (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  rowTaker(
    (row) => {
      if (rows.length < count) rows.push('cells' in row ? row.cells : []);
    },
    { delimiter },
  )(text, true);
  return rows;
}

const misplaced = 'a quotation mark out of place';

/** The cells of the row that starts here and the end of its last line, or why it is unreadable. */
function rowAt(
  text: string,
  start: number,
  delimiter: string,
  ends: LineEnds,
): { cells: string[]; end: number } | string {
  let end = ends.at(start);
  const line = text.slice(start, end);
  if (!line.includes('"')) return { cells: line.split(delimiter).map((cell) => cell.trim()), end };
  const cells: string[] = [];
  for (let at = start; ; at++) {
    while (at < end && text[at] === ' ') at++;
    const quoted = text[at] === '"';
    const closing = quoted ? closingQuote(text, at, start + longest) : at - 1;
    if (quoted && closing < 0) return 'a quotation mark that is never closed';
    if (closing > end) end = ends.at(closing);
    if (end - start > 2 * longest - 1) return tooLong;
    // The search must stop at the end of the line: otherwise it would read a file of lines without delimiters once per line.
    const rest = text.slice(closing + 1, end);
    const length = rest.indexOf(delimiter);
    const after = (length < 0 ? rest : rest.slice(0, length)).trim();
    if (quoted ? after !== '' : after.includes('"')) return misplaced;
    cells.push(quoted ? text.slice(at + 1, closing).replaceAll('""', '"') : after);
    if (length < 0) return { cells, end };
    at = closing + 1 + length;
    if (cells.length > widest) return `more than ${widest} cells`;
  }
}

/** Position of the quotation mark that closes a cell, or -1 if there is none before the limit. */
export function closingQuote(text: string, opening: number, limit: number): number {
  for (let at = text.indexOf('"', opening + 1); at >= 0 && at < limit; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return -1;
}

/** One row with its line end; cells are quoted if necessary. */
export const rowText = (cells: readonly string[]): string => `${cells.map(cellText).join(',')}\n`;

/** A cell in a row. It is quoted if any reader might see the end of a cell or line in it. */
export const cellText = (cell: string): string =>
  /[",;|]|\t/.test(cell) || lineEnd.test(cell) || cell !== cell.trim() ? quotedCell(cell) : cell;

/** A cell in quotation marks. */
export const quotedCell = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

/** A name that a spreadsheet would execute, and the sentence's word for a safe one. */
export const formula: NameRule = [/^[=+\-@\t\r]/, 'a name that no spreadsheet runs as a formula'];
