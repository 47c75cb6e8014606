/** The interface of a classifier. */
import type { Raster } from '../image/raster.ts';
import type { Inference } from './backend.ts';

/** A network's result for one picture. */
export interface Classification {
  /** One probability per label, in the order of `labels`; they sum to 1 if the labels are mutually exclusive. */
  readonly scores: readonly number[];
  /** The network's features before its last layers (`embeddingLength` numbers). */
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
  /** SHA-256 of the weights, and of everything else that determines its scores. */
  readonly sha256: string;
  /** Identifies the conversion of pixels to its input, such as `toInput`'s version and side. Part of the name of a cached embedding. */
  readonly preprocessing: string;
  /** For a head: the network whose embedding it reads. */
  readonly network?: Classifier;
  /** For a head: its scores for an embedding of its network. */
  readonly scoresOf?: (embedding: Float32Array) => readonly number[];
  /** Scores of decoded pixels. */
  classify(image: Raster): Promise<Classification>;
  /** The same for several pictures, in their order, in batches; the default size is the fastest. */
  classifyMany(images: readonly Raster[], batchSize?: number): Promise<Classification[]>;
}
