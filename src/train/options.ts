/** What to train a head on, and how. */
import type { BackendName } from '../classify/backend.ts';
import type { Head } from '../schema/head.ts';
import type { Example, Following } from './embed.ts';

/** What to train. */
export interface TrainOptions extends Following {
  readonly name: string;
  readonly dataset: string;
  readonly kind: Head['kind'];
  /** A network by name; a head is none. */
  readonly network: string;
  /** Of the generated corpus, of the split, of the first weights and of the order. */
  readonly seed: number;
  readonly pictures?: number;
  readonly limit?: number;
  readonly threads?: number;
  /** Where the network is computed; the head itself is always fitted on WebAssembly. */
  readonly backend?: BackendName;
  /** Gets a sentence that somebody who waits should read. */
  readonly onNotice?: (sentence: string) => void;
}

/** A picture with its part in the training. */
export interface TrainingPicture extends Example {
  readonly id: string;
  readonly topic: string;
  readonly sha256: string;
}
