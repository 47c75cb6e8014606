/**
 * Merkle tree hash over the entries of a list: RFC 6962, section 2.1. It hashes leaves in tiles and joins the tiles' roots as it goes, so
 * that a list of millions needs one megabyte for its tree. With WebAssembly it hashes four messages at a time.
 */
import { leafHash, merkleTree } from '../util/merkle.ts';
import { sha256Instance } from './wasm/sha256.ts';

/** The data of a tree's leaves, without the byte 0 that the RFC puts before each. */
interface Leaves {
  readonly count: number;
  bytesOf(index: number): number;
  write(index: number, into: Uint8Array, at: number): void;
}

/** Leaves per tile: a power of two, so that whole tiles are subtrees, and the tree over the tiles' roots is the tree over all leaves. */
const tile = 4096;
/** Maximum length in bytes of a leaf that is hashed together with others, including padding: four blocks. */
const slot = 256;

/** Root of the leaves `from` to `from + count`. */
type Reduce = (leaves: Leaves, from: number, count: number) => Uint8Array;

/** The cached implementation: its memory takes a megabyte. */
let reduce: Reduce | undefined;

/** The tree hash; for no leaves, the hash of the empty string. */
export function listTree(leaves: Leaves): Uint8Array {
  reduce ??= reduceInWasm() ?? reducePlainly;
  const tree = merkleTree();
  for (let from = 0; from < leaves.count; from += tile)
    tree.add(reduce(leaves, from, Math.min(tile, leaves.count - from)));
  return tree.root();
}

function leafOf(leaves: Leaves, index: number): Uint8Array {
  const data = new Uint8Array(leaves.bytesOf(index));
  leaves.write(index, data, 0);
  return leafHash(data);
}

const reducePlainly: Reduce = (leaves, from, count) => {
  const tree = merkleTree();
  for (let i = 0; i < count; i++) tree.add(leafOf(leaves, from + i));
  return tree.root();
};

function reduceInWasm(): Reduce | undefined {
  const made = sha256Instance((reserve) => ({
    slots: reserve(tile * slot),
    blocks: reserve(tile),
    out: reserve(tile * 32),
    scratch: reserve(2048),
  }));
  if (!made) return undefined;
  const { call, memory, at } = made;
  const bytes = new Uint8Array(memory.buffer);
  return (leaves, from, count) => {
    const long: number[] = [];
    for (let i = 0; i < count; i++) {
      const length = 1 + leaves.bytesOf(from + i);
      const start = at.slots + i * slot;
      // Padding (FIPS 180-4, section 5.1.1) is a bit, zeros, and the length in bits in 8 bytes.
      const blocks = Math.ceil((length + 9) / 64);
      if (blocks * 64 > slot) {
        long.push(i);
        bytes[at.blocks + i] = 0;
        continue;
      }
      bytes[at.blocks + i] = blocks;
      bytes[start] = 0;
      leaves.write(from + i, bytes, start + 1);
      const end = start + blocks * 64;
      bytes[start + length] = 0x80;
      bytes.fill(0, start + length + 1, end);
      bytes[end - 2] = (8 * length) >> 8;
      bytes[end - 1] = 8 * length;
    }
    call.messages(at.slots, slot, at.blocks, count, at.scratch, at.out);
    for (const i of long) bytes.set(leafOf(leaves, from + i), at.out + 32 * i);
    call.reduce(at.out, count, at.scratch);
    return bytes.slice(at.out, at.out + 32);
  };
}
