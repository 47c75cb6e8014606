/** What a hash-list file format is, for every file of this folder. */
import { concatBytes } from '../../util/bytes.ts';
import type { Gathered } from '../gathered.ts';
import type { HashList, ListFacts } from '../hash-list.ts';
import { settle } from '../settle.ts';
import type { BadLines } from './bad-lines.ts';

/** What a reader has to know that the file may not say. */
export interface ReaderFacts extends ListFacts {
  /** Least quality of a hash, 0 to 100, where the file gives one; hashes below are omitted, and counted. Default 0. */
  readonly minQuality?: number;
}

/** The result of reading a list file. */
export interface ReadList {
  readonly list: HashList;
  /** Lines that could not be read: counted and shown, never silently dropped. */
  readonly bad: BadLines;
  /** Lines that were read and give no entry, each with its reason: deleted, of another type, too flat. Counted as well. */
  readonly left: BadLines;
  /** What a reader should know of the file as a whole, e.g. that it is one page of several. */
  readonly notes?: readonly string[];
}

/** Reads a file that comes in pieces, cut anywhere. Its methods throw a UserError when nothing of the file can be read. */
export interface ListReader {
  /** Takes the next piece; the caller may overwrite it afterwards. */
  push(bytes: Uint8Array): void;
  /** Says that there is no more, and gives what the file says, for `settle`. */
  gathered(): Gathered;
  /** Says that there is no more, and gives the list, its own deletions and updates applied. */
  end(): ReadList;
}

/** A reader, from one that only gathers. */
export const listReader = (own: Pick<ListReader, 'push' | 'gathered'>): ListReader => ({
  ...own,
  end() {
    const { list, files } = settle([own.gathered()]);
    const { bad, left, notes } = files[0]!;
    return { list, bad, left, ...(notes.length > 0 ? { notes } : {}) };
  },
});

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
  /** Name of the hash that a file with these first bytes says it lists, where the format says so. */
  algorithmOf?(head: Uint8Array): string | undefined;
  /** Starts to read a file; `facts` says what the format itself does not. */
  reader(facts: ReaderFacts): ListReader;
  /** The file, piece by piece. Throws a UserError before the first where a name cannot be written. */
  pieces(list: HashList): Iterable<Uint8Array>;
  /** Reads a whole file. Throws a UserError when nothing of it can be read. */
  read(bytes: Uint8Array, facts: ReaderFacts): ReadList;
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
