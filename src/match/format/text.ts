/** What the text formats share: decoding, reading a hash, gathering entries and bad lines, names that can be written. */
import { fromUtf8 } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { type HashList, hashList, type ListEntry } from '../hash-list.ts';
import type { BadLine, ListFacts, ReadList } from './format.ts';

/** The whole file as text, without a byte order mark. Throws a UserError on bytes that are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw new UserError('Expected UTF-8 text for a hash list but the file holds other bytes; name its --format');
  }
}

const lenient = new TextDecoder();

/** The first bytes as text, whatever they are: the cut may go through a character. */
export const headOf = (bytes: Uint8Array): string => lenient.decode(bytes.subarray(0, 4096));

/** Value of each hexadecimal digit by its character code, -1 for other characters below 128. */
const nibbles = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
);

/** The hash that hex digits of either case spell, or why they spell none. Written for lists of millions. */
export function hashOf(digits: string, { bits, algorithm }: ListFacts): Uint8Array | string {
  if (digits.length * 4 === bits) {
    const hash = new Uint8Array(bits / 8);
    let all = 0;
    for (let i = 0, at = 0; at < digits.length; i++, at += 2) {
      const value = ((nibbles[digits.charCodeAt(at)] ?? -1) << 4) | (nibbles[digits.charCodeAt(at + 1)] ?? -1);
      all |= value;
      hash[i] = value;
    }
    // One digit that is none makes the whole negative.
    if (all >= 0 && digits !== '') return hash;
  }
  return /^[0-9a-f]+$/i.test(digits)
    ? `${digits.length * 4} bits where ${algorithm} has ${bits}`
    : 'not a hexadecimal hash';
}

/** Gathers entries and bad lines while a file is read. */
export class Gatherer {
  readonly #facts: ListFacts;
  readonly #unit: string;
  readonly #entries: ListEntry[] = [];
  readonly #bad: BadLine[] = [];

  /** `unit` names entries that have no name of their own: `line-7`. */
  constructor(facts: ListFacts, unit: 'line' | 'record') {
    this.#facts = facts;
    this.#unit = unit;
  }

  add(line: number, digits: string, id: string): void {
    const hash = hashOf(digits.trim(), this.#facts);
    if (typeof hash === 'string') this.bad(line, hash);
    else this.#entries.push({ id: id.trim() === '' ? `${this.#unit}-${line}` : id, hash });
  }

  bad(line: number, reason: string): void {
    this.#bad.push({ line, reason });
  }

  list(notes: readonly string[] = []): ReadList {
    const read = { list: hashList(this.#facts, this.#entries), bad: this.#bad };
    return notes.length > 0 ? { ...read, notes } : read;
  }
}

/** A stranger's word, short enough for a reason. */
export const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}…` : text);

/** A name of a kind of hash without what the formats put around it: HASH_PDQ, ImagePDQ and pdq are one. */
export const plainSignal = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^(hash_|image)/, '')
    .replaceAll(/[^a-z0-9]/g, '');

/** Names that a format cannot carry, and what it asks for instead. */
export type NameRule = readonly [bad: RegExp, wanted: string];
export const blank: NameRule = [/^\s*$/, 'a name'];
export const notUnicode: NameRule = [/\p{Surrogate}/u, 'a name that is Unicode text'];

/** The entries, each with a name that the format can carry. Throws a UserError about the first that has none. */
export function namedEntries(list: HashList, format: string, rules: readonly NameRule[]): readonly ListEntry[] {
  list.entries.forEach(({ id }, i) => {
    const broken = rules.find(([bad]) => bad.test(id));
    if (broken)
      throw new UserError(
        `Expected ${broken[1]} for entry ${i + 1} of '${list.name}' but received ${JSON.stringify(clip(id))}, which ${format} cannot carry; rename it or choose another format`,
      );
  });
  return list.entries;
}
