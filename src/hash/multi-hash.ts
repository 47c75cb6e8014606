/**
 * One hash per region of a picture, and the comparison of two such lists: ImageHash 4.3.2's `ImageMultiHash`,
 * https://github.com/JohannesBuchner/imagehash, after Steinebach, Liu & Yannikos (ARES 2014). A comparison is not symmetric: it counts how
 * many of the first picture's regions occur in the second.
 */
import type { Raster } from '../image/raster.ts';
import { UserError, unexpected } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { hammingDistance } from './hamming.ts';

/** Hashes of a picture's regions, all of the same length; at least one. */
export type RegionHashes = readonly Uint8Array[];

/** A hash with separate bits for each region of a picture, so that it finds parts of the picture. */
export interface MultiHash {
  /** Name on the command line. */
  readonly name: string;
  /** Length of each region's hash. */
  readonly bits: number;
  /** Largest fraction of a region's bits that can differ, as its authors define it. */
  readonly bitErrorRate: number;
  /** Number of regions that must occur again for a match, as its authors define it. */
  readonly regions: number;
  /** One sentence: what it measures. */
  readonly summary: string;
  /** Paper or specification that defines it. */
  readonly reference: string;
  /** Hashes of decoded pixels. Deterministic; never throws on a valid Raster. */
  hash(image: Raster): RegionHashes;
  /** 0 if no region's hash has structure, so that the picture is indistinguishable from others; otherwise 100. */
  quality(hashes: RegionHashes): number;
}

/** Maximum distance of two regions: in bits, or as a fraction of their bits (default 0.25). If both are given, the bits apply. */
interface RegionCutoff {
  readonly hammingCutoff?: number;
  readonly bitErrorRate?: number;
}

/** How many regions of one picture occur in another, and the sum of their distances in bits. */
interface RegionMatches {
  readonly regions: number;
  readonly distanceBits: number;
}

/** The regions of `own` whose nearest region of `other` is within the cutoff (ImageHash's `hash_diff`). */
export function regionMatches(own: RegionHashes, other: RegionHashes, cutoff: RegionCutoff = {}): RegionMatches {
  const { bitErrorRate = 0.25, hammingCutoff = bitsOf(own) * bitErrorRate } = cutoff;
  if (!(hammingCutoff >= 0)) throw unexpected('the cutoff of a region', 'a number of bits from 0', hammingCutoff);
  bitsOf(other);
  let regions = 0;
  let distanceBits = 0;
  for (const hash of own) {
    const nearest = Math.min(...other.map((each) => hammingDistance(hash, each)));
    if (nearest > hammingCutoff) continue;
    regions++;
    distanceBits += nearest;
  }
  return { regions, distanceBits };
}

/** Whether at least `regionCutoff` regions of `own` occur in `other` (ImageHash's `matches`). */
export const multiHashMatches = (
  own: RegionHashes,
  other: RegionHashes,
  { regionCutoff = 1, ...cutoff }: RegionCutoff & { readonly regionCutoff?: number } = {},
): boolean => regionMatches(own, other, cutoff).regions >= regionCutoff;

/**
 * Difference of `other` from `own`: the number of regions of `own` that do not occur, plus the mean fraction of differing bits of those
 * that do (ImageHash's `-`). 0 for the same picture, the number of regions if none occurs.
 */
export function multiHashDifference(own: RegionHashes, other: RegionHashes, cutoff: RegionCutoff = {}): number {
  const { regions, distanceBits } = regionMatches(own, other, cutoff);
  if (regions === 0) return own.length;
  // In ImageHash's order of operations, which determines the last bit.
  return own.length - (regions - distanceBits / (regions * bitsOf(own)));
}

/**
 * Index of the one of `others` that is nearest to `own`, the first in case of a tie (ImageHash's `best_match`). Throws a UserError if
 * `others` is empty.
 */
export function bestMatch(own: RegionHashes, others: readonly RegionHashes[], cutoff: RegionCutoff = {}): number {
  if (others.length === 0) throw new UserError('There are no pictures to compare with');
  const differences = others.map((other) => multiHashDifference(own, other, cutoff));
  return differences.indexOf(Math.min(...differences));
}

/** The text that ImageHash prints: the regions' hashes in hex, separated by commas. */
export const multiHashText = (hashes: RegionHashes): string => hashes.map(toHex).join(',');

function bitsOf(hashes: RegionHashes): number {
  if (hashes.length === 0) throw new UserError('A picture without a region cannot be compared');
  return 8 * hashes[0]!.length;
}
