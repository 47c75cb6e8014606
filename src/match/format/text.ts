/** Reading of text in pieces: decoding, lines, and the words of strangers. */
import { UserError } from '../../util/errors.ts';
import type { ListReader, ReadList } from './format.ts';

/** What reads the text of a file. */
export interface TextParser {
  /** Reads what it can and returns how many characters it is done with; it gets the others again, with more behind them unless `last`. */
  take(text: string, last: boolean): number;
  /** What came of it, after the last text. */
  list(): ReadList;
}

/** Bytes that are decoded at a time. */
const piece = 2 ** 20;
/** Characters that a parser gets at least, but for the last: what it leaves it reads again, which must not be with every byte. */
const leastText = 65_536;

/** A reader of UTF-8, without a byte order mark. Throws a UserError on other bytes. */
export function textReader(parser: TextParser): ListReader {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  // Behind the rest, and not given yet.
  let fresh = '';
  const decode = (bytes: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      throw new UserError('Expected UTF-8 text for a hash list but the file holds other bytes; name its --format');
    }
  };
  const give = (bytes: Uint8Array, last: boolean): void => {
    fresh += decode(bytes, !last);
    if (fresh.length < leastText && !last) return;
    const text = rest + fresh;
    rest = text.slice(parser.take(text, last));
    fresh = '';
  };
  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; at += piece) give(bytes.subarray(at, at + piece), false);
    },
    end() {
      give(new Uint8Array(0), true);
      return parser.list();
    },
  };
}

/** Characters of the longest line: what is longer is no line of a list, and costs one bad line, not the memory. */
export const longestLine = 65_536;
export const tooLong = `longer than ${longestLine} characters`;

/** Takes text line by line, without line ends, numbered from 1; `bad` gets those that are too long. */
export function lineTaker(
  each: (text: string, line: number) => void,
  bad: (line: number, reason: string) => void,
): TextParser['take'] {
  let line = 1;
  // Inside a line that is too long and counted already.
  let skipping = false;
  return (text, last) => {
    let at = 0;
    while (at < text.length) {
      const newline = text.indexOf('\n', at);
      if (newline < 0 && !last && text.length - at <= longestLine && !skipping) return at;
      const end = newline < 0 ? text.length : newline;
      if (!skipping) {
        if (end - at > longestLine) bad(line, tooLong);
        else each(text.slice(at, end), line);
      }
      if (newline < 0) {
        skipping = true;
        return text.length;
      }
      skipping = false;
      line++;
      at = newline + 1;
    }
    return at;
  };
}

const lenient = new TextDecoder();

/** The first bytes as text, whatever they are: the cut may go through a character. */
export const headOf = (bytes: Uint8Array): string => lenient.decode(bytes.subarray(0, 4096));

/** A stranger's word, short enough for a reason. */
export const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}…` : text);

/** A name of a kind of hash without what the formats put around it: HASH_PDQ, ImagePDQ and pdq are one. */
export const plainSignal = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^(hash_|image)/, '')
    .replaceAll(/[^a-z0-9]/g, '');
