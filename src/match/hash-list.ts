/** What the curator publishes: named perceptual hashes of one type, with a root that commits to all of them. */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from '../util/bytes.ts';
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
  return {
    ...facts,
    version: facts.version ?? 1,
    entries,
    packed: packed(entries),
    root: merkleRoot(entries),
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

/** Leaf hash of RFC 6962, section 2.1: of a zero byte, the hash and the name. */
function leafOf({ hash, id }: ListEntry): Uint8Array {
  const name = utf8(id);
  const data = new Uint8Array(1 + hash.length + name.length);
  data.set(hash, 1);
  data.set(name, 1 + hash.length);
  return sha256(data);
}

/**
 * Merkle tree hash of RFC 6962, section 2.1, in hex; the empty tree is the hash of nothing. Level by level in place, where the odd node at the
 * end of a level moves up as it is: the same tree as the recursion of the RFC, without its copies.
 */
function merkleRoot(entries: readonly ListEntry[]): string {
  if (entries.length === 0) return sha256Hex('');
  const level = new Uint8Array(32 * entries.length);
  entries.forEach((entry, i) => {
    level.set(leafOf(entry), 32 * i);
  });
  const node = new Uint8Array(65);
  node[0] = 1;
  for (let count = entries.length; count > 1; count = (count + 1) >> 1) {
    for (let i = 0; i + 1 < count; i += 2) {
      node.set(level.subarray(32 * i, 32 * i + 64), 1);
      level.set(sha256(node), 16 * i);
    }
    if (count & 1) level.copyWithin(16 * (count - 1), 32 * (count - 1), 32 * count);
  }
  return toHex(level.subarray(0, 32));
}

/** How many different hashes a list has. */
export const distinctHashes = (list: HashList): number =>
  // Text of one character a byte is a smaller key than hex.
  new Set(list.entries.map(({ hash }) => String.fromCharCode(...hash))).size;

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
