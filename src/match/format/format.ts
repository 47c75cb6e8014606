/** The interface of a hash-list file format; each file of this folder implements it. */
import { concatBytes } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import type { Gathered } from '../gathered.ts';
import type { HashList, ListFacts } from '../hash-list.ts';
import { settle } from '../settle.ts';
import type { BadLines } from './bad-lines.ts';

/** Facts that a reader needs and a file may lack. */
export interface ReaderFacts extends ListFacts {
  /** Minimum quality of a hash, 0 to 100, if the file has qualities; hashes below are omitted and counted. Default 0. */
  readonly minQuality?: number;
  /** Neither the file nor anybody else said that its hashes are of that algorithm. */
  readonly guessed?: boolean;
}

/** The result of reading a list file. */
export interface ReadList {
  readonly list: HashList;
  /** Unreadable lines: counted and displayed, never silently dropped. */
  readonly bad: BadLines;
  /** Readable lines without an entry, each with its reason: deleted, of another type, too flat. They are counted too. */
  readonly left: BadLines;
  /** Notes about the whole file, e.g. that it is one page of several. */
  readonly notes?: readonly string[];
}

/** Reads a file in pieces, cut anywhere. Its methods throw a UserError if nothing of the file is readable. */
export interface ListReader {
  /** Reads the next piece; the caller can overwrite it afterwards. */
  push(bytes: Uint8Array): void;
  /** Ends the input; returns the file's contents for `settle`. */
  gathered(): Gathered;
  /** Ends the input; returns the list, with its own deletions and updates applied. */
  end(): ReadList;
}

/** Makes a reader from one that only gathers. */
export const listReader = (own: Pick<ListReader, 'push' | 'gathered'>): ListReader => ({
  ...own,
  end() {
    const { list, files } = settle([own.gathered()]);
    const { bad, left, notes } = files[0]!;
    return { list, bad, left, ...(notes.length > 0 ? { notes } : {}) };
  },
});

/** What a file declares of its hashes. */
export interface DeclaredHash extends Pick<ListFacts, 'algorithm' | 'detector'> {
  readonly bits?: number;
}

/** A file format of hash lists. */
export interface ListFormat {
  /** Name for `--format`. */
  readonly name: string;
  readonly summary: string;
  readonly reference: string;
  /** File name endings, with the dot. */
  readonly endings: readonly string[];
  /** What the numbers of bad lines count; lines by default. */
  readonly unit?: 'record';
  /** The format does not store names: writing a list loses them. */
  readonly nameless?: true;
  /** The format says which detector made its hashes, and can hold vectors in place of hashes. */
  readonly holdsDetectors?: true;
  /** Whether these first bytes look like the format. */
  recognises(head: Uint8Array): boolean;
  /** The hash that a file with these first bytes declares, if the format declares one: its name, and its length and detector if that is stated. */
  hashOf?(head: Uint8Array): DeclaredHash | undefined;
  /** Starts to read a file; `facts` supplies what the format lacks. */
  reader(facts: ReaderFacts): ListReader;
  /** The file, piece by piece. Throws a UserError before the first piece if a name, or vectors, cannot be written. */
  pieces(list: HashList): Iterable<Uint8Array>;
  /** Reads a whole file. Throws a UserError if nothing of it is readable. */
  read(bytes: Uint8Array, facts: ReaderFacts): ReadList;
  /** Writes a whole file. */
  write(list: HashList): Uint8Array;
}

/** A format that reads and writes pieces, and so whole files too. */
export const listFormat = (own: Omit<ListFormat, 'read' | 'write'>): ListFormat => ({
  ...own,
  read(bytes, facts) {
    const reader = own.reader(facts);
    reader.push(bytes);
    return reader.end();
  },
  pieces(list) {
    mustHold(own, list);
    return own.pieces(list);
  },
  write(list) {
    mustHold(own, list);
    return concatBytes(...own.pieces(list));
  },
});

/** Throws a UserError if the list has vectors and the format holds hashes only. */
function mustHold({ name, holdsDetectors }: Pick<ListFormat, 'name' | 'holdsDetectors'>, list: HashList): void {
  const dimensions = list.detector?.dimensions;
  if (dimensions !== undefined && holdsDetectors === undefined)
    throw new UserError(
      `${name} holds hashes of bits, and '${list.name}' has vectors of ${dimensions} numbers; choose binary or hash-json, or make the list with --bits`,
    );
}
