/** What a classifier is, for every file of this room. */
import type { Raster } from '../image/raster.ts';

/** What a network says of one picture. */
export interface Classification {
  /** One probability per label, in the order of `labels`, summing to 1. */
  readonly scores: readonly number[];
  /** The network's own features before its last layers (their number is `embeddingLength`). */
  readonly embedding: Float32Array;
}

/** A loaded network that scores pictures. */
export interface Classifier {
  /** Name in experiment files, results and charts; also the folder of its card under models/. */
  readonly name: string;
  /** Labels, in the order of the scores. */
  readonly labels: readonly string[];
  /** Floats in an embedding. */
  readonly embeddingLength: number;
  /** Where it runs: the tfjs backend that loaded ('tensorflow', 'wasm' or 'cpu'). */
  readonly backend: string;
  /** SHA-256 of the weights in use. */
  readonly sha256: string;
  /** Scores of decoded pixels. */
  classify(image: Raster): Promise<Classification>;
}
