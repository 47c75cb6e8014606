/**
 * Exact distances of vectors: of two, and between two sets of them. Sums are in double precision, in four partial sums of every fourth number, which
 * are added at the end as (0 + 1) + (2 + 3). Their order never depends on what a vector is compared with, nor on whether WebAssembly computes them,
 * so distances have the same bits everywhere.
 */
import { lazyModule } from '../util/wasm.ts';
import { Places, ReusedInstance } from '../util/wasm-memory.ts';
import type { DistanceScale } from './distance-scale.ts';
import { vectorsWasm } from './wasm/vectors-wasm.ts';

/** Numbers of a vector. */
type Numbers = Float32Array | Float64Array;

/** What is added up: of the numbers of two vectors at one place. */
type Term = (x: number, y: number) => number;
const product: Term = (x, y) => x * y;
const square: Term = (x, y) => (x - y) * (x - y);

/** Sum of the terms of two vectors of one length. */
function sumOf(term: Term, a: Numbers, b: Numbers): number {
  const sums = [0, 0, 0, 0];
  for (let k = 0; k < a.length; k++) sums[k & 3]! += term(a[k]!, b[k]!);
  return sums[0]! + sums[1]! + (sums[2]! + sums[3]!);
}

/** Euclidean distance of two vectors of one length. */
export const euclideanDistance = (a: Numbers, b: Numbers): number => Math.sqrt(sumOf(square, a, b));

/** 1 − the cosine of the angle between two vectors of one length; 1 if one is zero, which has no direction. */
export const cosineDistance = (a: Numbers, b: Numbers): number =>
  fromProduct(sumOf(product, a, b), Math.sqrt(sumOf(product, a, a)), Math.sqrt(sumOf(product, b, b)));

const fromProduct = (dot: number, x: number, y: number): number =>
  x === 0 || y === 0 ? 1 : Math.max(0, 1 - dot / x / y);

/** Vectors of one length, one after the other; vectors within a group are never compared. */
export interface GroupedVectors {
  readonly distance: 'cosine' | 'l2';
  readonly count: number;
  /** Floats for each vector: its own, then zeros up to a multiple of four. */
  readonly stride: number;
  readonly values: Float32Array;
  /** Length of each vector. */
  readonly norms: Float64Array;
  /** Number of each vector's group. */
  readonly groups: Int32Array;
}

/** Lays out vectors of `dimensions` numbers each. */
export function groupedVectors(
  vectors: readonly Float32Array[],
  groups: Iterable<number>,
  { distance, dimensions }: { readonly distance: 'cosine' | 'l2'; readonly dimensions: number },
): GroupedVectors {
  const stride = Math.ceil(dimensions / 4) * 4;
  const values = new Float32Array(stride * vectors.length);
  for (const [i, vector] of vectors.entries()) values.set(vector, i * stride);
  const norms = Float64Array.from(vectors, (each) => Math.sqrt(sumOf(product, each, each)));
  return { distance, count: vectors.length, stride, values, norms, groups: Int32Array.from(groups) };
}

/** Vectors of one side of a block: two blocks of 512 floats a vector, 128 kB, stay in the cache of a processor. */
const blockSide = 32;

/** The functions of vectors.as; every address is a byte offset into the module's memory. */
interface Functions {
  products(a: number, rows: number, b: number, columns: number, stride: number, out: number): void;
  squares(a: number, rows: number, b: number, columns: number, stride: number, out: number): void;
}
const kernel = new ReusedInstance<Functions>(lazyModule(vectorsWasm));

/** The sums of a block: those of row i begin at i * blockSide. */
type BlockSums = (rows: Float32Array, columns: Float32Array, sums: Float64Array) => void;

