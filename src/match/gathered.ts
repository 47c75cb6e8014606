/** What one list file says, before deletions and updates in it, or in other files beside it, are applied: `settle` does that. */
import { concatBytes, utf8 } from '../util/bytes.ts';
import type { BadLines } from './format/bad-lines.ts';
import type { HashList } from './hash-list.ts';
import { ByteSet } from './place-table.ts';

/** What one file says. */
export interface Gathered {
  /** Every entry, also those that the file takes back. */
  readonly list: HashList;
  /** Lines that could not be read. */
  readonly bad: BadLines;
  /** Lines that were read and give no entry: deletions, other types, pictures that are too flat. */
  readonly left: BadLines;
  /** What a reader should know of the file as a whole. */
  readonly notes: readonly string[];
  /** Says that the file is one page of several. */
  readonly more?: string | undefined;
  /** Where the records of the format have ids, so that a later one may change an earlier one. */
  readonly records?: Records | undefined;
}

/** The ids of records: whose they are, and which of them are deleted. */
export class Records {
  /** Files of one scope speak of the same records. */
  readonly scope: string;
  /** Number of the record of each entry. */
  readonly #numbers: number[] = [];
  /** Place of each entry’s owner among the owners, -1 for an entry whose record has no id. */
  readonly #owners: number[] = [];
  readonly owners: string[] = [];
  readonly #places = new Map<string, number>();
  /** Owner and id of deleted records. */
  readonly deletedIds = new ByteSet();
  /** Deleted hashes. */
  readonly deletedHashes = new ByteSet();
  /** Hash and id of deleted records, for entries of which nobody knows whose they are. */
  readonly deletedPairs = new ByteSet();
  /** Owner and id of records that give no entry, and the number of the last of them: entries of earlier ones are out of date. */
  readonly emptied = new ByteSet();
  readonly emptiedBy: number[] = [];

  constructor(scope: string) {
    this.scope = scope;
  }

  /** Notes the record of the next entry; `owner` is undefined where the record has no id. */
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

  /** Notes that a record is deleted, by its id, its hash, or both. */
  delete(owner: string, id: string, hash: Uint8Array | undefined): void {
    if (id !== '') this.deletedIds.add(recordKey(owner, id));
    if (hash) this.deletedHashes.add(hash);
    if (hash && id !== '') this.deletedPairs.add(concatBytes(hash, utf8(id)));
  }

  /** Notes that a record with an id gives no entry. */
  empty(number: number, owner: string, id: string): void {
    this.emptiedBy[this.emptied.add(recordKey(owner, id))] = number;
  }

  numberOf(entry: number): number {
    return this.#numbers[entry]!;
  }

  /** Place of an entry’s owner in `owners`, or -1. */
  ownerOf(entry: number): number {
    return this.#owners[entry]!;
  }

  get deletesAny(): boolean {
    return this.deletedIds.size + this.deletedHashes.size > 0;
  }
}

const separator = new Uint8Array(1);

/** The bytes that represent a record. */
export const recordKey = (owner: string, id: string | Uint8Array): Uint8Array =>
  concatBytes(utf8(owner), separator, typeof id === 'string' ? utf8(id) : id);
