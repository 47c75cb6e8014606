/** What reading a list file comes to: hex digits become packed hashes, lines that cannot be read are counted. */
import { hashList, ListBuilder, type ListFacts } from '../hash-list.ts';
import { BadLines } from './bad-lines.ts';
import type { ReadList } from './format.ts';

/** Value of each hexadecimal digit by its character code, -1 for other characters below 128. */
const nibbles = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
);

/** Writes the hash that hex digits of either case spell at an offset, or says why they spell none. Written for lists of millions. */
export function putHash(
  digits: string,
  { bits, algorithm }: ListFacts,
  into: Uint8Array,
  at: number,
): string | undefined {
  if (digits.length * 4 === bits) {
    let all = 0;
    for (let i = 0; i < digits.length; i += 2) {
      const value = ((nibbles[digits.charCodeAt(i)] ?? -1) << 4) | (nibbles[digits.charCodeAt(i + 1)] ?? -1);
      all |= value;
      into[at++] = value;
    }
    // One digit that is none makes the whole negative.
    if (all >= 0 && digits !== '') return undefined;
  }
  return /^[0-9a-f]+$/i.test(digits)
    ? `${digits.length * 4} bits where ${algorithm} has ${bits}`
    : 'not a hexadecimal hash';
}

/** Gathers entries and bad lines while a file is read. */
export class Gatherer {
  readonly #facts: ListFacts;
  readonly #unit: string;
  readonly #builder: ListBuilder;
  #bad = new BadLines();

  /** `unit` names entries that have no name of their own: `line-7`. */
  constructor(facts: ListFacts, unit: 'line' | 'record') {
    this.#facts = facts;
    this.#unit = unit;
    this.#builder = new ListBuilder(facts);
  }

  /** Adds an entry, or counts a bad line; says which. */
  add(line: number, digits: string, id: string): boolean {
    const name = id.trim() === '' ? `${this.#unit}-${line}` : id;
    const hex = digits.trim();
    const reason = this.#builder.add(name, (into, at) => putHash(hex, this.#facts, into, at));
    if (reason !== undefined) this.bad(line, reason);
    return reason === undefined;
  }

  readonly bad = (line: number, reason: string): void => {
    this.#bad.push(line, reason);
  };

  /** What was gathered, but for the entries for which `drop` gives the line to be counted as bad for `reason`: each line once. */
  listWithout(drop: (index: number, id: string) => number | undefined, reason: string): ReadList {
    const { list } = this.list();
    const lines = new Set<number>();
    const kept = function* () {
      for (let i = 0; i < list.entries.length; i++) {
        const line = drop(i, list.entries.idAt(i));
        if (line === undefined) yield list.entries.at(i)!;
        else lines.add(line);
      }
    };
    const rest = hashList(this.#facts, kept());
    return { list: rest, bad: this.#bad.with(Array.from(lines, (line) => ({ line, reason }))) };
  }

  /** What was gathered. */
  list(): ReadList {
    return { list: this.#builder.finish(), bad: this.#bad };
  }
}

/** A result with what is to be said of the file. */
export const withNotes = (read: ReadList, notes: readonly string[]): ReadList =>
  notes.length > 0 ? { ...read, notes } : read;
