/** The entries of a list. Hashes and names are packed; an entry becomes an object only on request. */
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
  /** Bytes per hash. */
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

  /** All hashes concatenated: length × width bytes. */
  get packed(): Uint8Array {
    return this.#packed;
  }

  /** Replaces the packed bytes by an equal copy elsewhere: an index stores them in its own memory, and one copy is enough. */
  moveTo(packed: Uint8Array): void {
    this.#packed = packed;
  }

  /** The hash at an index, as a new array. */
  hashAt(index: number): Uint8Array {
    return this.#packed.slice(index * this.width, (index + 1) * this.width);
  }

  /** The hash at an index, in hexadecimal. */
  hexAt(index: number): string {
    return toHex(this.#packed.subarray(index * this.width, (index + 1) * this.width));
  }

  /** The name at an index. */
  idAt(index: number): string {
    return nameAt(this.names, index);
  }

  /** The entry at an index, or undefined beyond the end. */
  at(index: number): ListEntry | undefined {
    return index >= 0 && index < this.length ? { id: this.idAt(index), hash: this.hashAt(index) } : undefined;
  }

  *[Symbol.iterator](): Generator<ListEntry> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!;
  }

  /** The entries that `keep` selects. */
  filter(keep: (entry: ListEntry, index: number) => boolean): ListEntry[] {
    const kept: ListEntry[] = [];
    for (let i = 0; i < this.length; i++) {
      const entry = this.at(i)!;
      if (keep(entry, i)) kept.push(entry);
    }
    return kept;
  }

  /** The results of `make` for every entry. */
  map<T>(make: (entry: ListEntry, index: number) => T): T[] {
    return Array.from(this, make);
  }
}
