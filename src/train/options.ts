/** Options for training a head. */
import type { BackendName } from '../classify/backend.ts';
import type { Head } from '../schema/head.ts';
import type { Example, Following } from './embed.ts';

/** What to train. */
export interface TrainOptions extends Following {
  readonly name: string;
  readonly dataset: string;
  readonly kind: Head['kind'];
  /** A network by name; not a head. */
  readonly network: string;
  /** Seed of the generated corpus, the split, the initial weights and the order. */
  readonly seed: number;
  readonly pictures?: number;
  readonly limit?: number;
  readonly threads?: number;
  /** Where the network is computed; the head itself is always fitted on WebAssembly. */
  readonly backend?: BackendName;
  /** Receives a sentence for a waiting user. */
  readonly onNotice?: (sentence: string) => void;
}

/** A picture with its data for the training. */
export interface TrainingPicture extends Example {
  readonly id: string;
  readonly topic: string;
  readonly sha256: string;
}
