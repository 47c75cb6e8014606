/** Reading of text in pieces: decoding, lines, and the words of strangers. */
import { concatBytes } from '../../util/bytes.ts';
import type { Gathered } from '../gathered.ts';
import { encodingRoom, type TextSource, textSource } from './encoding.ts';
import { type ListReader, listReader } from './format.ts';

/** What reads the text of a file. */
export interface TextParser {
  /** Reads what it can and returns how many characters it is done with; it gets the others again, with more behind them unless `last`. */
  take(text: string, last: boolean): number;
  /** What came of it, after the last text. */
  gathered(): Gathered;
}

/** Bytes that are decoded at a time. */
const piece = 2 ** 20;
/** Characters that a parser gets at least, but for the last: what it leaves it reads again, which must not be with every byte. */
const leastText = 65_536;

/** A reader of text in any encoding of encoding.ts, without a byte order mark. */
export function textReader(parser: TextParser): ListReader {
  let source: TextSource | undefined;
  // Until there are enough bytes to tell the encoding.
  let head: Uint8Array = new Uint8Array(0);
  let rest = '';
  // Behind the rest, and not given yet.
  let fresh = '';
  const give = (bytes: Uint8Array, last: boolean): void => {
    if (!source) {
      head = concatBytes(head, bytes);
      if (head.length < encodingRoom && !last) return;
      source = textSource(head);
      bytes = head;
    }
    fresh += source.decode(bytes, last);
    if (fresh.length < leastText && !last) return;
    const text = rest + fresh;
    rest = text.slice(parser.take(text, last));
    fresh = '';
  };
  return listReader({
    push(bytes) {
      for (let at = 0; at < bytes.length; at += piece) give(bytes.subarray(at, at + piece), false);
    },
    gathered() {
      give(new Uint8Array(0), true);
      const gathered = parser.gathered();
      const note = source?.note();
      return note === undefined ? gathered : { ...gathered, notes: [note, ...gathered.notes] };
    },
  });
}

/** What ends a line of plain text, as Unicode has it (UAX #14, BK, CR, LF and NL). In quotation marks it is a part of the name. */
export const lineEnd = /[\n\r\v\f\u0085\u2028\u2029]/;

/** Finds line ends from left to right: no character is looked at twice, so that a text without any takes no longer than another. */
export class LineEnds {
  readonly #text: string;
  readonly #others: RegExp;
  #lf = -1;
  #other = -1;
  #from = 0;

  /** `plain`: the line ends of plain text; else CR, LF and CR LF alone, which end the rows of a CSV. */
  constructor(text: string, plain: boolean) {
    this.#text = text;
    this.#others = plain ? /[\r\v\f\u0085\u2028\u2029]/g : /\r/g;
  }

  /** Where the line that holds this place ends; the length of the text where it has no end. */
  at(place: number): number {
    // A reader may come back to where it was.
    if (place < this.#from) this.#lf = this.#other = -1;
    this.#from = place;
    const none = this.#text.length;
    if (this.#lf < place) {
      const found = this.#text.indexOf('\n', place);
      this.#lf = found < 0 ? none : found;
    }
    if (this.#other < place) {
      this.#others.lastIndex = place;
      this.#other = this.#others.exec(this.#text)?.index ?? none;
    }
    return Math.min(this.#lf, this.#other);
  }

  /** Where the next line starts, behind the end of one. */
  after(end: number): number {
    return this.#text[end] === '\r' && this.#text[end + 1] === '\n' ? end + 2 : end + 1;
  }
}

/** Line ends in a text. */
export const countLineEnds = (text: string, plain: boolean): number =>
  text.match(plain ? /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g : /\r\n|[\n\r]/g)?.length ?? 0;

/** Characters of the longest line: what is longer is not a line of a list, and costs one bad line, not the memory. */
export const longestLine = 65_536;
export const tooLong = `longer than ${longestLine} characters`;

/**
 * Takes text line by line, numbered from 1; `bad` gets those that are too long. `each` may take more than its line (a name of several
 * lines): it returns where it stopped, or undefined for the end of the line, or 'more' where it must see more text to tell.
 */
export function lineTaker(
  each: (
    line: string,
    number: number,
    whole: { text: string; at: number; last: boolean },
  ) => number | 'more' | undefined,
  bad: (line: number, reason: string) => void,
): TextParser['take'] {
  let line = 1;
  // Inside a line that is too long and counted already.
  let skipping = false;
  return (text, last) => {
    const ends = new LineEnds(text, true);
    let at = 0;
    while (at < text.length) {
      let end = ends.at(at);
      const cut = !last && (end === text.length || (end === text.length - 1 && text[end] === '\r'));
      if (cut && end - at <= longestLine && !skipping) return at;
      if (!skipping) {
        if (end - at > longestLine) bad(line, tooLong);
        else {
          const stop = each(text.slice(at, end), line, { text, at, last });
          if (stop === 'more') return at;
          if (stop !== undefined) {
            line += countLineEnds(text.slice(at, stop), true);
            end = stop;
          }
        }
      }
      skipping = cut;
      if (cut) return end;
      if (end < text.length) line++;
      at = ends.after(end);
    }
    return Math.min(at, text.length);
  };
}

/** A stranger's word, short enough for a reason. */
export const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}…` : text);

/** A name of a kind of hash without what the formats put around it: HASH_PDQ, ImagePDQ and pdq are one. */
export const plainSignal = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^(hash_|image)/, '')
    .replaceAll(/[^a-z0-9]/g, '');
