/**
 * Accidental matches among unrelated pictures. Memory is a few words a picture and table, whatever matches: equal keys are gathered by a hash
 * table over packed bytes, and pairs are visited, never kept.
 */
import { distanceBits } from '../../hash/hamming.ts';
import { hashBytes, PlaceTable } from '../../match/place-table.ts';
import type { PairCounts } from '../../metric/degree-rate.ts';
import type { MeasuredFpr } from '../../metric/list-size.ts';
import type { Design } from './score-designs.ts';

/** Pictures that were hashed, in a set of unrelated ones. */
export interface HashedPictures {
  /** Numbers of the pictures in their source. */
  readonly numbers: readonly number[];
  /** By picture; null matches nothing. */
  readonly hashes: readonly (Uint8Array | null)[];
}

/** Pictures by the key that they have in one table. */
interface Classes {
  /** Class of each picture, or −1. */
  readonly of: Int32Array;
  /** Where the members of each class begin, and one more. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
}

/** A further condition on a pair of pictures, by their places. */
export type Condition = (a: number, b: number) => boolean;

/** What is counted of one design: of all accidents, and of those that a second check lets pass. */
interface Counted extends PairCounts {
  readonly measured: readonly MeasuredFpr[];
}

/** How to count. */
interface CountOptions {
  /** Numbers of a pair that is no accident: copies, or one motif. */
  readonly isCopy?: (a: number, b: number) => boolean;
  /** Pairs that were left out for it among these pictures. */
  readonly copies: number;
  readonly checks: readonly Condition[];
  /** Places of the pictures in random order: the first half asks, the others are the list. */
  readonly order: readonly number[];
  readonly sizes: readonly number[];
}

/** Accidents of one design. */
interface AccidentCounts {
  /** Without a second check first, then with each. */
  readonly counted: readonly Counted[];
  /** Matching pairs that were left out. */
  readonly copies: number;
  /** By second check: accidents that it passes, of all, by cluster of accidents that share pictures. */
  readonly passed: readonly (readonly (readonly [k: number, n: number])[])[];
  /** The first accidents, by places: for what is asked of a few. */
  readonly some: readonly (readonly [number, number])[];
}

/** Accidents that are kept by name. */
const mostKept = 1000;

/** Counts the accidents of a design. */
export function countAccidents(design: Design, pictures: HashedPictures, options: CountOptions): AccidentCounts {
  const { numbers, hashes } = pictures;
  const { isCopy, checks, order } = options;
  const n = numbers.length;
  const tables = classesOf(design, hashes);
  const variants = checks.length + 1;
  const degrees = Array.from({ length: variants }, () => new Float64Array(n));
  const taken = Array.from({ length: variants }, () => new Uint8Array(n));
  const disjoint = new Array<number>(variants).fill(0);
  const place = new Int32Array(n);
  order.forEach((each, at) => {
    place[each] = at;
  });
  const queries = Math.floor(n / 2);
  const first = Array.from({ length: variants }, () => new Float64Array(queries).fill(Number.POSITIVE_INFINITY));
  const cluster = new Clusters(n);
  const some: [number, number][] = [];
  let copies = 0;
  const count = (variant: number, i: number, j: number): void => {
    degrees[variant]![i]!++;
    degrees[variant]![j]!++;
    if (!taken[variant]![i] && !taken[variant]![j]) {
      taken[variant]![i] = taken[variant]![j] = 1;
      disjoint[variant]!++;
    }
    const [near, far] = place[i]! < place[j]! ? [place[i]!, place[j]!] : [place[j]!, place[i]!];
    if (near < queries && far >= queries) first[variant]![near] = Math.min(first[variant]![near]!, far - queries);
  };
  eachPair(tables, n, (i, j) => {
    if (isCopy?.(numbers[i]!, numbers[j]!)) {
      copies++;
      return;
    }
    count(0, i, j);
    cluster.join(i, j);
    if (some.length < mostKept) some.push([i, j]);
    checks.forEach((passes, c) => {
      if (passes(i, j)) count(c + 1, i, j);
    });
  });
  const lists = [...new Set([...options.sizes.filter((size) => size < n - queries), n - queries])].sort(
    (a, b) => a - b,
  );
  return {
    copies,
    some,
    counted: degrees.map((each, variant) => ({
      degrees: each,
      pairs: (n * (n - 1)) / 2 - options.copies,
      disjoint: disjoint[variant]!,
      measured:
        queries === 0
          ? []
          : lists.map((size) => ({
              size,
              queries,
              matched: first[variant]!.reduce((sum, at) => sum + Number(at < size), 0),
            })),
    })),
    passed: checks.map((_, c) => cluster.counts(degrees[c + 1]!, degrees[0]!)),
  };
}

/** The classes of each table. */
function classesOf(design: Design, hashes: HashedPictures['hashes']): Classes[] {
  const n = hashes.length;
  let packed: Uint8Array[] = [];
  const has = new Uint8Array(n);
  hashes.forEach((hash, i) => {
    if (!hash) return;
    const keys = design.keysOf(hash);
    if (packed.length === 0) packed = keys.map(({ length }) => new Uint8Array(length * n));
    keys.forEach((key, t) => {
      packed[t]!.set(key, i * key.length);
    });
    has[i] = 1;
  });
  return packed.map((bytes) => classesOfKeys(bytes, bytes.length / n, has));
}

/** Gathers equal keys of `width` bytes each. */
function classesOfKeys(bytes: Uint8Array, width: number, has: Uint8Array): Classes {
  const n = has.length;
  const of = new Int32Array(n).fill(-1);
  const seen = new PlaceTable(n);
  let classes = 0;
  for (let i = 0; i < n; i++) {
    if (!has[i]) continue;
    const equal = (other: number): boolean => {
      for (let k = 0; k < width; k++) if (bytes[other * width + k] !== bytes[i * width + k]) return false;
      return true;
    };
    const known = seen.findOrPut(hashBytes(bytes, i * width, (i + 1) * width), i, equal);
    of[i] = known < 0 ? classes++ : of[known]!;
  }
  const starts = new Int32Array(classes + 1);
  for (const each of of) if (each >= 0) starts[each + 1]!++;
  for (let c = 0; c < classes; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice();
  const members = new Int32Array(starts[classes]!);
  of.forEach((each, i) => {
    if (each >= 0) members[next[each]!++] = i;
  });
  return { of, starts, members };
}

/** Visits every pair i < j that has equal keys in some table, once. */
function eachPair(tables: readonly Classes[], n: number, visit: (i: number, j: number) => void): void {
  const last = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++)
    for (const { of, starts, members } of tables) {
      const own = of[i]!;
      if (own < 0) continue;
      for (let at = starts[own + 1]! - 1; at >= starts[own]! && members[at]! > i; at--) {
        const j = members[at]!;
        if (last[j] === i) continue;
        last[j] = i;
        visit(i, j);
      }
    }
}

/** Pictures that accidents join, by the smallest place among them. */
class Clusters {
  readonly #above: Int32Array;

