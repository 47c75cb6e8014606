/** What a hash-list file format is, for every file of this folder. */
import { concatBytes } from '../../util/bytes.ts';
import type { HashList, ListFacts } from '../hash-list.ts';
import type { BadLines } from './bad-lines.ts';

/** What came of reading a list file. */
export interface ReadList {
  readonly list: HashList;
  /** Lines that could not be read: counted and shown, never silently dropped. */
  readonly bad: BadLines;
  /** What a reader should know of the file as a whole, e.g. that it is one page of several. */
  readonly notes?: readonly string[];
}

/** Reads a file that comes in pieces, cut anywhere. Its methods throw a UserError when nothing of the file can be read. */
export interface ListReader {
  /** Takes the next piece; the caller may overwrite it afterwards. */
  push(bytes: Uint8Array): void;
  /** Says that there is no more. */
  end(): ReadList;
}

/** A way to write hash lists down. */
export interface ListFormat {
  /** Name for `--format`. */
  readonly name: string;
  readonly summary: string;
  readonly reference: string;
  /** File name endings, with the dot. */
  readonly endings: readonly string[];
  /** What the numbers of bad lines count; lines unless said otherwise. */
  readonly unit?: 'record';
  /** The format has no place for names: they are lost when a list is written. */
  readonly nameless?: true;
  /** Whether these first bytes look like the format. */
  recognises(head: Uint8Array): boolean;
  /** Starts to read a file; `facts` says what the format itself does not. */
  reader(facts: ListFacts): ListReader;
  /** The file, piece by piece. Throws a UserError before the first where a name cannot be written. */
  pieces(list: HashList): Iterable<Uint8Array>;
  /** Reads a whole file. Throws a UserError when nothing of it can be read. */
  read(bytes: Uint8Array, facts: ListFacts): ReadList;
  /** Writes a whole file. */
  write(list: HashList): Uint8Array;
}

/** A format that is read and written in pieces, and so whole as well. */
export const listFormat = (own: Omit<ListFormat, 'read' | 'write'>): ListFormat => ({
  ...own,
  read(bytes, facts) {
    const reader = own.reader(facts);
    reader.push(bytes);
    return reader.end();
  },
  write: (list) => concatBytes(...own.pieces(list)),
});
