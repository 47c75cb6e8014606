/** Collects the contents of a list file: hex digits become packed hashes; unreadable lines and lines without an entry are counted. */
import { digitsOf } from '../../hash/hash-text.ts';
import { type Gathered, Records } from '../gathered.ts';
import { ListBuilder, type ListFacts } from '../hash-list.ts';
import { BadLines } from './bad-lines.ts';
import type { ReaderFacts } from './format.ts';
import { clip, plainSignal } from './text.ts';

/** Value of each hexadecimal digit by its character code, -1 for other characters below 128. */
const nibbles = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
);

/** Decodes hex digits of either case into an offset, or returns why they are invalid. Fast enough for lists of millions. */
function putHash(digits: string, { bits, algorithm }: ListFacts, into: Uint8Array, at: number): string | undefined {
  if (digits.length * 4 === bits) {
    let all = 0;
    for (let i = 0; i < digits.length; i += 2) {
      const value = ((nibbles[digits.charCodeAt(i)] ?? -1) << 4) | (nibbles[digits.charCodeAt(i + 1)] ?? -1);
      all |= value;
      into[at++] = value;
    }
    // One invalid digit makes the result negative.
    if (all >= 0 && digits !== '') return undefined;
  }
  return /^[0-9a-f]+$/i.test(digits)
    ? `${digits.length * 4} bits where ${algorithm} has ${bits}`
    : 'not a hexadecimal hash';
}

/** Maximum number of types of hashes that are counted by name. A file has few, unless it was made to exhaust memory. */
const mostTypes = 100;

/** The exact hash whose digests alone have that length: no other hash that lists hold has 128 or 160 bits. */
const digestOfLength = (hex: string): string | undefined =>
  /^[0-9a-f]{32}$/i.test(hex) ? 'md5' : /^[0-9a-f]{40}$/i.test(hex) ? 'sha1' : undefined;

/** Facts about an entry, in addition to its hash and name. */
interface EntryFacts {
  /** Quality of the hash, 0 to 100. */
  readonly quality?: number | undefined;
  /** Owner of the record; undefined if the record has no id of its own. */
  readonly owner?: string | undefined;
  /** The format does not say of which type a hash is, so that its length must. */
  readonly untyped?: boolean;
}

/** A deleted record: at least its id or its hash is known. */
interface Deletion {
  readonly owner?: string;
  readonly id?: string;
  readonly digits?: string;
  readonly reason?: string;
}

/** Gathers entries, bad lines, and lines without an entry while reading a file. */
export class Gatherer {
  readonly #facts: ReaderFacts;
  readonly #unit: string;
  readonly #builder: ListBuilder;
  /** Number of hex digits that the reference prints, if it is fewer than the bits require. */
  readonly #short: number | undefined;
  readonly #records: Records | undefined;
  readonly #bad = new BadLines();
  readonly #left = new BadLines();
  /** Number of hashes of other types, by the plain name of the type. */
  readonly #others = new Map<string, number>();
  #halves = 0;
  #hashesInNames = 0;

  /** `unit` names unnamed entries: `line-7`. `scope` identifies whose ids the records have, if any. */
  constructor(facts: ReaderFacts, unit: 'line' | 'record', scope?: string) {
    this.#facts = facts;
    this.#unit = unit;
    this.#builder = new ListBuilder(facts);
    this.#short = digitsOf(facts.algorithm);
    this.#records = scope === undefined ? undefined : new Records(scope);
  }

  #whole(digits: string): string {
    const hex = digits.trim();
    return hex.length === this.#short ? hex.padStart(this.#facts.bits / 4, '0') : hex;
  }

  /** Records that a multi-line name contains a line that starts with a hash: a quotation mark may be misplaced there. */
  noteHashInName(): void {
    this.#hashesInNames++;
  }

  /** Adds an entry, or counts a line that is bad or gives no entry; returns which. `digits`: its bytes in hexadecimal. */
  add(line: number, digits: string, id: string, { quality = 100, owner, untyped = false }: EntryFacts = {}): boolean {
    const { minQuality = 0 } = this.#facts;
    const hex = this.#whole(digits);
    const name = id === '' ? `${this.#unit}-${line}` : this.#unicode(id);
    if (quality < minQuality)
      return this.left(line, `quality ${quality} is below ${minQuality}: too flat to be trusted`);
    const reason = this.#builder.add(name, (into, at) => putHash(hex, this.#facts, into, at));
    const other = reason === undefined || !untyped ? undefined : digestOfLength(hex);
    if (other !== undefined) return this.otherType(line, other, `other type: ${other}, by its length`);
    if (reason !== undefined) this.bad(line, reason);
    else this.#records?.entry(line, id === '' ? undefined : owner);
    return reason === undefined;
  }

  /** Removes unpaired surrogates, which JSON can encode, from a name: a bad name must not lose its hash. */
  #unicode(id: string): string {
    if (!/\p{Surrogate}/u.test(id)) return id;
    this.#halves++;
    return id.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  }

  readonly bad = (line: number, reason: string): void => {
    this.#bad.push(line, reason);
  };

  /** Counts a readable line without an entry. */
  readonly left = (line: number, reason: string): false => {
    this.#left.push(line, reason);
    return false;
  };

  /** Counts a line whose hash is of another type. */
  otherType(line: number, type: string, reason = `other type: ${clip(type)}`): false {
    this.countOther(type);
    return this.left(line, reason);
  }

  /** Counts a hash of another type, in whatever line. */
  countOther(type: string): void {
    const plain = clip(plainSignal(type)) || 'unnamed';
    const name = this.#others.has(plain) || this.#others.size < mostTypes ? plain : 'others';
    this.#others.set(name, (this.#others.get(name) ?? 0) + 1);
  }

  /** Removes a record from the list, at any position. */
  delete(line: number, { owner = '', id = '', digits = '', reason = 'deleted' }: Deletion): void {
    const hash = new Uint8Array(this.#facts.bits / 8);
    const known = putHash(this.#whole(digits), this.#facts, hash, 0) === undefined;
    if (id === '' && !known) this.bad(line, 'a deletion without an id or a hash');
    else {
      this.#records?.delete(owner, id, known ? hash : undefined);
      this.left(line, reason);
    }
  }

  /** Counts a record with an id but without a hash of this kind: its earlier entries are outdated. */
  empty(line: number, owner: string, id: string, reason: string): void {
    if (id !== '') this.#records?.empty(line, owner, id);
    this.left(line, reason);
  }

  /** The gathered contents. */
  gathered({ notes = [], more }: { notes?: readonly string[]; more?: string | undefined } = {}): Gathered {
    const said: string[] = [];
    const names = (count: number): string => (count === 1 ? '1 name holds' : `${count} names hold`);
    if (this.#halves > 0) said.push(`${names(this.#halves)} halves of characters, read as U+FFFD`);
    if (this.#hashesInNames > 0)
      said.push(`${names(this.#hashesInNames)} lines that begin with a hash: they are a name, and no entries`);
    return {
      list: this.#builder.finish(),
      bad: this.#bad,
      left: this.#left,
      notes: [...notes, ...said],
      more,
      records: this.#records,
      others: this.#others,
    };
  }
}
