/** What the curator publishes: named perceptual hashes of one type, with a root that commits to all of them. */
import { concatBytes, utf8 } from '../util/bytes.ts';
import { sha256Hex } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';

/** One listed picture. */
export interface ListEntry {
  /** The curator's name for it. */
  readonly id: string;
  /** Its perceptual hash, bits / 8 bytes. */
  readonly hash: Uint8Array;
}

/** A list of perceptual hashes. */
export interface HashList {
  readonly name: string;
  /** Registry name of the hash, e.g. 'pdq'. */
  readonly algorithm: string;
  readonly bits: number;
  readonly version: number;
  readonly entries: readonly ListEntry[];
  /** All hashes, one after the other, entries.length × bits / 8 bytes. */
  readonly packed: Uint8Array;
  /** Merkle root (RFC 6962 hashing) over the entries in their order, 64 hex digits. */
  readonly root: string;
}

/** Builds a list; every hash must have the same length. An empty list is allowed: it matches nothing. */
export function hashList(
  facts: { name: string; algorithm: string; bits: number; version?: number },
  entries: readonly ListEntry[],
): HashList {
  for (const entry of entries)
    if (entry.hash.length * 8 !== facts.bits)
      throw new UserError(
        `Expected ${facts.bits} bits for every ${facts.algorithm} hash of list '${facts.name}' but entry '${entry.id}' has ${entry.hash.length * 8}`,
      );
  const leaves = entries.map((entry) => leafOf(entry));
  return {
    ...facts,
    version: facts.version ?? 1,
    entries,
    packed: packed(entries),
    root: merkleRoot(leaves),
  };
}

/** All hashes, one after the other. */
export function packed(entries: readonly ListEntry[]): Uint8Array {
  // A loop: a list has more entries than a call may have arguments.
  const width = entries[0]?.hash.length ?? 0;
  const out = new Uint8Array(width * entries.length);
  entries.forEach(({ hash }, i) => {
    out.set(hash, i * width);
  });
  return out;
}

const leafOf = (entry: ListEntry): string => sha256Hex(concatBytes(new Uint8Array([0]), entry.hash, utf8(entry.id)));

/** Merkle tree hash of RFC 6962, section 2.1, over leaf digests in hex; the empty tree is the hash of nothing. */
function merkleRoot(leaves: readonly string[]): string {
  if (leaves.length === 0) return sha256Hex('');
  if (leaves.length === 1) return leaves[0]!;
  const half = 1 << (31 - Math.clz32(leaves.length - 1));
  const [left, right] = [merkleRoot(leaves.slice(0, half)), merkleRoot(leaves.slice(half))];
  const node = new Uint8Array(65);
  node[0] = 1;
  for (let i = 0; i < 32; i++) {
    node[1 + i] = Number.parseInt(left.slice(2 * i, 2 * i + 2), 16);
    node[33 + i] = Number.parseInt(right.slice(2 * i, 2 * i + 2), 16);
  }
  return sha256Hex(node);
}

/** Entries whose hash occurs more than once, as hex → ids. */
export function duplicatesOf(list: HashList): Map<string, string[]> {
  const byHash = new Map<string, string[]>();
  for (const entry of list.entries) {
    const hex = toHex(entry.hash);
    const ids = byHash.get(hex);
    if (ids) ids.push(entry.id);
    else byHash.set(hex, [entry.id]);
  }
  return new Map([...byHash].filter(([, ids]) => ids.length > 1));
}
