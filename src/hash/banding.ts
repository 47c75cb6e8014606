/**
 * Banding: finds near matches with tests of equality. Each of L tables uses k sampled bits of a hash; two hashes are candidates if they
 * agree on all bits of a table. The bits are public, and the same for list and device. Indyk & Motwani, "Approximate nearest neighbors"
 * (STOC 1998), https://doi.org/10.1145/276698.276876. Protocols that can only test equality can use band keys, at L comparisons per entry.
 * Candidates are not matches, so a distance check must follow.
 * Of the edits of 600 photographs that PDQ finds within 31 bits, k = 24, L = 64 finds 1,656 of 1,664 (most lie far nearer than 31), and
 * makes 3 of 812,175 unrelated pairs candidates (models/lda-hash/measure.ts).
 */
import { concatBytes } from '../util/bytes.ts';
import { unexpected } from '../util/errors.ts';
import type { Rng } from '../util/rng.ts';

/** Number of tables, and number of bits per table. */
interface BandingSize {
  /** k: bits per table. */
  readonly sampledBits: number;
  /** L: number of tables. */
  readonly tables: number;
}

/** The sampled bits of every table. */
export interface Banding extends BandingSize {
  /** Length in bits of the hashes that it samples. */
  readonly hashBits: number;
  /** Bit positions by table; the first bit of a hash is 0. Positions within a table are distinct. */
  readonly positions: readonly Uint16Array[];
}

/** Draws the bits; the same stream gives the same tables. Throws a UserError if a hash has fewer bits than a table needs. */
export function drawBanding(hashBits: number, { sampledBits, tables }: BandingSize, rng: Rng): Banding {
  if (!Number.isInteger(sampledBits) || sampledBits < 1 || sampledBits > hashBits)
    throw unexpected('sampledBits', `a whole number from 1 to the ${hashBits} bits of a hash`, sampledBits);
  if (!Number.isInteger(tables) || tables < 1) throw unexpected('tables', 'a whole number from 1', tables);
  const all = Array.from({ length: hashBits }, (_, bit) => bit);
  const positions = Array.from({ length: tables }, () => Uint16Array.from(rng.shuffle(all).slice(0, sampledBits)));
  return { hashBits, sampledBits, tables, positions };
}

/** The keys that are tested for equality: for each table its number (2 bytes, little-endian) and the sampled bits, most significant first. */
export function bandKeys({ hashBits, positions }: Banding, hash: Uint8Array): Uint8Array[] {
  if (hash.length * 8 !== hashBits) throw unexpected('hash', `${hashBits} bits`, hash.length * 8);
  return positions.map((bits, table) => {
    const key = new Uint8Array(Math.ceil(bits.length / 8));
    bits.forEach((bit, i) => {
      if (hash[bit >> 3]! & (0x80 >> (bit & 7))) key[i >> 3]! |= 0x80 >> (i & 7);
    });
    return concatBytes(Uint8Array.of(table & 0xff, table >> 8), key);
  });
}

/** Finds the list entries that are candidates of a hash: their distinct indices, ascending. */
export function bandIndex(banding: Banding, hashes: readonly Uint8Array[]): (hash: Uint8Array) => number[] {
  // A text with one code unit per byte, because a Map compares byte arrays by reference.
  const text = (key: Uint8Array): string => String.fromCharCode(...key);
  const entries = new Map<string, number[]>();
  hashes.forEach((hash, index) => {
    for (const key of bandKeys(banding, hash).map(text)) {
      const known = entries.get(key);
      if (known) known.push(index);
      else entries.set(key, [index]);
    }
  });
  return (hash) => {
    const found = new Set(bandKeys(banding, hash).flatMap((key) => entries.get(text(key)) ?? []));
    return [...found].sort((a, b) => a - b);
  };
}

/**
 * The model: fraction of pairs that are candidates if each sampled bit differs with probability `differing`, independently. For matches at
 * distance d of n bits, differing = d / n; for unrelated hashes 1/2, and about L / 2^k. Bits of real hashes are correlated: at k = 16, L =
 * 32 unrelated photographs were candidates at a rate of 5.6e-4 per entry; the model gives 4.9e-4.
 */
export const modelCandidates = ({ sampledBits, tables }: BandingSize, differing: number): number =>
  // 1 − (1 − q)^L, without rounding errors for small q.
  -Math.expm1(tables * Math.log1p(-((1 - differing) ** sampledBits)));
