/** mnemonist's Burkhard–Keller tree: the npm package that searches all neighbours within a Hamming distance exactly. */
import { distanceBits } from '../src/hash/hamming.ts';
import { bytes } from './search-hashes.ts';

interface Tree {
  add(item: Uint8Array): void;
  search(distance: number, query: Uint8Array): readonly unknown[];
}
type Module = { BKTree: new (distance: (a: Uint8Array, b: Uint8Array) => number) => Tree };

/** Makes a tree of packed hashes; undefined if mnemonist is not installed. */
export async function bkTree(): Promise<((packed: Uint8Array) => Tree) | undefined> {
  // Imported through a variable: TypeScript cannot resolve the types of a missing package.
  const name = 'mnemonist';
  const made = (await import(name).catch(() => undefined)) as Module | undefined;
  if (!made) return undefined;
  return (packed) => {
    const tree = new made.BKTree(distanceBits);
    for (let at = 0; at < packed.length; at += bytes) tree.add(packed.subarray(at, at + bytes));
    return tree;
  };
}
