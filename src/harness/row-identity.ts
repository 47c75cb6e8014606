/** Identity of a run's rows. A duplicate row would be counted twice, so it is an error. */
import type { Row, RowType } from '../schema/row.ts';

/** Returns a function that detects a duplicate row of these types, and returns the reason for rejecting it. About 40 bytes of memory a row. */
export function twiceChecker(types: readonly RowType[]): (row: Row, number: number) => string | undefined {
  const byName = new Map(types.map((type) => [type.name, type]));
  const seen = new SeenKeys();
  return (row, number) => {
    const once = byName.get(row.row)?.once(row);
    if (!once) return undefined;
    const before = seen.add(JSON.stringify([row.row, ...once]), number);
    if (before === undefined) return undefined;
    return `row ${number} is the ${row.row} row ${before} once more (${shown(row)}), and would be counted twice`;
  };
}

/** The fields that identify a row to a reader. */
const shown = (row: Row): string =>
  Object.entries(row)
    .flatMap(([key, value]: [string, unknown]) =>
      key !== 'row' && ['string', 'number'].includes(typeof value) ? [`${key} ${String(value).slice(0, 60)}`] : [],
    )
    .slice(0, 6)
    .join(', ');

/** Words of an entry: four of the digest, and the number. */
const words = 5;

/** Numbers by key. Keys are kept as digests of 128 bits, in a hash table without objects: among 10^8 rows two digests are equal by chance once in 10^22 runs. */
class SeenKeys {
  #table = new Uint32Array(words * 1024);
  #size = 0;

  /** Keeps the number (at least 1) of a new key; of a known one, returns the number that it has. */
  add(key: string, number: number): number | undefined {
    const digest = digestOf(key);
    const found = this.#place(this.#table, digest);
    if (this.#table[found + 4] !== 0) return this.#table[found + 4];
    this.#table.set(digest, found);
    this.#table[found + 4] = number;
    if (++this.#size * 2 * words > this.#table.length) this.#grow();
    return undefined;
  }

  /** Place of an entry with this digest, or of the free entry for it. */
  #place(table: Uint32Array, digest: Uint32Array): number {
    const entries = table.length / words;
    for (let i = digest[0]! % entries; ; i = (i + 1) % entries) {
      const at = i * words;
      if (table[at + 4] === 0) return at;
      if ([0, 1, 2, 3].every((word) => table[at + word] === digest[word])) return at;
    }
  }

  #grow(): void {
    const larger = new Uint32Array(this.#table.length * 2);
    for (let at = 0; at < this.#table.length; at += words) {
      if (this.#table[at + 4] === 0) continue;
      const entry = this.#table.subarray(at, at + words);
      larger.set(entry, this.#place(larger, entry));
    }
    this.#table = larger;
  }
}

/** A digest of four words: four multiplicative hashes of the text, each with a constant of its own, mixed at the end. No secret hangs on it. */
function digestOf(text: string): Uint32Array {
  const digest = Uint32Array.from([0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f]);
  const factors = [0x01000193, 0x5bd1e995, 0x1b873593, 0xcc9e2d51];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    for (let word = 0; word < 4; word++) {
      const mixed = Math.imul(digest[word]! ^ code, factors[word]!);
      digest[word] = mixed ^ (mixed >>> 15);
    }
  }
  for (let round = 0; round < 2; round++)
    for (let word = 0; word < 4; word++) {
      const mixed = Math.imul(digest[word]! ^ (digest[(word + 1) % 4]! >>> 13), 0x85ebca6b);
      digest[word] = mixed ^ (mixed >>> 16);
    }
  return digest;
}
