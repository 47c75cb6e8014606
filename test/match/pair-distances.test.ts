/** Distances of many to many, against the same counted one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hammingDistance } from '../../src/hash/hamming.ts';
import {
  eachDistance,
  groupedHashes,
  nearestOthers,
  pairHistogram,
  pairsWithin,
} from '../../src/match/pair-distances.ts';

/** Hashes of 5 bytes, so that the last word is filled up, in a few groups. */
const some = fc.array(fc.record({ hash: fc.uint8Array({ minLength: 5, maxLength: 5 }), group: fc.nat(4) }), {
  maxLength: 12,
});
type Some = readonly { readonly hash: Uint8Array; readonly group: number }[];
const laidOut = (of: Some) =>
  groupedHashes(
    of.map(({ hash }) => hash),
    of.map(({ group }) => group),
    40,
  );
const unrelated = (of: Some): [number, number, number][] =>
  of.flatMap((a, i) =>
    of.flatMap((b, j): [number, number, number][] =>
      i < j && a.group !== b.group ? [[i, j, hammingDistance(a.hash, b.hash)]] : [],
    ),
  );

test('a histogram counts every pair of different groups once', () =>
  fc.assert(
    fc.property(some, (of) => {
      const counts = new Array<number>(41).fill(0);
      for (const [, , distance] of unrelated(of)) counts[distance]!++;
      expect(pairHistogram(laidOut(of))).toEqual(counts);
    }),
    { seed: 1 },
  ));

test('pairs within a threshold are those of the histogram, by place', () =>
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 40 }), (of, threshold) => {
      const expected = unrelated(of).flatMap(([i, j, distance]) => (distance <= threshold ? [[i, j]] : []));
      expect(pairsWithin(laidOut(of), threshold)).toEqual(expected);
    }),
    { seed: 2 },
  ));

test('the nearest of another group, or more bits than there are', () =>
  fc.assert(
    fc.property(some, some, (queries, list) => {
      const expected = queries.map(({ hash, group }) =>
        Math.min(41, ...list.filter((each) => each.group !== group).map((each) => hammingDistance(hash, each.hash))),
      );
      expect([...nearestOthers(laidOut(queries), laidOut(list))]).toEqual(expected);
    }),
    { seed: 3 },
  ));

test('every query meets every listed hash', () =>
  fc.assert(
    fc.property(some, some, (queries, list) => {
      const seen: number[][] = [];
      eachDistance(laidOut(queries), laidOut(list), (...each) => seen.push(each));
      const expected = queries.flatMap((a, i) => list.map((b, j) => [i, j, hammingDistance(a.hash, b.hash)]));
      expect(seen).toEqual(expected);
    }),
    { seed: 4 },
  ));
