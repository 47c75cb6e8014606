/**
 * A hash for each region of a picture, and how two such lists are compared: ImageHash 4.3.2's `ImageMultiHash`,
 * https://github.com/JohannesBuchner/imagehash, after Steinebach, Liu & Yannikos (ARES 2014). A comparison is not symmetric: it asks
 * how many of the first picture's regions are found in the second.
 */
import type { Raster } from '../image/raster.ts';
import { UserError, unexpected } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { hammingDistance } from './hamming.ts';

/** Hashes of a picture's regions, all of one length; at least one. */
export type RegionHashes = readonly Uint8Array[];

/** A hash that gives each region of a picture its own bits, so that a part of the picture is found again. */
export interface MultiHash {
  /** Name on the command line. */
  readonly name: string;
  /** Length of each region's hash. */
  readonly bits: number;
  /** Largest share of a region's bits that may differ, as its authors have it. */
  readonly bitErrorRate: number;
  /** Regions that must be found again for a match, as its authors have it. */
  readonly regions: number;
  /** One sentence: what it looks at. */
  readonly summary: string;
  /** Paper or specification that defines it. */
  readonly reference: string;
  /** Hashes of decoded pixels. Deterministic; never throws on a valid Raster. */
  hash(image: Raster): RegionHashes;
  /** 0 where no region's hash has structure, so that the picture cannot be distinguished from others, else 100. */
  quality(hashes: RegionHashes): number;
}

/** How far apart two regions may be: in bits, or else as a share of their bits (default 0.25). The first counts where both are given. */
interface RegionCutoff {
  readonly hammingCutoff?: number;
  readonly bitErrorRate?: number;
}

/** How many regions of one picture are found in another, and the sum of their distances in bits. */
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

/** Whether at least `regionCutoff` regions of `own` are found in `other` (ImageHash's `matches`). */
export const multiHashMatches = (
  own: RegionHashes,
  other: RegionHashes,
  { regionCutoff = 1, ...cutoff }: RegionCutoff & { readonly regionCutoff?: number } = {},
): boolean => regionMatches(own, other, cutoff).regions >= regionCutoff;

/**
 * How far `other` is from `own`: the regions of `own` that are not found, plus the mean share of bits in which the found ones differ
 * (ImageHash's `-`). 0 for the same picture, the number of regions where none is found.
 */
export function multiHashDifference(own: RegionHashes, other: RegionHashes, cutoff: RegionCutoff = {}): number {
  const { regions, distanceBits } = regionMatches(own, other, cutoff);
  if (regions === 0) return own.length;
  // In ImageHash's order of operations, which decides the last bit.
  return own.length - (regions - distanceBits / (regions * bitsOf(own)));
}

/** Index of the one of `others` that is nearest to `own`, the first in case of a tie (ImageHash's `best_match`). A UserError when there is none. */
export function bestMatch(own: RegionHashes, others: readonly RegionHashes[], cutoff: RegionCutoff = {}): number {
  if (others.length === 0) throw new UserError('There are no pictures to compare with');
  const differences = others.map((other) => multiHashDifference(own, other, cutoff));
  return differences.indexOf(Math.min(...differences));
}

/** The text that ImageHash prints: the regions' hashes in hex, with commas between them. */
export const multiHashText = (hashes: RegionHashes): string => hashes.map(toHex).join(',');

function bitsOf(hashes: RegionHashes): number {
  if (hashes.length === 0) throw new UserError('A picture without a region cannot be compared');
  return 8 * hashes[0]!.length;
}
