/** Merkle trees with the hashing of RFC 6962, section 2.1: roots, inclusion proofs and consistency proofs, over SHA-256. */
import { concatBytes, equalBytes } from './bytes.ts';
import { sha256 } from './sha256.ts';

const leafPrefix = Uint8Array.of(0);

/** Hash of a leaf, 32 bytes; its data can be in several parts. */
export const leafHash = (...data: readonly Uint8Array[]): Uint8Array => sha256(concatBytes(leafPrefix, ...data));

// One shared buffer, because a list of a million entries has as many nodes.
const node = new Uint8Array(65).fill(1, 0, 1);

/** Hash of an inner node, 32 bytes. */
function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 33);
  return sha256(node);
}

/** A tree that grows leaf by leaf and keeps only the roots of its complete subtrees. */
interface MerkleTree {
  /** Appends a leaf by its hash. */
  add(leaf: Uint8Array): void;
  /** Root over the leaves so far, 32 bytes; for no leaves, the hash of the empty string. */
  root(): Uint8Array;
}

/** An empty tree. */
export function merkleTree(): MerkleTree {
  // One subtree for every 1 in the binary representation of the number of leaves, largest first.
  const subtrees: Uint8Array[] = [];
  let size = 0;
  return {
    add(leaf) {
      let hash = leaf;
      for (let bit = size++; bit % 2 === 1; bit = (bit - 1) / 2) hash = nodeHash(subtrees.pop()!, hash);
      subtrees.push(hash);
    },
    root: () => (size === 0 ? sha256(new Uint8Array(0)) : subtrees.reduceRight((right, left) => nodeHash(left, right))),
  };
}

/** Root over leaf hashes. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const tree = merkleTree();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

/** Largest power of two below n, for n > 1: where RFC 6962 splits a tree. */
const splitOf = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));

/** Audit path of a leaf, lowest sibling first (section 2.1.1). The index must be that of a leaf. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const k = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...inclusionProof(left, index), merkleRoot(right)]
    : [...inclusionProof(right, index - k), merkleRoot(left)];
}

/** Whether an audit path leads from a leaf hash at an index to the root over `size` leaves (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)];
    } else hash = nodeHash(hash, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equalBytes(hash, root);
}

/** Proof that the first `size` of the leaves are a prefix of the whole tree (section 2.1.2), for 0 < size <= leaves. */
export const consistencyProof = (leaves: readonly Uint8Array[], size: number): Uint8Array[] =>
  subproof(leaves, size, true);

function subproof(leaves: readonly Uint8Array[], size: number, complete: boolean): Uint8Array[] {
  // The verifier knows the root of the whole old tree, but needs the root of a part of it.
  if (size === leaves.length) return complete ? [] : [merkleRoot(leaves)];
  const k = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return size <= k
    ? [...subproof(left, size, complete), merkleRoot(right)]
    : [...subproof(right, size - k, false), merkleRoot(left)];
}

/** Whether a proof shows that the tree of `second` leaves starts with the tree of `first` (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(
  first: number,
  second: number,
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) return false;
  if (first === second) return proof.length === 0 && equalBytes(firstRoot, secondRoot);
  const complete = 2 ** Math.floor(Math.log2(first)) === first;
  const [start, ...path] = complete ? [firstRoot, ...proof] : proof;
  if (!start || path.length === 0) return false;
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [before, after] = [start, start];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)];
    } else after = nodeHash(after, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && equalBytes(before, firstRoot) && equalBytes(after, secondRoot);
}

const half = (n: number): number => Math.floor(n / 2);
