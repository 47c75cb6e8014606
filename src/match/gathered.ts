/** The contents of one list file, before `settle` applies deletions and updates from it or from other files. */
import { concatBytes, utf8 } from '../util/bytes.ts';
import type { BadLines } from './format/bad-lines.ts';
import type { HashList } from './hash-list.ts';
import { ByteSet } from './place-table.ts';

/** The contents of one file. */
export interface Gathered {
  /** Every entry, including those that the file later removes. */
  readonly list: HashList;
  /** Unreadable lines. */
  readonly bad: BadLines;
  /** Readable lines without an entry: deletions, other types, pictures that are too flat. */
  readonly left: BadLines;
  /** Notes about the whole file. */
  readonly notes: readonly string[];
  /** States that the file is one page of several. */
  readonly more?: string | undefined;
  /** Number of hashes of other types than the list's, by type: a file can hold several, of which one list has one. */
  readonly others?: ReadonlyMap<string, number> | undefined;
  /** Present if the format's records have ids, so that a later record can change an earlier one. */
  readonly records?: Records | undefined;
}

/** The ids of records: their owners, and which of them are deleted. */
export class Records {
  /** Files of one scope refer to the same records. */
  readonly scope: string;
  /** Number of the record of each entry. */
  readonly #numbers: number[] = [];
  /** Index of each entry’s owner among the owners; -1 if its record has no id. */
  readonly #owners: number[] = [];
  readonly owners: string[] = [];
  readonly #places = new Map<string, number>();
  /** Owner and id of deleted records. */
  readonly deletedIds = new ByteSet();
  /** Deleted hashes. */
  readonly deletedHashes = new ByteSet();
  /** Hash and id of deleted records, for entries of unknown owner. */
  readonly deletedPairs = new ByteSet();
  /** Owner and id of records without an entry, and the number of the last of them: entries of earlier ones are outdated. */
  readonly emptied = new ByteSet();
  readonly emptiedBy: number[] = [];

  constructor(scope: string) {
    this.scope = scope;
  }

  /** Adds the record of the next entry; `owner` is undefined if the record has no id. */
  entry(number: number, owner: string | undefined): void {
    this.#numbers.push(number);
    this.#owners.push(owner === undefined ? -1 : this.#placeOf(owner));
  }

  #placeOf(owner: string): number {
    let place = this.#places.get(owner);
    if (place === undefined) {
      place = this.owners.push(owner) - 1;
      this.#places.set(owner, place);
    }
    return place;
  }

  /** Marks a record as deleted, by its id, its hash, or both. */
  delete(owner: string, id: string, hash: Uint8Array | undefined): void {
    if (id !== '') this.deletedIds.add(recordKey(owner, id));
    if (hash) this.deletedHashes.add(hash);
    if (hash && id !== '') this.deletedPairs.add(concatBytes(hash, utf8(id)));
  }

  /** Marks a record with an id as one without an entry. */
  empty(number: number, owner: string, id: string): void {
    this.emptiedBy[this.emptied.add(recordKey(owner, id))] = number;
  }

  numberOf(entry: number): number {
    return this.#numbers[entry]!;
  }

  /** Index of an entry’s owner in `owners`, or -1. */
  ownerOf(entry: number): number {
    return this.#owners[entry]!;
  }

  get deletesAny(): boolean {
    return this.deletedIds.size + this.deletedHashes.size > 0;
  }
}

const separator = new Uint8Array(1);

/** The bytes that identify a record. */
export const recordKey = (owner: string, id: string | Uint8Array): Uint8Array =>
  concatBytes(utf8(owner), separator, typeof id === 'string' ? utf8(id) : id);
