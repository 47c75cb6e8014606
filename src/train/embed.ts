/** From a picture's file to its embedding, in worker threads, each with a network of its own; what is known already is not computed. */

import type { Picture, Refusal } from '../../dataset/dataset.ts';
import { type PictureFile, readPictureBytes } from '../../dataset/picture-file.ts';
import { RefusedError } from '../../image/decode.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { inOrder } from '../in-order.ts';
import type { Pool } from '../pool.ts';
import { scorerOf } from '../scoring/scorer.ts';

/** A picture's file, and the network to look at it with. */
export interface EmbedTask {
  readonly picture: PictureFile;
  readonly network: string;
}

/** What the network made of it, or why it cannot be decoded. */
export type Embedded =
  | { readonly state: 'embedded'; readonly embedding: Float32Array; readonly backend: string }
  | { readonly state: 'refused'; readonly reason: string };

/** A worker's task. */
export async function embedPicture({ picture, network }: EmbedTask): Promise<Embedded> {
  const { cache, classifier } = await scorerOf(network);
  try {
    const { embedding } = await cache.ofFile(await readPictureBytes(picture));
    return { state: 'embedded', embedding, backend: classifier.backend };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { state: 'refused', reason: error.message };
  }
}

/** The module that workers run. */
export const embedModule = moduleBeside(import.meta.url, './embed.ts');

/** Pictures with their embeddings, in the order of the pictures. */
export interface EmbeddedPictures {
  readonly pictures: readonly (Picture & { readonly embedding: Float32Array })[];
  readonly refused: readonly Refusal[];
  readonly backend: string;
}

/** How to follow the work, and how to stop it. */
export interface Following {
  readonly onProgress?: (phase: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Embeds pictures on a pool whose workers run `embedModule`. Throws an InterruptedError when the signal says so. */
export async function embedPictures(
  pictures: readonly Picture[],
  network: string,
  pool: Pool,
  { onProgress, signal = new AbortController().signal }: Following,
): Promise<EmbeddedPictures> {
  const embedded: (Picture & { embedding: Float32Array })[] = [];
  const refused: Refusal[] = [];
  let backend = '';
  let done = 0;
  await inOrder(
    pictures,
    2 * pool.threads,
    ({ id, path, sha256 }) =>
      pool.run<Embedded>('embedPicture', { picture: { id, path, sha256 }, network } satisfies EmbedTask),
    async (result, picture) => {
      if (result.state === 'refused') refused.push({ picture: picture.id, reason: result.reason });
      else {
        embedded.push({ ...picture, embedding: result.embedding });
        backend = result.backend;
      }
      onProgress?.('embedding pictures', ++done, pictures.length);
    },
    signal,
  );
  return { pictures: embedded, refused, backend };
}
