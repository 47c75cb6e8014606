/** What a hash-list file format is, for every file of this folder. */
import type { HashList } from '../hash-list.ts';

/** A line (or record) that could not be read; it is counted and shown, never silently dropped. */
export interface BadLine {
  /** Number of the line, or of the record where that is the format's unit; 1 for the first. */
  readonly line: number;
  readonly reason: string;
}

/** What came of reading a list file. */
export interface ReadList {
  readonly list: HashList;
  readonly bad: readonly BadLine[];
  /** What a reader should know of the file as a whole, e.g. that it is one page of several. */
  readonly notes?: readonly string[];
}

/** What the reader of a file may tell of it, where the format itself does not. */
export interface ListFacts {
  readonly name: string;
  readonly algorithm: string;
  readonly bits: number;
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
  /** Reads a whole file. Throws a UserError when nothing of it can be read. */
  read(bytes: Uint8Array, facts: ListFacts): ReadList;
  write(list: HashList): Uint8Array;
}
