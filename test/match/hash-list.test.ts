/** Lists and their Merkle root, against trees computed by hand with OpenSSL. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { distinctHashes } from '../../src/match/distinct.ts';
import { hashList, type ListEntry, packed } from '../../src/match/hash-list.ts';
import { listTree } from '../../src/match/list-tree.ts';
import { UserError } from '../../src/util/errors.ts';

const facts = { name: 'test', algorithm: 'dhash', bits: 64 };
const entryOf = (i: number): ListEntry => ({ id: `entry-${i}`, hash: new Uint8Array(8).fill(i) });
const entries = (count: number): ListEntry[] => Array.from({ length: count }, (_, i) => entryOf(i));
const rootOf = (list: readonly ListEntry[]): string => hashList(facts, list).root;
/** The tree hash over entries, as hex. */
const treeOf = (list: readonly ListEntry[]): string => {
  const leaves = list.map(({ id, hash }) => Buffer.concat([hash, Buffer.from(id)]));
  const write = (i: number, into: Uint8Array, at: number): void => into.set(leaves[i]!, at);
  return Buffer.from(listTree({ count: leaves.length, bytesOf: (i) => leaves[i]!.length, write })).toString('hex');
};

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaf = ({ id, hash }: ListEntry): Buffer => sha256(Buffer.from([0]), hash, Buffer.from(id));
const node = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.from([1]), left, right);

