/** Reads text in pieces: decoding, lines, and quoting of foreign words. */
import { concatBytes } from '../../util/bytes.ts';
import type { Gathered } from '../gathered.ts';
import { encodingRoom, type TextSource, textSource } from './encoding.ts';
import { type ListReader, listReader } from './format.ts';

/** Parses the text of a file. */
export interface TextParser {
  /** Parses what it can and returns how many characters it consumed. It gets the others again, with more text after them unless `last`. */
  take(text: string, last: boolean): number;
  /** The result, after the last text. */
  gathered(): Gathered;
}

/** Number of bytes decoded per step. */
const piece = 2 ** 20;
/**
 * Minimum number of characters that a parser gets, except for the last call. It reads unconsumed text again, which must not happen for
 * every byte.
 */
const leastText = 65_536;

/** A reader of text in any encoding of encoding.ts, without a byte order mark. */
export function textReader(parser: TextParser): ListReader {
  let source: TextSource | undefined;
  // Collects bytes until the encoding can be detected.
  let head: Uint8Array = new Uint8Array(0);
  let rest = '';
  // Text after the rest that is not passed on yet.
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

/** Line ends of plain text, as in Unicode (UAX #14, BK, CR, LF and NL). In quotation marks they belong to the name. */
export const lineEnd = /[\n\r\v\f\u0085\u2028\u2029]/;

/** Finds line ends from left to right. It examines no character twice, so a text without line ends takes no longer. */
export class LineEnds {
  readonly #text: string;
  readonly #others: RegExp;
  #lf = -1;
  #other = -1;
  #from = 0;

  /** `plain`: the line ends of plain text; otherwise only CR, LF and CR LF, which end the rows of a CSV. */
  constructor(text: string, plain: boolean) {
    this.#text = text;
    this.#others = plain ? /[\r\v\f\u0085\u2028\u2029]/g : /\r/g;
  }

  /** End of the line at this position; the length of the text if there is none. */
  at(place: number): number {
    // A reader can go back to an earlier position.
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

  /** Start of the next line, after a line end. */
  after(end: number): number {
    return this.#text[end] === '\r' && this.#text[end + 1] === '\n' ? end + 2 : end + 1;
  }
}

/** Line ends in a text. */
export const countLineEnds = (text: string, plain: boolean): number =>
  text.match(plain ? /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g : /\r\n|[\n\r]/g)?.length ?? 0;

/** Maximum number of characters per line. A longer line is not part of a list, and costs one bad line instead of memory. */
export const longestLine = 65_536;
export const tooLong = `longer than ${longestLine} characters`;

/**
 * Reads text line by line, numbered from 1; `bad` gets those that are too long. `each` can consume more than its line (a name of several
 * lines). It returns where it stopped, or undefined for the end of the line, or 'more' if it needs more text to decide.
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
  // Inside an overlong line that is already counted.
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

/** A foreign word, shortened for a reason. */
export const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}…` : text);

/**
 * A hash type's name without the formats' additions: HASH_PDQ, ImagePDQ and pdq are equal. Digests of files are the same whatever the files
 * are: HASH_VIDEO_MD5, VideoMD5, video_md5 and md5 are equal.
 */
export const plainSignal = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^(hash_|image)/, '')
    .replaceAll(/[^a-z0-9]/g, '')
    .replace(/^(?:photo|video)(?=(?:md5|sha1|sha256)$)/, '');