/** Sums in WebAssembly, or without it. Both give the same bits. */
const blockSums = (of: 'products' | 'squares', stride: number, inWasm: boolean): BlockSums =>
  inWasm
    ? (rows, columns, sums) => {
        const places = new Places();
        const [a, b] = [places.take(4 * stride * blockSide), places.take(4 * stride * blockSide)];
        const out = places.take(8 * blockSide * blockSide);
        kernel.run(places.end, (call, { buffer }) => {
          new Float32Array(buffer, a, rows.length).set(rows);
          new Float32Array(buffer, b, columns.length).set(columns);
          call[of](a, rows.length / stride, b, blockSide, stride, out);
          sums.set(new Float64Array(buffer, out, blockSide * blockSide));
        });
      }
    : (rows, columns, sums) => {
        const term = of === 'products' ? product : square;
        for (let i = 0; i * stride < rows.length; i++)
          for (let j = 0; j * stride < columns.length; j++)
            sums[i * blockSide + j] = sumOf(
              term,
              rows.subarray(i * stride, (i + 1) * stride),
              columns.subarray(j * stride, (j + 1) * stride),
            );
      };

/** Calls `visit` with each pair of different groups and its distance, block by block; within one set each pair once, with i < j. */
function eachPair(
  a: GroupedVectors,
  b: GroupedVectors,
  visit: (i: number, j: number, distance: number) => void,
  { within = false, inWasm = kernel.works }: { readonly within?: boolean; readonly inWasm?: boolean } = {},
): void {
  const { stride, distance } = a;
  const sums = new Float64Array(blockSide * blockSide);
  const sum = blockSums(distance === 'l2' ? 'squares' : 'products', stride, inWasm);
  const block = ({ values, count }: GroupedVectors, from: number): Float32Array =>
    values.subarray(from * stride, Math.min(from + blockSide, count) * stride);
  for (let top = 0; top < a.count; top += blockSide)
    for (let left = within ? top : 0; left < b.count; left += blockSide) {
      sum(block(a, top), block(b, left), sums);
      for (let i = top; i < Math.min(top + blockSide, a.count); i++)
        for (let j = within ? Math.max(left, i + 1) : left; j < Math.min(left + blockSide, b.count); j++) {
          if (a.groups[i] === b.groups[j]) continue;
          const found = sums[(i - top) * blockSide + j - left]!;
          visit(i, j, distance === 'l2' ? Math.sqrt(found) : fromProduct(found, a.norms[i]!, b.norms[j]!));
        }
    }
}

/** Number of occurrences of each count of the scale among the pairs of different groups. */
export function vectorHistogram(vectors: GroupedVectors, scale: DistanceScale): number[] {
  const counts = new Float64Array(scale.most + 1);
  const add = (_i: number, _j: number, distance: number): void => {
    counts[scale.countOf(distance)]!++;
  };
  eachPair(vectors, vectors, add, { within: true });
  return [...counts];
}

/** Calls `visit` for every query and listed vector of different groups, with their indices and their distance. */
export const eachVectorDistance = (
  queries: GroupedVectors,
  list: GroupedVectors,
  visit: (query: number, listed: number, distance: number) => void,
  inWasm?: boolean,
): void => eachPair(queries, list, visit, inWasm === undefined ? {} : { inWasm });

/** The pairs (i < j) of different groups at a count of at most `threshold`, ordered by i, then j. */
export function vectorPairsWithin(
  vectors: GroupedVectors,
  scale: DistanceScale,
  threshold: number,
): [number, number][] {
  const found: [number, number][] = [];
  const add = (i: number, j: number, distance: number): void => {
    if (scale.countOf(distance) <= threshold) found.push([i, j]);
  };
  eachPair(vectors, vectors, add, { within: true });
  return found.sort(([a, b], [c, d]) => a - c || b - d);
}

/** For each query the count of the distance to the nearest listed vector of another group; one above the largest if there is none. */
export function nearestVectors(queries: GroupedVectors, list: GroupedVectors, scale: DistanceScale): Int32Array {
  const nearest = new Float64Array(queries.count).fill(Number.POSITIVE_INFINITY);
  eachPair(queries, list, (i, _j, distance) => {
    if (distance < nearest[i]!) nearest[i] = distance;
  });
  return Int32Array.from(nearest, (each) => (each === Number.POSITIVE_INFINITY ? scale.most + 1 : scale.countOf(each)));
}
