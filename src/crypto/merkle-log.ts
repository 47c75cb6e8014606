/**
 * A transparency log of list versions: an append-only Merkle tree whose head the curator signs. Comparing heads reveals a list that only
 * one user received (a split view), or a withdrawn one. RFC 6962 and RFC 9162, with Ed25519 signatures.
 */
import { concatBytes, equalBytes, u32, utf8 } from '../util/bytes.ts';
import { unexpected } from '../util/errors.ts';
import { fromHex } from '../util/hex.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from '../util/merkle.ts';
import { type RandomBytes, sodium } from './sodium.ts';

/** The log's Ed25519 keys: 32 and 64 bytes. */
export interface LogKeys {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** Contents of one log entry. */
export interface LoggedList {
  readonly name: string;
  readonly version: number;
  /** Root of the list or of its blinded table, 64 hex digits. */
  readonly root: string;
}

/** The signed head of the log at a size. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
  readonly signature: Uint8Array;
}

/** A log of list versions. */
export type MerkleLog = SignedLog<LoggedList>;

/** An append-only log of entries of one kind. */
export interface SignedLog<T> {
  append(entry: T): void;
  /** Signed head over all entries. */
  head(): TreeHead;
  /** Audit path of an entry in the tree of the first `size` entries (default: all). */
  inclusion(index: number, size?: number): Uint8Array[];
  /** Proof that the tree of `first` entries is a prefix of the tree of `second` (default: all). */
  consistency(first: number, second?: number): Uint8Array[];
}

/** Fresh log keys from 32 random bytes. */
export function logKeys(random: RandomBytes): LogKeys {
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(random(32));
  return { publicKey, secretKey: privateKey };
}

/** Creates an empty log of lists. A proof outside its entries throws a RangeError. */
export const merkleLog = (keys: LogKeys): MerkleLog => signedLog(keys, entryHash);

/** Creates an empty log of entries of which `hash` gives the leaf hash. A proof outside its entries throws a RangeError. */
export function signedLog<T>({ secretKey }: LogKeys, hash: (entry: T) => Uint8Array): SignedLog<T> {
  const leaves: Uint8Array[] = [];
  const within = (value: number, low: number, high: number): void => {
    if (!Number.isInteger(value) || value < low || value > high)
      throw new RangeError(`Expected a place in the log from ${low} to ${high} but received ${value}`);
  };
  return {
    append: (entry) => void leaves.push(hash(entry)),
    head() {
      const root = merkleRoot(leaves);
      return {
        size: leaves.length,
        root,
        signature: sodium.crypto_sign_detached(headBytes(leaves.length, root), secretKey),
      };
    },
    inclusion(index, size = leaves.length) {
      within(size, 1, leaves.length);
      within(index, 0, size - 1);
      return inclusionProof(leaves.slice(0, size), index);
    },
    consistency(first, second = leaves.length) {
      within(second, 1, leaves.length);
      within(first, 1, second);
      return consistencyProof(leaves.slice(0, second), first);
    },
  };
}

/** Leaf hash of an entry: of its version, root and name. Throws a UserError if the root is invalid. */
export function entryHash({ name, version, root }: LoggedList): Uint8Array {
  // Fixed lengths come before the name, so that no two entries have the same encoding.
  if (root.length !== 64) throw unexpected('root of a list', '64 hexadecimal digits', root);
  return leafHash(u32(version), fromHex(root, 'root of a list'), utf8(name));
}

const headBytes = (size: number, root: Uint8Array): Uint8Array =>
  concatBytes(utf8('presend log head\n'), u32(size), root);

/** Whether the log signed a head. */
export function verifyHead(head: TreeHead, publicKey: Uint8Array): boolean {
  if (head.signature.length !== 64 || head.root.length !== 32 || publicKey.length !== 32) return false;
  if (!Number.isInteger(head.size) || head.size < 0 || head.size > 0xffff_ffff) return false;
  return sodium.crypto_sign_verify_detached(head.signature, headBytes(head.size, head.root), publicKey);
}

/** Whether a signed head covers that list at that index. */
export const verifyLogged = (
  list: LoggedList,
  index: number,
  proof: readonly Uint8Array[],
  head: TreeHead,
  publicKey: Uint8Array,
): boolean => verifyHead(head, publicKey) && verifyInclusion(entryHash(list), index, head.size, proof, head.root);

/**
 * Result of comparing two users' heads. consistent: one log · split: the log signed two histories, and the two heads are the evidence ·
 * unproven: different sizes without a valid proof · unsigned: the log did not sign one of the heads.
 */
export type Comparison = 'consistent' | 'split' | 'unproven' | 'unsigned';

/**
 * Compares two heads. For different sizes, `proof` must be the log's consistency proof between them. An invalid proof is no evidence by
 * itself, because anybody can make one; but a log that cannot offer a valid proof is split.
 */
export function compareHeads(
  a: TreeHead,
  b: TreeHead,
  publicKey: Uint8Array,
  proof: readonly Uint8Array[] = [],
): Comparison {
  if (!verifyHead(a, publicKey) || !verifyHead(b, publicKey)) return 'unsigned';
  const [first, second] = a.size <= b.size ? [a, b] : [b, a];
  if (first.size === second.size) return equalBytes(first.root, second.root) ? 'consistent' : 'split';
  // The empty tree is a prefix of every log.
  if (first.size === 0) return 'consistent';
  return verifyConsistency(first.size, second.size, first.root, second.root, proof) ? 'consistent' : 'unproven';
}
