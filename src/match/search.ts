/** Exact search of a hash list by Hamming distance: a linear scan over 32-bit words. */
import { UserError } from '../util/errors.ts';
import type { HashList, ListEntry } from './hash-list.ts';

/** A list entry and how far it is. */
export interface Hit {
  readonly entry: ListEntry;
  readonly distanceBits: number;
}

/** A list made ready to be searched. */
export interface Searcher {
  /** The nearest entry (the first of several equally near ones), or undefined when the list is empty. */
  nearest(hash: Uint8Array): Hit | undefined;
  /** Every entry at a distance of at most `thresholdBits`, nearest first, ties in list order. */
  within(hash: Uint8Array, thresholdBits: number): Hit[];
}

const popcount = (word: number): number => {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Hash bytes as 32-bit words; a last part shorter than a word is filled with zeros, which add no distance. */
function wordsOf(bytes: Uint8Array, out: Int32Array, at: number): void {
  for (let i = 0; i < bytes.length; i++) out[at + (i >>> 2)]! |= bytes[i]! << (8 * (i & 3));
}

/** Makes a list searchable. Queries of another length than the list's hashes throw a UserError. */
export function searcher(list: HashList): Searcher {
  const stride = Math.ceil(list.bits / 32);
  const words = new Int32Array(stride * list.entries.length);
  list.entries.forEach((entry, i) => {
    wordsOf(entry.hash, words, i * stride);
  });

  const query = (hash: Uint8Array): Int32Array => {
    if (hash.length * 8 !== list.bits)
      throw new UserError(
        `Expected a ${list.algorithm} hash of ${list.bits} bits for a search of '${list.name}' but received ${hash.length * 8} bits`,
      );
    const out = new Int32Array(stride);
    wordsOf(hash, out, 0);
    return out;
  };
  const distance = (needle: Int32Array, index: number): number => {
    let sum = 0;
    for (let j = 0, at = index * stride; j < stride; j++, at++) sum += popcount(needle[j]! ^ words[at]!);
    return sum;
  };
  return {
    nearest(hash) {
      const needle = query(hash);
      let best = -1;
      let bestDistance = Number.POSITIVE_INFINITY;
      for (let i = 0; i < list.entries.length; i++) {
        const d = distance(needle, i);
        if (d < bestDistance) [best, bestDistance] = [i, d];
      }
      return best < 0 ? undefined : { entry: list.entries[best]!, distanceBits: bestDistance };
    },
    within(hash, thresholdBits) {
      const needle = query(hash);
      const hits: Hit[] = [];
      for (let i = 0; i < list.entries.length; i++) {
        const d = distance(needle, i);
        if (d <= thresholdBits) hits.push({ entry: list.entries[i]!, distanceBits: d });
      }
      return hits.sort((a, b) => a.distanceBits - b.distanceBits);
    },
  };
}
