/**
 * Detects the shape of a text from its first lines: its format, its delimiter, and what precedes the first row. All text formats are
 * distinguished here, so that no two accept the same file.
 */
import { dihedralNames } from '../../hash/pdq.ts';
import { firstRow, firstRows } from './csv.ts';
import { countLineEnds, lineEnd } from './text.ts';

/** Columns after the hash in plain text: a name, or the output of `presend hash`. */
export type PlainColumns = 'name' | 'quality' | 'turn';

/** Shape of a text. */
export interface Shape {
  readonly kind: 'plain' | 'typed' | 'table' | 'cache' | 'hma';
  /** The delimiter. */
  readonly delimiter: string;
  /** Characters and lines before the first row: blank lines, comments and a line `sep=;`. */
  readonly start: number;
  readonly lines: number;
  /** The first row of a table is its header. */
  readonly header: boolean;
  readonly columns: PlainColumns;
}

/** Number of characters from which the shape is detected. */
export const shapeRoom = 4096;
/** Number of examined rows. */
const looked = 30;

/** Columns of ThreatExchange's two CSV files. */
export const exchangeColumns = {
  cache: ['indicator', 'first_descriptor_id', 'added_on', 'labels'],
  hma: ['indicator', 'indicator_id', 'first_descriptor_id', 'added_on', 'labels'],
} as const;

const hashCell = /^(?:hash=)?[0-9a-f]{8,}$/i;
/** A cell that is a hash and very unlikely a word or a number. */
const longHash = /^(?:hash=)?[0-9a-f]{11,}$/i;
const plainLine = /^\s*"?(?:hash=)?[0-9a-f]{8,}"?\s*(?:$|[,;|\t ])/i;
const typedLine = /^\s*(?![0-9a-f]{8,}\s)[a-z][\w-]{0,39}[ \t]+[0-9a-f]{8,}\s*$/i;
const typedStart = /^\s*(?![0-9a-f]{8,}\s)[a-z][\w-]{0,39}[ \t]+\S+\s*$/i;
/** A quality from 0 to 100; spreadsheets and data frames write 50.0. */
const qualityRow = /^(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)$/;
const turns: ReadonlySet<string> = new Set(dihedralNames);

