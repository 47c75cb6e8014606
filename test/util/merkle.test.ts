/** RFC 6962 trees: the certificate-transparency test vectors, and every proof of small trees against the recursion of the RFC. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/util/hex.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  merkleRoot,
  merkleTree,
  verifyConsistency,
  verifyInclusion,
} from '../../src/util/merkle.ts';

/** MTH of RFC 6962, section 2.1, word for word, with OpenSSL's SHA-256. */
function treeHash(data: readonly Uint8Array[]): Buffer {
  if (data.length === 0) return createHash('sha256').digest();
  if (data.length === 1) return createHash('sha256').update(Uint8Array.of(0)).update(data[0]!).digest();
  let k = 1;
  while (2 * k < data.length) k *= 2;
  const [left, right] = [treeHash(data.slice(0, k)), treeHash(data.slice(k))];
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}

const sizes = Array.from({ length: 64 }, (_, i) => i + 1);
const data = sizes.map((i) => Uint8Array.of(i, i >> 1, 7));
const leaves = data.map((each) => leafHash(each));
const roots = [0, ...sizes].map((size) => new Uint8Array(treeHash(data.slice(0, size))));
const flip = (bytes: Uint8Array): Uint8Array => bytes.with(5, bytes[5]! ^ 1);

describe('certificate-transparency’s own test vectors (merkletree/merkle_tree_test.cc)', () => {
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const known = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  test.each(known.map((root, i) => [i + 1, root] as const))('root of %d leaves', (size, root) => {
    expect(toHex(merkleRoot(inputs.slice(0, size).map((hex) => leafHash(fromHex(hex)))))).toBe(root);
  });

  test('root of none', () =>
    expect(toHex(merkleRoot([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'));

  test('audit paths of leaf 0 of 8, and of leaf 5 of 8', () => {
    const hashes = inputs.map((hex) => leafHash(fromHex(hex)));
    expect(inclusionProof(hashes, 0).map(toHex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(inclusionProof(hashes, 5).map(toHex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  test('consistency of 6 with 8, and of 1 with 8', () => {
    const hashes = inputs.map((hex) => leafHash(fromHex(hex)));
    expect(consistencyProof(hashes, 6).map(toHex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(consistencyProof(hashes, 1).map(toHex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
  });
});

test('roots of 0 to 64 leaves are the recursion’s, also while the tree grows', () => {
  const tree = merkleTree();
  expect(tree.root()).toEqual(roots[0]);
  for (const size of sizes) {
    tree.add(leaves[size - 1]!);
    expect(tree.root(), `${size} leaves`).toEqual(roots[size]);
  }
});

describe('inclusion, every leaf of every tree up to 64', () => {
  test('an honest proof holds, and for no other index, leaf, root or size that would need another path', () => {
    for (const size of sizes) {
      const tree = leaves.slice(0, size);
      for (let i = 0; i < size; i++) {
        const proof = inclusionProof(tree, i);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        expect(verifyInclusion(leaves[i]!, i, size, proof, roots[size]!)).toBe(true);
        expect(verifyInclusion(flip(leaves[i]!), i, size, proof, roots[size]!)).toBe(false);
        expect(verifyInclusion(leaves[i]!, i, size, proof, flip(roots[size]!))).toBe(false);
        expect(verifyInclusion(leaves[i]!, i, size, [...proof, leaves[0]!], roots[size]!)).toBe(false);
        for (let j = 0; j < proof.length; j++) {
          const changed = proof.with(j, flip(proof[j]!));
          expect(verifyInclusion(leaves[i]!, i, size, changed, roots[size]!)).toBe(false);
          expect(verifyInclusion(leaves[i]!, i, size, proof.toSpliced(j, 1), roots[size]!)).toBe(false);
        }
        if (size > 1) expect(verifyInclusion(leaves[i]!, (i + 1) % size, size, proof, roots[size]!)).toBe(false);
      }
    }
  });

  test('places outside the tree are refused', () => {
    for (const [index, size] of [
      [-1, 4],
      [4, 4],
      [0, 0],
      [0.5, 4],
      [0, 2 ** 60],
      [Number.NaN, 4],
    ] as const)
      expect(verifyInclusion(leaves[0]!, index, size, [], roots[1]!)).toBe(false);
  });
});

describe('consistency, every pair of sizes up to 64', () => {
  test('an honest proof holds; a rewritten history, a changed or shortened proof does not', () => {
    const rewritten = leaves.with(0, flip(leaves[0]!));
    for (const second of sizes) {
      const tree = leaves.slice(0, second);
      for (let first = 1; first <= second; first++) {
        const proof = consistencyProof(tree, first);
        expect(verifyConsistency(first, second, roots[first]!, roots[second]!, proof)).toBe(true);
        expect(verifyConsistency(first, second, flip(roots[first]!), roots[second]!, proof)).toBe(false);
        expect(verifyConsistency(first, second, roots[first]!, flip(roots[second]!), proof)).toBe(false);
        expect(verifyConsistency(first, second, roots[first]!, roots[second]!, [...proof, leaves[0]!])).toBe(false);
        for (let j = 0; j < proof.length; j++) {
          const changed = proof.with(j, flip(proof[j]!));
          expect(verifyConsistency(first, second, roots[first]!, roots[second]!, changed)).toBe(false);
          expect(verifyConsistency(first, second, roots[first]!, roots[second]!, proof.toSpliced(j, 1))).toBe(false);
        }
        const forged = rewritten.slice(0, second);
        expect(
          verifyConsistency(first, second, roots[first]!, merkleRoot(forged), consistencyProof(forged, first)),
        ).toBe(false);
      }
    }
  });

  test('sizes in the wrong order, zero, or no numbers are refused', () => {
    for (const [first, second] of [
      [0, 4],
      [5, 4],
      [1.5, 4],
      [Number.NaN, 4],
      [1, Number.POSITIVE_INFINITY],
    ] as const)
      expect(verifyConsistency(first, second, roots[1]!, roots[4]!, [])).toBe(false);
  });
});