describe('RFC 6962, section 2.1: Merkle tree hash', () => {
  const [a, b, c, d, e, f, g] = entries(7).map(leaf) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];

  test.each<[number, Buffer]>([
    [0, sha256()],
    [1, a],
    [2, node(a, b)],
    [3, node(node(a, b), c)],
    [4, node(node(a, b), node(c, d))],
    [5, node(node(node(a, b), node(c, d)), e)],
    [6, node(node(node(a, b), node(c, d)), node(e, f))],
    // The tree of section 2.1.3: seven leaves.
    [7, node(node(node(a, b), node(c, d)), node(node(e, f), g))],
  ])('%d leaves', (count, expected) => {
    expect(treeOf(entries(count))).toBe(expected.toString('hex'));
  });

  test('the empty tree is the hash of nothing', () => {
    expect(treeOf([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('a power of two and its neighbours, by the recursion of the RFC', () => {
    const recursion = (leaves: readonly Buffer[]): Buffer => {
      if (leaves.length === 1) return leaves[0]!;
      let k = 1;
      while (k * 2 < leaves.length) k *= 2;
      return node(recursion(leaves.slice(0, k)), recursion(leaves.slice(k)));
    };
    for (const count of [15, 16, 17, 31, 32, 33, 100])
      expect(treeOf(entries(count)), `${count} leaves`).toBe(recursion(entries(count).map(leaf)).toString('hex'));
  });

  test('over several tiles, with leaves of one block to many, with and without WebAssembly', async () => {
    const recursion = (leaves: readonly Buffer[]): Buffer => {
      if (leaves.length === 1) return leaves[0]!;
      let k = 1;
      while (k * 2 < leaves.length) k *= 2;
      return node(recursion(leaves.slice(0, k)), recursion(leaves.slice(k)));
    };
    const long = (count: number): ListEntry[] =>
      entries(count).map((entry, i) => ({ ...entry, id: 'x'.repeat(i % 97 === 0 ? 3 * i : i % 200) }));
    const tile = 4096;
    for (const count of [tile - 1, tile, tile + 1, 2 * tile + 5, 3 * tile]) {
      const list = long(count);
      const expected = recursion(list.map(leaf)).toString('hex');
      expect(treeOf(list), `${count} leaves`).toBe(expected);
    }
    const list = long(2 * tile + 5);
    const fast = hashList(facts, list).root;
    vi.resetModules();
    vi.stubGlobal('WebAssembly', undefined);
    const fresh = await import('../../src/match/hash-list.ts');
    expect(fresh.hashList(facts, list).root).toBe(fast);
    vi.unstubAllGlobals();
  });

  test('second preimage: an inner node is not the leaf of the same bytes', () => {
    const inner = Buffer.concat([a, b]);
    const asLeaf: ListEntry = { id: inner.subarray(8).toString('latin1'), hash: inner.subarray(0, 8) };
    expect(treeOf([asLeaf])).not.toBe(treeOf(entries(2)));
  });
});

test('any change shows in the root: an order, a bit, a name, a duplicate, a moved border', () =>
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (count, i, j) => {
      const original = entries(count);
      const root = rootOf(original);
      const [x, y] = [i % count, j % count];
      const changed = (at: number, entry: ListEntry): ListEntry[] => original.with(at, entry);
      const bit = original[x]!.hash.slice();
      bit[j % 8]! ^= 1 << (i % 8);
      expect(rootOf(changed(x, { ...original[x]!, hash: bit }))).not.toBe(root);
      expect(rootOf(changed(x, { ...original[x]!, id: 'other' }))).not.toBe(root);
      expect(rootOf([...original, original[x]!])).not.toBe(root);
      expect(rootOf(original.slice(0, -1))).not.toBe(root);
      if (x !== y) expect(rootOf(changed(x, original[y]!).with(y, original[x]!))).not.toBe(root);
    }),
    { seed: 1, numRuns: 100 },
  ));

test('the root is SHA-256 of a byte 2, the facts and the tree, and so commits to name, algorithm, bits and version', () => {
  const list = hashList(facts, entries(3));
  const manifest = '{"algorithm":"dhash","bits":64,"entries":3,"name":"test","version":1}';
  const tree = Buffer.from(treeOf(entries(3)), 'hex');
  expect(list.root).toBe(sha256(Buffer.from([2]), Buffer.from(manifest), tree).toString('hex'));
  const roots = [
    list.root,
    list.named('other').root,
    hashList({ ...facts, algorithm: 'phash' }, entries(3)).root,
    hashList({ ...facts, version: 2 }, entries(3)).root,
    hashList(facts, []).root,
    hashList({ ...facts, bits: 8 }, []).root,
  ];
  expect(new Set(roots).size).toBe(roots.length);
  expect(list.named('test')).toBe(list);
});

describe('hashList', () => {
  test('packs the hashes in order, and is version 1 unless told', () => {
    const list = hashList(facts, entries(3));
    expect(Buffer.from(list.packed).equals(Buffer.concat(entries(3).map(({ hash }) => hash)))).toBe(true);
    expect(list).toMatchObject({ ...facts, version: 1 });
    expect(hashList({ ...facts, version: 7 }, []).version).toBe(7);
    expect(hashList(facts, []).packed).toHaveLength(0);
  });

  test('a hash of another length is refused with its entry', () => {
    expect(() => hashList(facts, [entryOf(0), { id: 'odd', hash: new Uint8Array(7) }])).toThrow(
      new UserError("Expected 64 bits for every dhash hash of list 'test' but entry 'odd' has 56"),
    );
  });

  test('a list may be longer than a call may have arguments', () => {
    // Only the packing: the root of so many takes seconds.
    expect(packed(new Array<ListEntry>(130_000).fill({ id: '', hash: new Uint8Array(1) }))).toHaveLength(130_000);
  });

  test('duplicates: as many different hashes as a Set counts', () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 2, maxLength: 2, max: 5 }), { maxLength: 60 }), (hashes) => {
        const list = hashList(
          { ...facts, bits: 16 },
          hashes.map((hash, i) => ({ id: `${i}`, hash })),
        );
        expect(distinctHashes(list.entries)).toBe(new Set(hashes.map(String)).size);
      }),
      { seed: 1, numRuns: 300 },
    ));

  test('a name that is not Unicode text is refused', () => {
    expect(() => hashList(facts, [{ ...entryOf(0), id: 'x\ud800' }])).toThrow(
      new UserError(
        String.raw`Expected entries that can be listed in 'test' but one has a name that is not Unicode text: "x\ud800"`,
      ),
    );
  });
});
