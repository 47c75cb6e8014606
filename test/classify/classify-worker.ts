/** What worker threads of a test run: the network's answer to a drawn picture, as hex digits, so that it is compared bit by bit. */
import { loadClassifier } from '../../src/classify/index.ts';
import { toHex } from '../../src/util/hex.ts';
import { waves } from './picture.ts';

/** Which network, and the seed of the picture. */
export interface Ask {
  readonly network: string;
  readonly seed: number;
}

/** Where it was computed, and every bit of the scores and the embedding. */
export interface Answer {
  readonly backend: string;
  readonly bits: string;
}

export async function answer({ network, seed }: Ask): Promise<Answer> {
  const { backend, classify } = await loadClassifier(network);
  const { scores, embedding } = await classify(waves(200 + 7 * seed, 160, seed));
  return { backend, bits: `${scores.join(' ')} ${toHex(new Uint8Array(embedding.slice().buffer))}` };
}
