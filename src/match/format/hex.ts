/**
 * Plain text: one hex hash per line, `hash` or `hash,name`, optionally after `hash=`; blank lines and # comments are skipped. A comma, a
 * semicolon, a tab or spaces precede the name, as in the output of checksum tools. A quoted name can contain anything. The output of
 * `presend hash` and PDQ's own tools is read too: `hash,quality,file`, and the turn as a fourth column.
 */
import { closingQuote, quotedCell } from './csv.ts';
import { headOf } from './encoding.ts';
import { listFormat, type ReaderFacts } from './format.ts';
import { Gatherer } from './gatherer.ts';
import { type PlainColumns, shapeOf, shapeRoom } from './shape.ts';
import { LineEnds, lineEnd, lineTaker, longestLine, type TextParser, textReader } from './text.ts';
import { textPieces } from './writing.ts';

/** The hash at the start of a line, quoted or not, and the start of the rest. */
const lineStart = /^\s*(?:"(?:hash=)?([^"]*)"|(?:hash=)?([^\s,;|"]*))[ \t]*(?:[,;|]|(?=[ \t]|$))/i;
const qualityStart = /^[ \t]*"?(100(?:\.0+)?|\d{1,2}(?:\.\d+)?)"?[,;|\t]/;
const turnEnd = /^[ \t]*[,;|\t][ \t]*"?([A-Za-z0-9]+)"?[ \t]*$/;

/** Returns a reader of the lines for the detected columns. `asChecksum` hears of each hash that stands before a file's name as checksum tools write it. */
function takerFor(
  columns: PlainColumns,
  facts: ReaderFacts,
  found: Gatherer,
  asChecksum: () => void,
): TextParser['take'] {
  const digits = facts.bits / 4;
  const swallowed = new RegExp(`^\\s*"?(?:hash=)?[0-9a-f]{${digits}}(?![0-9a-f])`, 'i');
  // A further column can be a name, such as the file's SHA-256.
  const several = new RegExp(`^[0-9a-f]{${digits}}(?:[,; ]\\s*[0-9a-f]{${digits}})+$`, 'i');

  return lineTaker((raw, line, { text, at, last }) => {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return undefined;
    const [start, quoted, bare = ''] = lineStart.exec(raw) ?? [];
    if (start === undefined) {
      found.bad(line, 'not a hexadecimal hash');
      return undefined;
    }
    const hash = quoted ?? bare;
    let from = start.length;
    let quality: number | undefined;
    if (columns !== 'name') {
      const [before, number] = qualityStart.exec(raw.slice(from)) ?? [];
      if (before !== undefined) {
        quality = Number(number);
        from += before.length;
      }
    }
    while (raw[from] === ' ' || raw[from] === '\t') from++;
    if (raw[from] === '"') {
      const name = quotedName(text, at + from, {
        limit: at + longestLine,
        last,
        turn: columns === 'turn' || quoted !== undefined,
      });
      if (name === 'more') return 'more';
      if (name) {
        if (name.text.split(lineEnd).some((each) => swallowed.test(each))) found.noteHashInName();
        found.add(line, hash, turned(name.text, name.turn), { quality, untyped: true });
        return name.end;
      }
    }
    // `md5sum` and similar tools put an asterisk before the name of a binary file.
    if (/[ \t]/.test(raw[from - 1] ?? '') && !/[,;|]/.test(start) && raw[from] === '*') from++;
    const rest = raw.slice(from).trim();
    const [file, turn] = columns === 'turn' ? splitTurn(rest) : [rest, undefined];
    if (quoted?.includes(',') || (quality === undefined && several.test(rest)))
      found.bad(line, 'several hashes in one line: it lists regions or columns, not a hash and its name');
    else if (found.add(line, hash, turned(file, turn), { quality, untyped: true }) && isChecksum(start, raw, quality))
      asChecksum();
    return undefined;
  }, found.bad);
}

/** Whether a line has two blanks, or a blank and an asterisk, between hash and name, as `sha256sum` prints it. */
const isChecksum = (start: string, raw: string, quality: number | undefined): boolean =>
  quality === undefined && !/[,;|\t]/.test(start) && /^\s*[0-9a-f]+ [ *]\S/i.test(raw);

/** Appends a picture's turn to its name; an unturned picture has none. */
export const turned = (file: string, turn: string | undefined): string =>
  turn === undefined || turn === 'original' ? file : `${file} (${turn})`;

function splitTurn(rest: string): [file: string, turn: string | undefined] {
  const comma = rest.lastIndexOf(',');
  return comma < 0 ? [rest, undefined] : [rest.slice(0, comma).trim(), rest.slice(comma + 1).trim()];
}

/** A quoted name, followed only by the turn: its text and the end of its line. Undefined if invalid. */
function quotedName(
  text: string,
  opening: number,
  { limit, last, turn }: { limit: number; last: boolean; turn: boolean },
): { text: string; turn: string | undefined; end: number } | 'more' | undefined {
  const closing = closingQuote(text, opening, limit);
  if (closing < 0) return last || text.length > limit ? undefined : 'more';
  const end = new LineEnds(text.slice(closing, closing + 256), true).at(0) + closing;
  if (!last && end >= text.length - 1) return 'more';
  if (end < text.length && !lineEnd.test(text[end]!)) return undefined;
  const behind = text.slice(closing + 1, end);
  const [, word] = turn ? (turnEnd.exec(behind) ?? []) : [];
  if (behind.trim() !== '' && word === undefined) return undefined;
  return { text: text.slice(opening + 1, closing).replaceAll('""', '"'), turn: word, end };
}

/** Whether a name without quotation marks reads back unchanged. */
function isPlain(name: string): boolean {
  return !(
    name !== name.trim() ||
    name === '' ||
    name.includes('"') ||
    lineEnd.test(name) ||
    // Whether it could be mistaken for a quality, for columns of another format, or for hashes of regions.
    /^\d+(?:\.\d+)?[,;|\t]/.test(name) ||
    /^[0-9a-f]{8,}(?:[,; ]\s*[0-9a-f]{8,})+$/i.test(name)
  );
}

/** Two types have 64 digits, and a checksum tool writes only one of them. */
const guess = ({ algorithm }: ReaderFacts, lines: number): string =>
  `${lines === 1 ? '1 line looks' : `${lines} lines look`} like what sha256sum prints, and ${lines === 1 ? 'is' : 'are'} read as ${algorithm} because nothing says of which type 64 digits are; --algorithm sha256 reads them as SHA-256 of files`;

export const hex = listFormat({
  name: 'hex',
  summary:
    'one hexadecimal hash per line, with an optional name after a comma, a tab or spaces; what presend hash prints',
  reference: 'the text that ThreatExchange’s PDQ tools read and write',
  endings: ['.txt', '.hex', '.dat'],
  recognises: (head) => shapeOf(headOf(head))?.kind === 'plain',
  reader(facts) {
    const found = new Gatherer(facts, 'line');
    let take: TextParser['take'] | undefined;
    let checksums = 0;
    return textReader({
      take(text, last) {
        if (!take && text.length < 16 * shapeRoom && !last) return 0;
        take ??= takerFor(shapeOf(text)?.columns ?? 'name', facts, found, () => checksums++);
        return take(text, last);
      },
      gathered: () =>
        found.gathered({
          notes: facts.guessed && facts.bits === 256 && checksums > 0 ? [guess(facts, checksums)] : [],
        }),
    });
  },
  pieces: (list) => textPieces(list, (id, digits) => `${digits},${isPlain(id) ? id : quotedCell(id)}\n`),
});
