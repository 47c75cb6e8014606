/** The interface of a classifier. */
import type { Raster } from '../image/raster.ts';
import type { Inference } from './backend.ts';

/** What a network says of one picture. */
export interface Classification {
  /** One probability per label, in the order of `labels`; of a network whose labels exclude each other they sum to 1. */
  readonly scores: readonly number[];
  /** The network's own features before its last layers (their number is `embeddingLength`). */
  readonly embedding: Float32Array;
}

/** A loaded network, or a head on one, that scores pictures. */
export interface Classifier {
  /** Name in experiment files, results and charts; also the folder of its card under models/. */
  readonly name: string;
  /** Labels, in the order of the scores. */
  readonly labels: readonly string[];
  /** Floats in an embedding. */
  readonly embeddingLength: number;
  /** Where it runs: the tfjs backend ('wasm', 'tensorflow', 'webgpu' or 'cpu'), 'onnxruntime-node' or 'onnxruntime-web'. */
  readonly backend: string;
  /** The software that computes it. */
  readonly inference: Inference;
  /** SHA-256 of the weights in use, and of whatever else decides its scores. */
  readonly sha256: string;
  /** How pixels become its input: `toInput`'s version and side, say. Part of the name of a cached embedding. */
  readonly preprocessing: string;
  /** A head's network, whose embedding the head reads. */
  readonly network?: Classifier;
  /** A head's scores of an embedding of its network. */
  readonly scoresOf?: (embedding: Float32Array) => readonly number[];
  /** Scores of decoded pixels. */
  classify(image: Raster): Promise<Classification>;
  /** The same for several pictures, in their order, in batches; by default of the size that is fastest. */
  classifyMany(images: readonly Raster[], batchSize?: number): Promise<Classification[]>;
}
