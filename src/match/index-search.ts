/** Search of packed hashes by place: what a linear scan and a multi-index have in common. */

/** A hash's place among the packed ones and how far it is. */
export interface Found {
  readonly index: number;
  readonly distanceBits: number;
}

/** Packed hashes made ready to be searched, exactly. A query has the length of the hashes; the caller sees to that. */
export interface IndexSearch {
  /** The packed hashes as they lie in its memory, where they lie there whole: whoever made it needs no copy besides. */
  readonly packed?: Uint8Array;
  /** The nearest hash (the first of several equally near ones), or undefined when there are none. */
  nearest(hash: Uint8Array): Found | undefined;
  /** Every hash at a distance of at most `thresholdBits`, nearest first, ties in their order. */
  within(hash: Uint8Array, thresholdBits: number): Found[];
  /** `within` for each of many queries, which share the reading of the hashes where they are scanned. */
  withinEach(hashes: readonly Uint8Array[], thresholdBits: number): Found[][];
}

/** Nearest first, ties in order of place. */
export const byDistance = (a: Found, b: Found): number => a.distanceBits - b.distanceBits || a.index - b.index;

/** A threshold as the whole number that means the same, or -1 when nothing can be that near. */
export const wholeLimit = (thresholdBits: number, bits: number): number =>
  thresholdBits >= 0 ? Math.floor(Math.min(thresholdBits, bits)) : -1;
