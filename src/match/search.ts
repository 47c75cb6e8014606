/**
 * Exact search of a hash list by Hamming distance. Short lists are compared entry by entry, medium ones scanned in WebAssembly, and long
 * ones looked up in the tables of a multi-index. All three give the same answers.
 */
import { UserError } from '../util/errors.ts';
import type { ListEntry } from './entries.ts';
import type { HashList } from './hash-list.ts';
import { indexScan } from './index-scan.ts';
import { byDistance, type Found, type IndexSearch, wholeLimit } from './index-search.ts';
import { multiIndex } from './multi-index.ts';
import { canScan } from './wasm/scan.ts';

/** A list entry and its distance. */
export interface Hit {
  /** The entry's index in the list. */
  readonly index: number;
  readonly entry: ListEntry;
  readonly distanceBits: number;
}

/** A list prepared for search. */
export interface Searcher {
  /** The nearest entry (the first in case of a tie), or undefined if the list is empty. */
  nearest(hash: Uint8Array): Hit | undefined;
  /** Every entry at a distance of at most `thresholdBits`, nearest first, ties in list order. */
  within(hash: Uint8Array, thresholdBits: number): Hit[];
  /** `within` for many queries: faster than one by one if the list is scanned. */
  withinEach(hashes: readonly Uint8Array[], thresholdBits: number): Hit[][];
}

/** A search method; each can be requested by name. */
export type SearchMethod = 'plain' | 'scan' | 'multi-index';

/** Number of entries from which WebAssembly pays off, and from which tables do. */
const scanFrom = 512;
const tablesFrom = 50_000;

/** The fastest method for a list that runs here. */
export function methodFor(list: HashList): SearchMethod {
  if (list.entries.length < scanFrom || !canScan(list.bits)) return 'plain';
  return list.entries.length < tablesFrom ? 'scan' : 'multi-index';
}

/** Makes a list of hashes searchable. A list of vectors throws a UserError, and so do queries of another length than the list's hashes. */
export function searcher(list: HashList, method = methodFor(list)): Searcher {
  if (list.detector?.dimensions !== undefined)
    throw new UserError(
      `Expected a list of hashes but '${list.name}' has vectors, between which bits are no distance; use vectorSearcher`,
    );
  const make = { plain: plainScan, scan: indexScan, 'multi-index': multiIndex }[method];
  const search = make(list.packed, list.bits);
  // The index holds the same bytes: the list then reads them there, so that a gigabyte of hashes is not stored twice.
  if (search.packed) list.entries.moveTo(search.packed);
  const query = (hash: Uint8Array): Uint8Array => {
    if (hash.length * 8 !== list.bits)
      throw new UserError(
        `Expected a ${list.algorithm} hash of ${list.bits} bits for a search of '${list.name}' but received ${hash.length * 8} bits`,
      );
    return hash;
  };
  const hit = ({ index, distanceBits }: Found): Hit => ({
    index,
    entry: list.entries.at(index)!,
    distanceBits,
  });
  return {
    nearest(hash) {
      const found = search.nearest(query(hash));
      return found && hit(found);
    },
    within: (hash, thresholdBits) => search.within(query(hash), thresholdBits).map(hit),
    withinEach: (hashes, thresholdBits) =>
      search.withinEach(hashes.map(query), thresholdBits).map((found) => found.map(hit)),
  };
}

const popcount = (word: number): number => {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Hash bytes as 32-bit words; an incomplete last word is padded with zeros, which add no distance. */
function wordsOf(bytes: Uint8Array, out: Int32Array, at: number): void {
  for (let i = 0; i < bytes.length; i++) out[at + (i >>> 2)]! |= bytes[i]! << (8 * (i & 3));
}

/** The linear scan in plain JavaScript: no dependencies, any width. */
export function plainScan(packed: Uint8Array, bits: number): IndexSearch {
  const bytes = bits / 8;
  const count = packed.length / bytes;
  const stride = Math.ceil(bits / 32);
  const words = new Int32Array(stride * count);
  for (let i = 0; i < count; i++) wordsOf(packed.subarray(i * bytes, (i + 1) * bytes), words, i * stride);

  const query = (hash: Uint8Array): Int32Array => {
    const out = new Int32Array(stride);
    wordsOf(hash, out, 0);
    return out;
  };
  const distance = (needle: Int32Array, index: number): number => {
    let sum = 0;
    for (let j = 0, at = index * stride; j < stride; j++, at++) sum += popcount(needle[j]! ^ words[at]!);
    return sum;
  };
  const within = (hash: Uint8Array, thresholdBits: number): Found[] => {
    const limit = wholeLimit(thresholdBits, bits);
    const needle = query(hash);
    const found: Found[] = [];
    for (let index = 0; index < count; index++) {
      const distanceBits = distance(needle, index);
      if (distanceBits <= limit) found.push({ index, distanceBits });
    }
    return found.sort(byDistance);
  };
  return {
    within,
    withinEach: (hashes, thresholdBits) => hashes.map((hash) => within(hash, thresholdBits)),
    nearest(hash) {
      const needle = query(hash);
      let best = -1;
      let bestDistance = Number.POSITIVE_INFINITY;
      for (let i = 0; i < count; i++) {
        const d = distance(needle, i);
        if (d < bestDistance) [best, bestDistance] = [i, d];
      }
      return best < 0 ? undefined : { index: best, distanceBits: bestDistance };
    },
  };
}
