/** The interface of a perceptual hash. */
import type { Raster } from '../image/raster.ts';

/** A hash and its quality. */
export interface HashResult {
  /** bits / 8 bytes. In hex, most significant digit first, it is the text that the reference prints, except for leading zeros (`digits`). */
  readonly hash: Uint8Array;
  /**
   * 0 to 100 if the algorithm defines a quality (PDQ: below 50 means too flat to trust). Otherwise 0 for a picture or hash without
   * structure, which is indistinguishable from others (structure.ts), and 100 for all others.
   */
  readonly quality: number;
}

/** What is needed to compare hashes and to judge them. */
export interface HashFacts extends Pick<PerceptualHash, 'bits' | 'threshold' | 'minQuality'> {
  /** A hash of the file's bytes, which is compared for equality: no threshold but 0 means anything. */
  readonly exact?: true;
}

/** A perceptual hash: similar images give bit strings at a small Hamming distance. */
export interface PerceptualHash {
  /** Name in experiment files, results and charts. */
  readonly name: string;
  /** Length of the hash. */
  readonly bits: number;
  /** Number of hex digits that the reference prints, if it is fewer than the bytes have. */
  readonly digits?: number;
  /** Largest Hamming distance, in bits, that its authors (or, without them, common practice) call a match. */
  readonly threshold: number;
  /** Smallest quality, 0 to 100, at which its authors (or, without them, this project) trust the hash; below it a picture is refused. */
  readonly minQuality: number;
  /** One sentence: what it measures. */
  readonly summary: string;
  /** Paper or specification that defines it. */
  readonly reference: string;
  /** Valid hashes, lower-case hex; used by the conformance tests and the demo. */
  readonly examples: readonly string[];
  /** Hash of decoded pixels. Deterministic; never throws on a valid Raster. */
  hash(image: Raster): HashResult;
}