/** Start of the first line that is neither blank nor a comment, and the number of lines before it. */
function beginning(text: string): { blank: number; start: number; lines: number; separator?: string } {
  const [blank] = /^(?:\s*(?:#[^\n\r\v\f\u0085\u2028\u2029]*(?:$|[\n\r\v\f\u0085\u2028\u2029]))?)*/.exec(text)!;
  // The line keeps its leading spaces.
  let start = blank.length;
  while (start > 0 && !lineEnd.test(text[start - 1]!)) start--;
  const [said, separator] = /^"?sep=([,;\t|])"?[ \t]*(?:\r\n|[\r\n])/i.exec(text.slice(start)) ?? [];
  if (said !== undefined) start += said.length;
  const lines = countLineEnds(text.slice(0, start), true);
  return { blank: blank.length, start, lines, ...(separator === undefined ? {} : { separator }) };
}

/** Whether a text consists of blank lines and comments only. */
export const isBlank = (text: string): boolean => beginning(text).blank === text.length;

/** Start of the first line that is neither blank nor a comment. */
export const startOf = (text: string): number => beginning(text).start;

/** The shape of a text with this head; undefined if it has none of these. */
export function shapeOf(text: string): Shape | undefined {
  const head = text.slice(0, 16 * shapeRoom);
  const { start, lines, separator } = beginning(head);
  const body = head.slice(start, start + shapeRoom);
  if (body === '' || /^\s*(?:[[{<]|PSNDLIST)/.test(body)) return undefined;
  const found = { start, lines, delimiter: separator ?? ',', header: false, columns: 'name' } as const;
  const delimiters = separator === undefined ? [',', ';', '\t', '|'] : [separator];
  for (const delimiter of delimiters) {
    const kind = exchangeOf(firstRow(body, delimiter) ?? []);
    if (kind) return { ...found, kind, delimiter };
  }
  const all = body.split(lineEnd).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  // The last row can be cut off.
  const whole = all.length > 1 && body.length === shapeRoom ? all.slice(0, -1) : all;
  const first = whole.slice(0, looked);
  if (first.length === 0) return undefined;
  if (plainLine.test(first[0]!)) return plain(found, body, first[0]!, separator);
  if (
    typedStart.test(first[0]!) &&
    first.some((line) => typedLine.test(line)) &&
    !first.some((line) => plainLine.test(line))
  )
    return { ...found, kind: 'typed' };
  return tableOf(found, body, delimiters) ?? later(found, first);
}

/** Plain text: the text after the first hash determines the delimiter. */
function plain(found: Omit<Shape, 'kind'>, body: string, line: string, separator: string | undefined): Shape {
  const [, behind = ''] = /^\s*"?(?:hash=)?[0-9a-f]+"?\s*?([,;|\t]?)/i.exec(line)!;
  const delimiter = separator ?? (behind === '' ? ',' : behind);
  const rows = firstRows(body, looked, delimiter);
  // The last line can be cut off. Comments, lines without a hash and hashes alone say nothing about the columns.
  const sure = (rows.length > 1 ? rows.slice(0, -1) : rows).filter(
    ([hash = '', ...rest]) => hashCell.test(hash) && rest.length > 0,
  );
  const every = (test: (cells: readonly string[]) => boolean): boolean => sure.length > 0 && sure.every(test);
  const quality = every((cells) => cells.length >= 3 && qualityRow.test(cells[1]!) && cells[2] !== '');
  const turn = quality && every((cells) => cells.length >= 4 && turns.has(cells.at(-1)!));
  return { ...found, kind: 'plain', delimiter, columns: turn ? 'turn' : quality ? 'quality' : 'name' };
}

/** Plain text that starts with other lines, each of which is then a bad line. */
function later(found: Omit<Shape, 'kind'>, lines: readonly string[]): Shape | undefined {
  const hash = lines.find((line) => plainLine.test(line) && longHash.test(/[0-9a-f]{8,}/i.exec(line)![0]));
  return hash === undefined ? undefined : plain(found, lines.slice(lines.indexOf(hash)).join('\n'), hash, undefined);
}

/** Words of a header that name a hash. */
const hashWord =
  /^[\w .:/-]*(?:hash|pdq|md5|sha-?1|sha-?256|sha-?512|photodna|pdna|fingerprint|digest|indicator)[\w .:/-]*$/i;

/** A table: a header that names a hash, a header above a column of hashes, or columns that include hashes. */
function tableOf(found: Omit<Shape, 'kind'>, body: string, delimiters: readonly string[]): Shape | undefined {
  let best: { score: number; shape: Shape } | undefined;
  for (const delimiter of delimiters) {
    const [first = [], second = []] = firstRows(body, 2, delimiter);
    const named = first.some((cell) => cell.length <= 40 && hashWord.test(cell));
    const bare = first.some((cell) => longHash.test(cell));
    const below = second.some((cell) => longHash.test(cell));
    if (first.length > 200 || (!bare && !named && !(below && first.length > 1 && first.length === second.length)))
      continue;
    if (bare && first.length < 2) continue;
    const score = (below ? 2 : 0) + (first.length > 1 ? 1 : 0);
    if (!best || score > best.score) best = { score, shape: { ...found, kind: 'table', delimiter, header: !bare } };
  }
  return best?.shape;
}

/** Which of ThreatExchange's two files a first row belongs to. */
function exchangeOf(cells: readonly string[]): 'cache' | 'hma' | undefined {
  for (const kind of ['cache', 'hma'] as const) {
    const columns = exchangeColumns[kind];
    if (isExchangeHeader(cells, columns) || isExchangeRow(cells, columns.length)) return kind;
  }
  return undefined;
}

/** Whether a row is the header of one of ThreatExchange's files. */
export const isExchangeHeader = (cells: readonly string[], columns: readonly string[]): boolean =>
  columns.slice(0, 2).every((name, i) => cells[i]?.toLowerCase() === name);

const isExchangeRow = (cells: readonly string[], count: number): boolean =>
  cells.length === count &&
  /^[0-9a-f]{8,}$/i.test(cells[0]!) &&
  cells.slice(1, -2).every((id) => /^\d+$/.test(id)) &&
  /^(?:\d{4}-\d\d-\d\d[\d:.TZ+ -]*|\d{9,})?$/.test(cells.at(-2)!) &&
  !(count === 4 && turns.has(cells[3]!) && qualityRow.test(cells[1]!));
