/** The entries of a list: hashes and names packed, an object only for an entry that is asked for. */
import { toHex } from '../util/hex.ts';
import { type Names, nameAt } from './names.ts';

/** One listed picture. */
export interface ListEntry {
  /** The curator's name for it. */
  readonly id: string;
  /** Its perceptual hash, bits / 8 bytes. */
  readonly hash: Uint8Array;
}

/** Entries in the order of their list. */
export class Entries implements Iterable<ListEntry> {
  /** Bytes a hash. */
  readonly width: number;
  readonly names: Names;
  #packed: Uint8Array;

  /** `packed` holds names.length × width bytes. */
  constructor(packed: Uint8Array, width: number, names: Names) {
    this.#packed = packed;
    this.width = width;
    this.names = names;
  }

  get length(): number {
    return this.names.length;
  }

  /** All hashes, one after the other: length × width bytes. */
  get packed(): Uint8Array {
    return this.#packed;
  }

  /** Lets go of the packed bytes for the same ones elsewhere: an index keeps them in a memory of its own, and once is enough. */
  moveTo(packed: Uint8Array): void {
    this.#packed = packed;
  }

  /** The hash at a place, in an array of its own. */
  hashAt(index: number): Uint8Array {
    return this.#packed.slice(index * this.width, (index + 1) * this.width);
  }

  /** The hash at a place in hexadecimal. */
  hexAt(index: number): string {
    return toHex(this.#packed.subarray(index * this.width, (index + 1) * this.width));
  }

  /** The name at a place. */
  idAt(index: number): string {
    return nameAt(this.names, index);
  }

  /** The entry at a place, or undefined beyond the end. */
  at(index: number): ListEntry | undefined {
    return index >= 0 && index < this.length ? { id: this.idAt(index), hash: this.hashAt(index) } : undefined;
  }

  *[Symbol.iterator](): Generator<ListEntry> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!;
  }

  /** The entries that `keep` wants. */
  filter(keep: (entry: ListEntry, index: number) => boolean): ListEntry[] {
    const kept: ListEntry[] = [];
    for (let i = 0; i < this.length; i++) {
      const entry = this.at(i)!;
      if (keep(entry, i)) kept.push(entry);
    }
    return kept;
  }

  /** What `make` gives for every entry. */
  map<T>(make: (entry: ListEntry, index: number) => T): T[] {
    return Array.from(this, make);
  }
}
