/** Search of packed hashes by index: the common interface of a linear scan and a multi-index. */

/** A hash's index among the packed ones, and its distance. */
export interface Found {
  readonly index: number;
  readonly distanceBits: number;
}

/** Packed hashes prepared for exact search. The caller must pass queries of the hashes' length. */
export interface IndexSearch {
  /** The packed hashes in its memory, if they are stored whole there: the creator then needs no other copy. */
  readonly packed?: Uint8Array;
  /** The nearest hash (the first in case of a tie), or undefined if there are none. */
  nearest(hash: Uint8Array): Found | undefined;
  /** Every hash at a distance of at most `thresholdBits`, nearest first, ties in their order. */
  within(hash: Uint8Array, thresholdBits: number): Found[];
  /** `within` for many queries; a scan reads the hashes once for all of them. */
  withinEach(hashes: readonly Uint8Array[], thresholdBits: number): Found[][];
}

/** Nearest first, ties by index. */
export const byDistance = (a: Found, b: Found): number => a.distanceBits - b.distanceBits || a.index - b.index;

/** A threshold as the equivalent whole number, or -1 if no hash can be that near. */
export const wholeLimit = (thresholdBits: number, bits: number): number =>
  thresholdBits >= 0 ? Math.floor(Math.min(thresholdBits, bits)) : -1;
