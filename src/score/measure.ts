/** How the entries of a table of hashes are compared: by Hamming distance, or by the exact distance of their vectors. */
import { hammingDistance } from '../hash/hamming.ts';
import { bitScale, type DistanceScale, stepScale } from '../match/distance-scale.ts';
import { packed } from '../match/hash-list.ts';
import { indexScan } from '../match/index-scan.ts';
import { eachDistance, groupedHashes, nearestOthers, pairHistogram, pairsWithin } from '../match/pair-distances.ts';
import { plainScan } from '../match/search.ts';
import {
  cosineDistance,
  eachVectorDistance,
  euclideanDistance,
  groupedVectors,
  nearestVectors,
  vectorHistogram,
  vectorPairsWithin,
} from '../match/vector-distances.ts';
import { canScan } from '../match/wasm/scan.ts';
import type { VectorDistance } from '../schema/detector-file.ts';

/** An entry that can be compared. */
export interface Comparable {
  readonly picture: string;
  readonly group: string;
  readonly hash: Uint8Array;
  /** Of a detector whose vectors are compared. */
  readonly vector?: Float32Array;
}
type Entries = readonly Comparable[];

/** Comparisons of entries. Distances are counts of the scale; one above the largest stands for none. */
export interface Measure {
  readonly scale: DistanceScale;
  between(a: Comparable, b: Comparable): number;
  /** Number of occurrences of each count among the pairs of different groups. */
  histogram(of: Entries): number[];
  /** The pairs (i < j) of different groups at a count of at most `threshold`. */
  within(of: Entries, threshold: number): [number, number][];
  /** For each query the nearest listed entry of another group. */
  nearestOthers(queries: Entries, list: Entries): Int32Array;
  /** For each query the nearest listed entry, of whichever group. */
  nearest(queries: Entries, list: Entries): Int32Array;
  /** Every query against every listed entry, of whichever group. */
  each(queries: Entries, list: Entries, visit: (query: number, listed: number, count: number) => void): void;
}

/** Hashes of that many bits. */
export function hammingMeasure(bits: number): Measure {
  const laidOut = (of: Entries, groupOf: (group: string) => number) =>
    groupedHashes(
      of.map(({ hash }) => hash),
      of.map(({ group }) => groupOf(group)),
      bits,
    );
  return {
    scale: bitScale(bits),
    between: ({ hash }, other) => hammingDistance(hash, other.hash),
    histogram: (of) => pairHistogram(laidOut(of, numbering())),
    within: (of, threshold) => pairsWithin(laidOut(of, numbering()), threshold),
    nearestOthers(queries, list) {
      const numberOf = numbering();
      return nearestOthers(laidOut(queries, numberOf), laidOut(list, numberOf));
    },
    nearest(queries, list) {
      const search = (canScan(bits) ? indexScan : plainScan)(
        packed(list.map(({ picture, hash }) => ({ id: picture, hash }))),
        bits,
      );
      return Int32Array.from(queries, ({ hash }) => search.nearest(hash)?.distanceBits ?? bits + 1);
    },
    each: (queries, list, visit) => eachDistance(laidOut(queries, listed), laidOut(list, listed), visit),
  };
}

/** Exact hashes of that many bits: equal at 0, different at 1, and nothing between. */
export function equalityMeasure(bits: number): Measure {
  const hamming = hammingMeasure(bits);
  const countOf = (distance: number): number => (distance > bits ? 2 : Math.min(1, distance));
  return {
    scale: bitScale(1),
    between: (a, b) => countOf(hamming.between(a, b)),
    histogram(of) {
      const counts = hamming.histogram(of);
      return [counts[0]!, counts.slice(1).reduce((sum, count) => sum + count, 0)];
    },
    within: (of, threshold) => hamming.within(of, threshold >= 1 ? bits : threshold),
    nearestOthers: (queries, list) => hamming.nearestOthers(queries, list).map(countOf),
    nearest: (queries, list) => hamming.nearest(queries, list).map(countOf),
    each: (queries, list, visit) => hamming.each(queries, list, (i, j, distance) => visit(i, j, countOf(distance))),
  };
}

/** Vectors, compared as they are. The scale ends at the largest distance that `entries` can have; only these may be compared. */
export function vectorMeasure(how: VectorDistance, entries: readonly { readonly vector?: Float32Array }[]): Measure {
  const { distance, threshold, step, dimensions } = how;
  const origin = new Float32Array(dimensions);
  const longest = (): number =>
    entries.reduce((most, { vector }) => Math.max(most, vector ? euclideanDistance(vector, origin) : 0), 0);
  const scale = stepScale(distance, step, distance === 'cosine' ? 2 : Math.max(2 * longest(), threshold));
  const laidOut = (of: Entries, groupOf: (group: string) => number) =>
    groupedVectors(
      of.map(({ vector }) => vector!),
      of.map(({ group }) => groupOf(group)),
      how,
    );
  return {
    scale,
    between: ({ vector }, other) =>
      scale.countOf((distance === 'cosine' ? cosineDistance : euclideanDistance)(vector!, other.vector!)),
    histogram: (of) => vectorHistogram(laidOut(of, numbering()), scale),
    within: (of, threshold) => vectorPairsWithin(laidOut(of, numbering()), scale, threshold),
    nearestOthers(queries, list) {
      const numberOf = numbering();
      return nearestVectors(laidOut(queries, numberOf), laidOut(list, numberOf), scale);
    },
    nearest: (queries, list) => nearestVectors(laidOut(queries, asked), laidOut(list, listed), scale),
    each: (queries, list, visit) =>
      eachVectorDistance(laidOut(queries, asked), laidOut(list, listed), (i, j, each) =>
        visit(i, j, scale.countOf(each)),
      ),
  };
}

/** Groups that all queries, and all entries of a list, belong to, so that each is compared with each. */
const [asked, listed] = [() => 0, () => 1];

/** Numbers for names, in the order in which they are first asked for. */
export function numbering(): (name: string) => number {
  const numbers = new Map<string, number>();
  return (name) => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  };
}