  constructor(n: number) {
    this.#above = Int32Array.from({ length: n }, (_, i) => i);
  }

  #root(i: number): number {
    let at = i;
    while (this.#above[at] !== at) at = this.#above[at] = this.#above[this.#above[at]!]!;
    return at;
  }

  join(i: number, j: number): void {
    const [a, b] = [this.#root(i), this.#root(j)];
    if (a !== b) this.#above[Math.max(a, b)] = Math.min(a, b);
  }

  /** Pairs of each cluster, from the pairs of each picture: those that pass, and all. */
  counts(passing: ArrayLike<number>, all: ArrayLike<number>): [number, number][] {
    const sums = new Map<number, [number, number]>();
    for (let i = 0; i < all.length; i++) {
      if (all[i] === 0) continue;
      const root = this.#root(i);
      const sum = sums.get(root) ?? [0, 0];
      sum[0] += passing[i]! / 2;
      sum[1] += all[i]! / 2;
      sums.set(root, sum);
    }
    return [...sums.values()];
  }
}

/** The condition that two hashes are within so many bits; pictures without one never are. */
export const within =
  (hashes: readonly (Uint8Array | null)[], thresholdBits: number): Condition =>
  (a, b) => {
    const [one, other] = [hashes[a], hashes[b]];
    return !!one && !!other && distanceBits(one, other) <= thresholdBits;
  };
