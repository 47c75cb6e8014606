/** The names of a list's entries, as one UTF-8 buffer with the end of each name: ten million names need no objects. */
import { UserError } from '../util/errors.ts';
import { GrowingBytes } from '../util/growing-bytes.ts';

/** Preserves a byte order mark: it is part of the name. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Names in the order of their entries. */
export interface Names {
  readonly length: number;
  /** UTF-8 of all names, concatenated. */
  readonly text: Uint8Array;
  /** End of each name in `text`. */
  readonly ends: Uint32Array;
}

/** The name at an index. Throws a TypeError if the bytes are not UTF-8. */
export function nameAt({ text, ends }: Names, index: number): string {
  const start = index === 0 ? 0 : ends[index - 1]!;
  const end = ends[index]!;
  // Most names are short and ASCII: the decoder's call would take longer than this loop.
  if (end - start <= 16) {
    let name = '';
    let at = start;
    for (; at < end && text[at]! < 128; at++) name += String.fromCharCode(text[at]!);
    if (at === end) return name;
  }
  return decoder.decode(text.subarray(start, end));
}

/** Gathers names. */
export class NameBuilder {
  readonly #text = new GrowingBytes();
  #ends = new Uint32Array(256);
  #length = 0;

  /** Adds a name. Returns false, and adds nothing, if it is not valid Unicode. */
  push(name: string): boolean {
    const start = this.#text.length;
    // UTF-8 takes at most three bytes per unit of a JavaScript string.
    const buffer = this.#text.extend(3 * name.length);
    let at = start;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code > 127) {
        if (/\p{Surrogate}/u.test(name)) {
          this.#text.cut(start);
          return false;
        }
        at = start + encoder.encodeInto(name, buffer.subarray(start)).written;
        break;
      }
      buffer[at++] = code;
    }
    this.#text.cut(at);
    if (at > 0xffffffff) throw new UserError('Expected names of at most 4 GiB together in a hash list; split the list');
    if (this.#length === this.#ends.length) {
      const longer = new Uint32Array(2 * this.#length);
      longer.set(this.#ends);
      this.#ends = longer;
    }
    this.#ends[this.#length++] = at;
    return true;
  }

  /** The names gathered. */
  finish(): Names {
    return { length: this.#length, text: this.#text.view(), ends: this.#ends.subarray(0, this.#length) };
  }
}
