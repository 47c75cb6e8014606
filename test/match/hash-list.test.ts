/** Lists and their Merkle root, against trees computed by hand with OpenSSL. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duplicatesOf, hashList, type ListEntry, packed } from '../../src/match/hash-list.ts';
import { UserError } from '../../src/util/errors.ts';

const facts = { name: 'test', algorithm: 'dhash', bits: 64 };
const entryOf = (i: number): ListEntry => ({ id: `entry-${i}`, hash: new Uint8Array(8).fill(i) });
const entries = (count: number): ListEntry[] => Array.from({ length: count }, (_, i) => entryOf(i));
const rootOf = (list: readonly ListEntry[]): string => hashList(facts, list).root;

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
    expect(rootOf(entries(count))).toBe(expected.toString('hex'));
  });

  test('the empty tree is the hash of nothing', () => {
    expect(rootOf([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('a power of two and its neighbours, by the recursion of the RFC', () => {
    const recursion = (leaves: readonly Buffer[]): Buffer => {
      if (leaves.length === 1) return leaves[0]!;
      let k = 1;
      while (k * 2 < leaves.length) k *= 2;
      return node(recursion(leaves.slice(0, k)), recursion(leaves.slice(k)));
    };
    for (const count of [15, 16, 17, 31, 32, 33, 100])
      expect(rootOf(entries(count)), `${count} leaves`).toBe(recursion(entries(count).map(leaf)).toString('hex'));
  });

  test('second preimage: an inner node is not the leaf of the same bytes', () => {
    const inner = Buffer.concat([a, b]);
    const asLeaf: ListEntry = { id: inner.subarray(8).toString('latin1'), hash: inner.subarray(0, 8) };
    expect(rootOf([asLeaf])).not.toBe(rootOf(entries(2)));
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

  test('duplicates are told by hash, with all their names in list order', () => {
    const list = hashList(facts, [
      entryOf(1),
      entryOf(2),
      { ...entryOf(1), id: 'again' },
      { ...entryOf(1), id: 'more' },
    ]);
    expect(duplicatesOf(list)).toEqual(new Map([['01'.repeat(8), ['entry-1', 'again', 'more']]]));
    expect(duplicatesOf(hashList(facts, entries(3))).size).toBe(0);
  });
});
