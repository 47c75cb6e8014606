/** Pictures against a list, turned and mirrored ones too. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distanceBits } from '../../src/hash/hamming.ts';
import { dihedralNames, pdqDihedral } from '../../src/hash/pdq.ts';
import type { Raster } from '../../src/image/raster.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { asItLies, everyWay, matchPicture, type PictureQuery } from '../../src/match/match-picture.ts';
import { type SearchMethod, searcher } from '../../src/match/search.ts';
import { seededRng } from '../../src/util/rng.ts';

const listOf = (hashes: readonly Uint8Array[]) =>
  hashList(
    { name: 'test', algorithm: 'pdq', bits: 256 },
    hashes.map((hash, i) => ({ id: `e${i}`, hash })),
  );
const flipped = (hash: Uint8Array, count: number): Uint8Array =>
  hash.map((byte, i) => (i < count ? byte ^ (1 << (i % 8)) : byte));

test('each entry once, with the nearest query, the first of several; nearest first, ties in list order', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32, max: 1 });
  const query = fc.record({ hash, quality: fc.nat(100), dihedral: fc.constantFrom(...dihedralNames) });
  fc.assert(
    fc.property(
      fc.array(hash, { maxLength: 12 }),
      fc.array(query, { minLength: 1, maxLength: 8 }),
      fc.nat(20),
      (hashes, queries, threshold) => {
        const expected = hashes
          .map((listed, index) => {
            const distances = queries.map((each) => distanceBits(each.hash, listed));
            const least = Math.min(...distances);
            const { quality, dihedral } = queries[distances.indexOf(least)]!;
            return { index, entry: { id: `e${index}`, hash: listed }, distanceBits: least, quality, dihedral };
          })
          .filter((each) => each.distanceBits <= threshold)
          .sort((a, b) => a.distanceBits - b.distanceBits || a.index - b.index);
        expect(matchPicture(searcher(listOf(hashes)), queries, threshold)).toEqual(expected);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

/** A picture with some structure, larger than PDQ's thumbnail. */
const picture = (): Raster => {
  const rng = seededRng(5, 'picture');
  const waves = Array.from({ length: 12 }, () => [rng.next() * 20, rng.next() * 20, rng.next() * 6] as const);
  const data = Uint8Array.from({ length: 200 * 150 }, (_, i) => {
    const [x, y] = [(i % 200) / 200, Math.floor(i / 200) / 150];
    return 128 + 10 * waves.reduce((sum, [u, v, p]) => sum + Math.sin(u * x + v * y + p), 0);
  });
  return { width: 200, height: 150, channels: 1, data };
};

test('PDQ’s eight hashes are the queries, by name; as it lies there is one', () => {
  const hashes = pdqDihedral(picture());
  const queries = everyWay(picture());
  expect(queries.map(({ dihedral }) => dihedral)).toEqual(dihedralNames);
  expect(queries.map(({ hash }) => hash)).toEqual(hashes.map(({ hash }) => hash));
  expect(asItLies(hashes[0]!)).toEqual([{ ...hashes[0], dihedral: 'original' }]);
});

test.each<SearchMethod>(['plain', 'scan', 'multi-index'])('by %s, among strangers', (method) => {
  const rng = seededRng(6, 'strangers');
  const strangers = Array.from({ length: 3000 }, () => rng.bytes(32));
  const queries: PictureQuery[] = everyWay(picture());
  const near = [queries[3]!, queries[0]!, queries[5]!].map(({ hash }, i) => flipped(hash, 3 + i));
  const list = listOf([...strangers, ...near]);
  const hits = matchPicture(searcher(list, method), queries, 12);
  expect(hits.map(({ entry, distanceBits, dihedral }) => [entry.id, distanceBits, dihedral])).toEqual([
    ['e3000', 3, 'rotate270'],
    ['e3001', 4, 'original'],
    ['e3002', 5, 'flipY'],
  ]);
});

test('a list whose hashes an index has taken over is the same list', () => {
  const rng = seededRng(7, 'taken');
  const hashes = Array.from({ length: 600 }, () => rng.bytes(32));
  const list = listOf(hashes);
  const before = list.packed;
  const search = searcher(list, 'multi-index');
  expect(list.packed.buffer).not.toBe(before.buffer);
  expect(Buffer.from(list.packed).equals(before)).toBe(true);
  expect(list.root).toBe(listOf(hashes).root);
  for (const i of [0, 300, 599])
    expect(search.nearest(hashes[i]!)).toEqual({ index: i, entry: list.entries.at(i), distanceBits: 0 });
});
