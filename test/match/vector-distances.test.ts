/** Exact distances of vectors: against the formulas, with and without WebAssembly, and between many against one by one. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepScale } from '../../src/match/distance-scale.ts';
import {
  cosineDistance,
  eachVectorDistance,
  euclideanDistance,
  groupedVectors,
  nearestVectors,
  vectorHistogram,
  vectorPairsWithin,
} from '../../src/match/vector-distances.ts';
import { vectorsWasm } from '../../src/match/wasm/vectors-wasm.ts';
import { seededRng } from '../../src/util/rng.ts';
import { wasmBytes } from '../../src/util/wasm.ts';

const floats = (values: readonly number[]): Float32Array => Float32Array.from(values);

describe('of two vectors', () => {
  test('cosine: 0 for one direction, 1 for a right angle, 2 for opposite ones, 1 for no direction', () => {
    const of = (a: number[], b: number[]) => cosineDistance(floats(a), floats(b));
    expect(of([3, 4, 0], [6, 8, 0])).toBeCloseTo(0, 15);
    expect(of([1, 0, 0], [0, 5, 0])).toBe(1);
    expect(of([1, 2, 3], [-1, -2, -3])).toBeCloseTo(2, 15);
    expect(of([0, 0, 0], [1, 2, 3])).toBe(1);
    expect(of([1, 0], [1, 1])).toBeCloseTo(1 - Math.SQRT1_2, 15);
  });

  test('l2: the root of the summed squares', () => {
    expect(euclideanDistance(floats([1, 2, 3, 4, 5]), floats([1, 2, 3, 4, 5]))).toBe(0);
    expect(euclideanDistance(floats([0, 0, 0]), floats([2, 3, 6]))).toBe(7);
  });

  test('four partial sums in a fixed order: not the sum from left to right', () => {
    const random = seededRng(1, 'vectors');
    const vector = () => Float32Array.from({ length: 41 }, () => random.next() - 0.5);
    let others = 0;
    for (let n = 0; n < 100; n++) {
      const [a, b] = [vector(), vector()];
      const squares = Array.from(a, (x, i) => (x - b[i]!) * (x - b[i]!));
      const lane = (k: number) => squares.filter((_, i) => i % 4 === k).reduce((sum, each) => sum + each, 0);
      const expected = Math.sqrt(lane(0) + lane(1) + (lane(2) + lane(3)));
      expect(euclideanDistance(a, b)).toBe(expected);
      if (expected !== Math.sqrt(squares.reduce((sum, each) => sum + each, 0))) others++;
    }
    expect(others).toBeGreaterThan(10);
  });
});

/** Vectors in a few groups; seven numbers, so that a vector does not fill whole steps of four. */
const dimensions = 7;
const some = fc.array(
  fc.record({
    vector: fc
      .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
      .map(floats),
    group: fc.nat(4),
  }),
  { maxLength: 70 },
);
type Some = readonly { readonly vector: Float32Array; readonly group: number }[];

describe.each(['cosine', 'l2'] as const)('%s distances of many', (distance) => {
  const of = distance === 'cosine' ? cosineDistance : euclideanDistance;
  const scale = stepScale(distance, 0.01, distance === 'cosine' ? 2 : 50);
  const laidOut = (all: Some) =>
    groupedVectors(
      all.map(({ vector }) => vector),
      all.map(({ group }) => group),
      { distance, dimensions },
    );
  const unrelated = (all: Some): [number, number, number][] =>
    all.flatMap((a, i) =>
      all.flatMap((b, j): [number, number, number][] =>
        i < j && a.group !== b.group ? [[i, j, scale.countOf(of(a.vector, b.vector))]] : [],
      ),
    );

  test('the same bits in WebAssembly, without it, and one by one', () =>
    fc.assert(
      fc.property(some, some, (queries, list) => {
        const all = (inWasm: boolean): Map<string, number> => {
          const found = new Map<string, number>();
          eachVectorDistance(laidOut(queries), laidOut(list), (i, j, each) => found.set(`${i} ${j}`, each), inWasm);
          return found;
        };
        const expected = new Map<string, number>();
        for (const [i, a] of queries.entries())
          for (const [j, b] of list.entries())
            if (a.group !== b.group) expected.set(`${i} ${j}`, of(a.vector, b.vector));
        expect(new Map([...all(false)].sort())).toEqual(new Map([...expected].sort()));
        expect(all(true)).toEqual(all(false));
      }),
      { seed: 1, numRuns: 40 },
    ));

  test('a histogram counts every pair of different groups once, and pairs within a threshold are its lower part', () =>
    fc.assert(
      fc.property(some, fc.nat(scale.most), (all, threshold) => {
        const counts = new Array<number>(scale.most + 1).fill(0);
        for (const [, , count] of unrelated(all)) counts[count]!++;
        expect(vectorHistogram(laidOut(all), scale)).toEqual(counts);
        expect(vectorPairsWithin(laidOut(all), scale, threshold)).toEqual(
          unrelated(all).flatMap(([i, j, count]) => (count <= threshold ? [[i, j]] : [])),
        );
      }),
      { seed: 2, numRuns: 40 },
    ));

  test('the nearest of another group, or more than there are steps', () =>
    fc.assert(
      fc.property(some, some, (queries, list) => {
        const expected = queries.map(({ vector, group }) =>
          Math.min(
            scale.most + 1,
            ...list.filter((each) => each.group !== group).map((each) => scale.countOf(of(vector, each.vector))),
          ),
        );
        expect([...nearestVectors(laidOut(queries), laidOut(list), scale)]).toEqual(expected);
      }),
      { seed: 3, numRuns: 40 },
    ));
});

describe('a scale of steps', () => {
  const scale = stepScale('cosine', 0.001, 2);

  test('counting changes no decision at a threshold that is a multiple of the step', () =>
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2, noNaN: true }), fc.nat(2000), (distance, count) => {
        const threshold = count / 1000;
        // Rounding errors of a millionth of a step are forgiven.
        if (Math.abs(distance - threshold) < 1e-8) return;
        expect(scale.countOf(distance) <= count).toBe(distance <= threshold);
      }),
      { seed: 4, numRuns: 1000 },
    ));

  test('every multiple is its own count, as the decimal number', () => {
    expect(scale.most).toBe(2000);
    for (let count = 0; count <= 2000; count++) {
      expect(scale.at(count)).toBe(count / 1000);
      expect(scale.countOf(count / 1000)).toBe(count);
    }
    expect([scale.at(-1), scale.countOf(-1), scale.at(2001)]).toEqual([-1, -1, 2]);
  });

  test('a cosine of equal vectors that is a little below 1 is at distance 0', () => {
    const v = floats(Array.from({ length: 301 }, (_, i) => Math.sin(i)));
    expect(scale.countOf(cosineDistance(v, v))).toBe(0);
    expect(scale.countOf(4e-16)).toBe(0);
  });

  test('distances beyond the end have the last count', () => {
    const long = stepScale('l2', 0.001, Number.POSITIVE_INFINITY);
    expect([long.most, long.countOf(1e9), long.countOf(19.9995)]).toEqual([20_000, 20_000, 20_000]);
  });
});

test('vectors.as is what vectors-wasm.ts was made from', () => {
  const folder = new URL('../../src/match/wasm/', import.meta.url);
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const header = readFileSync(new URL('vectors-wasm.ts', folder), 'utf8');
  expect(header).toContain(`source sha256 ${digest(readFileSync(new URL('vectors.as', folder)))}`);
  expect(header).toContain(`module sha256 ${digest(wasmBytes(vectorsWasm))}`);
});
