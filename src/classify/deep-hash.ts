/** What a deep hash is: a perceptual hash whose bits come from a network's embedding, so that it loads and computes asynchronously. */
import type { Raster } from '../image/raster.ts';
import { hasStructure } from '../image/structure.ts';
import type { Inference } from './backend.ts';

/** A hash of one picture. */
export interface DeepHashResult {
  /** bits / 8 bytes, the first bit highest. */
  readonly hash: Uint8Array;
  /** 0 for a picture without structure, which a network takes for every other one of its kind, else 100: no deep hash defines a quality. */
  readonly quality: number;
}

/** A loaded deep hash: similar images give bit strings at a small Hamming distance. */
export interface DeepHash {
  /** Name in experiment files, results and charts. */
  readonly name: string;
  /** Length of the hash. */
  readonly bits: number;
  /** Largest Hamming distance, in bits, that is called a match; its card says how it was chosen. */
  readonly threshold: number;
  /** Smallest quality, 0 to 100, at which the hash is trusted. */
  readonly minQuality: number;
  /** One sentence: what it looks at. */
  readonly summary: string;
  /** Paper or specification that defines it. */
  readonly reference: string;
  /** The software that computes its embedding. */
  readonly inference: Inference;
  /** SHA-256 of everything that decides bits: the network's weights, and the mean or matrix that turn an embedding into bits. */
  readonly sha256: string;
  /** Hash of decoded pixels. */
  hash(image: Raster): Promise<DeepHashResult>;
}

/** Least quality at which a deep hash is used. */
export const leastDeepQuality = 1;

/** The quality of a picture's deep hash. */
export const deepQuality = (image: Raster): 0 | 100 => (hasStructure(image) ? 100 : 0);
