/**
 * Hash tables over bytes that are stored elsewhere, at four to eight bytes per entry. A Set of ten million keys would take more than a
 * gigabyte.
 */
import { GrowingBytes } from '../util/growing-bytes.ts';

/** Random in every process, so that nobody can make a list whose keys all collide. No result depends on it. */
const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));

/** FNV-1a, 32 bits. The initial value can be the hash of preceding bytes. */
export function hashBytes(bytes: Uint8Array, from: number, end: number, start = seed): number {
  let hash = start ^ 0x811c9dc5;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

/** Mixes the high bits into the low ones, which determine the slot. */
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (half ^ (half >>> 13)) >>> 0;
}

/** Finds numbers from 0 by what they represent: linear probing; each slot holds a number plus one, or 0. */
export class PlaceTable {
  readonly #places: Uint32Array;

  /** `most`: maximum number of entries. */
  constructor(most: number) {
    let size = 16;
    while (size < 1.5 * most) size *= 2;
    this.#places = new Uint32Array(size);
  }

  /** Finds the number with that hash that is `equal`. If there is none, inserts `number` and returns -1. */
  findOrPut(hash: number, number: number, equal: (other: number) => boolean): number {
    const mask = this.#places.length - 1;
    for (let place = mixed(hash) & mask; ; place = (place + 1) & mask) {
      const there = this.#places[place]!;
      if (there === 0) {
        this.#places[place] = number + 1;
        return -1;
      }
      if (equal(there - 1)) return there - 1;
    }
  }

  /** Finds the number with that hash that is `equal`, or returns -1. */
  find(hash: number, equal: (other: number) => boolean): number {
    const mask = this.#places.length - 1;
    for (let place = mixed(hash) & mask; ; place = (place + 1) & mask) {
      const there = this.#places[place]!;
      if (there === 0) return -1;
      if (equal(there - 1)) return there - 1;
    }
  }
}

/** A set of byte strings, numbered in order of insertion. */
export class ByteSet {
  readonly #bytes = new GrowingBytes();
  readonly #ends: number[] = [];
  #table = new PlaceTable(64);
  #room = 64;

  get size(): number {
    return this.#ends.length;
  }

  #equal(index: number, key: Uint8Array): boolean {
    const from = index === 0 ? 0 : this.#ends[index - 1]!;
    if (this.#ends[index]! - from !== key.length) return false;
    const bytes = this.#bytes.view();
    for (let i = 0; i < key.length; i++) if (bytes[from + i] !== key[i]) return false;
    return true;
  }

  /** Number of a byte string, or -1. */
  indexOf(key: Uint8Array): number {
    return this.#table.find(hashBytes(key, 0, key.length), (index) => this.#equal(index, key));
  }

  /** Adds a byte string if it is missing; returns its number. */
  add(key: Uint8Array): number {
    if (this.size === this.#room) this.#grow();
    const next = this.size;
    const there = this.#table.findOrPut(hashBytes(key, 0, key.length), next, (index) => this.#equal(index, key));
    if (there >= 0) return there;
    this.#bytes.push(key);
    this.#ends.push(this.#bytes.length);
    return next;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    const bytes = this.#bytes.view();
    for (let i = 0; i < this.size; i++) yield bytes.subarray(i === 0 ? 0 : this.#ends[i - 1]!, this.#ends[i]!);
  }

  #grow(): void {
    this.#room *= 4;
    this.#table = new PlaceTable(this.#room);
    const bytes = this.#bytes.view();
    let from = 0;
    for (let i = 0; i < this.size; i++) {
      this.#table.findOrPut(hashBytes(bytes, from, this.#ends[i]!), i, () => false);
      from = this.#ends[i]!;
    }
  }
}
