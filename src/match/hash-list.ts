/** The curator's publication: named perceptual hashes of one type, with a root that commits to all of them. */
import { concatBytes, utf8 } from '../util/bytes.ts';
import { canonicalJson } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import { GrowingBytes } from '../util/growing-bytes.ts';
import { toHex } from '../util/hex.ts';
import { sha256 } from '../util/sha256.ts';
import { Entries, type ListEntry } from './entries.ts';
import { listTree } from './list-tree.ts';
import { NameBuilder } from './names.ts';

export type { ListEntry } from './entries.ts';

/** What a list states of the detector that made it, which presend may not contain. */
export interface ListDetector {
  /** SHA-256 of what decides the detector's hashes: another one makes hashes that cannot be compared with these. */
  readonly sha256: string;
  /** Numbers of each entry, if the entries are vectors in place of hashes: 32-bit floats, little-endian, 4 × dimensions bytes. */
  readonly dimensions?: number;
}

/** A list's metadata. */
export interface ListFacts {
  readonly name: string;
  /** Registry name of the hash, e.g. 'pdq', or the name of a detector. */
  readonly algorithm: string;
  /** Length of an entry: 8 × its bytes, also of a vector. */
  readonly bits: number;
  /** Undefined for lists of presend's own hashes without a network. */
  readonly detector?: ListDetector | undefined;
}

/** A list of perceptual hashes. */
export class HashList implements ListFacts {
  readonly name: string;
  readonly algorithm: string;
  readonly bits: number;
  readonly detector: ListDetector | undefined;
  readonly version: number;
  readonly entries: Entries;
  #root: string | undefined;

  constructor(
    { name, algorithm, bits, detector, version }: ListFacts & { readonly version: number },
    entries: Entries,
  ) {
    this.name = name;
    this.algorithm = algorithm;
    this.bits = bits;
    this.detector = detector;
    this.version = version;
    this.entries = entries;
  }

  /** All hashes concatenated, entries.length × bits / 8 bytes. */
  get packed(): Uint8Array {
    return this.entries.packed;
  }

  /** SHA-256 that commits to name, algorithm, bits, detector, version and every entry in order, 64 hex digits. Computed on first access. */
  get root(): string {
    this.#root ??= rootOf(this);
    return this.#root;
  }

  /** The same list under another name. */
  named(name: string): HashList {
    return name === this.name ? this : new HashList({ ...factsOf(this), name }, this.entries);
  }
}

/** The facts that the root and the file's header state; lists without a detector have none of it. */
export const factsOf = ({ name, algorithm, bits, detector, version }: HashList) => ({
  name,
  algorithm,
  bits,
  ...(detector ? { detector } : {}),
  version,
});

/**
 * SHA-256 of a byte 2, the list's facts and size as canonical JSON, and the Merkle tree hash (RFC 6962, section 2.1) of the entries. A
 * leaf's data are the hash and then the name. Leaves and inner nodes start with a byte 0 and 1, so none of the three can be mistaken for
 * another.
 */
function rootOf(list: HashList): string {
  const { entries, packed } = list;
  const { length, names, width } = entries;
  const { text, ends } = names;
  const startOf = (i: number): number => (i === 0 ? 0 : ends[i - 1]!);
  const tree = listTree({
    count: length,
    bytesOf: (i) => width + ends[i]! - startOf(i),
    write(i, into, at) {
      // Byte by byte: a leaf is too short to be worth two views.
      for (let from = i * width; from < (i + 1) * width; from++) into[at++] = packed[from]!;
      for (let from = startOf(i); from < ends[i]!; from++) into[at++] = text[from]!;
    },
  });
  const facts = utf8(canonicalJson({ ...factsOf(list), entries: length }));
  return toHex(sha256(concatBytes(new Uint8Array([2]), facts, tree)));
}

/** Gathers the entries of a list. */
export class ListBuilder {
  readonly #facts: ListFacts;
  readonly #packed = new GrowingBytes();
  readonly #names = new NameBuilder();

  constructor(facts: ListFacts) {
    this.#facts = facts;
  }

  /** Adds an entry whose hash `write` puts at an offset of a buffer. Returns why it cannot be added: `write`'s reason, or the name's. */
  add(id: string, write: (buffer: Uint8Array, at: number) => string | undefined): string | undefined {
    const at = this.#packed.length;
    const reason =
      write(this.#packed.extend(this.#facts.bits / 8), at) ??
      (this.#names.push(id) ? undefined : 'a name that is not Unicode text');
    if (reason !== undefined) this.#packed.cut(at);
    return reason;
  }

  finish(version = 1): HashList {
    const entries = new Entries(this.#packed.view(), this.#facts.bits / 8, this.#names.finish());
    return new HashList({ ...this.#facts, version }, entries);
  }
}

/** Builds a list; every hash must have the same length. An empty list is allowed: it matches nothing. */
export function hashList(facts: ListFacts & { readonly version?: number }, entries: Iterable<ListEntry>): HashList {
  const { name, algorithm, bits, detector } = facts;
  const builder = new ListBuilder({ name, algorithm, bits, detector });
  for (const { id, hash } of entries) {
    if (hash.length * 8 !== bits)
      throw new UserError(
        `Expected ${bits} bits for every ${algorithm} hash of list '${name}' but entry '${id}' has ${hash.length * 8}`,
      );
    const reason = builder.add(id, (buffer, at) => void buffer.set(hash, at));
    if (reason)
      throw new UserError(
        `Expected entries that can be listed in '${name}' but one has ${reason}: ${JSON.stringify(id)}`,
      );
  }
  return builder.finish(facts.version);
}

/** The hashes of entries, concatenated. */
export function packed(entries: readonly ListEntry[]): Uint8Array {
  // A loop, because a list has more entries than a call can have arguments.
  const out = new GrowingBytes();
  for (const { hash } of entries) out.push(hash);
  return out.view();
}
