/** The interface of a deep hash: a perceptual hash whose bits come from a network's embedding, so it loads and computes asynchronously. */
import type { Raster } from '../image/raster.ts';
import { hasStructure } from '../image/structure.ts';
import type { Inference } from './backend.ts';

/** A hash of one picture. */
interface DeepHashResult {
  /** bits / 8 bytes, most significant bit first. */
  readonly hash: Uint8Array;
  /**
   * 0 for a picture without structure, which a network cannot distinguish from others of its kind; otherwise 100. No deep hash defines a
   * quality.
   */
  readonly quality: number;
  /** The embedding, if it is compared as it is. */
  readonly vector?: Float32Array;
}

/** A loaded deep hash: similar images give bit strings at a small Hamming distance. */
export interface DeepHash {
  /** Name in experiment files, results and charts. */
  readonly name: string;
  /** Length of the hash. */
  readonly bits: number;
  /** Largest Hamming distance, in bits, that counts as a match; its card explains the choice. */
  readonly threshold: number;
  /** Smallest quality, 0 to 100, at which the hash is trusted. */
  readonly minQuality: number;
  /** One sentence: what it measures. */
  readonly summary: string;
  /** Paper or specification that defines it. */
  readonly reference: string;
  /** The software that computes its embedding. */
  readonly inference: Inference;
  /** SHA-256 of everything that determines bits: the network's weights, and the mean or matrix that turns an embedding into bits. */
  readonly sha256: string;
  /** Hash of decoded pixels. */
  hash(image: Raster): Promise<DeepHashResult>;
}

/** Minimum quality for a deep hash. */
export const leastDeepQuality = 1;

/** The quality of a picture's deep hash. */
export const deepQuality = (image: Raster): 0 | 100 => (hasStructure(image) ? 100 : 0);
