/** Computes pictures' embeddings in worker threads, each with its own network; cached embeddings are reused. */
import type { Picture, Refusal } from '../dataset/dataset.ts';
import { groupsOf } from '../dataset/groups.ts';
import { type PictureFile, readPictureBytes } from '../dataset/picture-file.ts';
import { inOrder } from '../harness/in-order.ts';
import type { Pool } from '../harness/pool.ts';
import { scorerOf } from '../harness/scoring/scorer.ts';
import { RefusedError } from '../image/decode.ts';
import { UserError } from '../util/errors.ts';
import { seededRng } from '../util/rng.ts';
import { moduleBeside } from '../util/worker-loader.ts';

/** A picture's file, and the network that embeds it. */
export interface EmbedTask {
  readonly picture: PictureFile;
  readonly network: string;
}

/** The network's result, or why the picture cannot be decoded. */
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

/** Options to report the work's progress, and to stop it. */
export interface Following {
  readonly onProgress?: (phase: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Embeds pictures on a pool whose workers run `embedModule`. Throws an InterruptedError if the signal aborts. */
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
    ({ id, location, sha256 }) =>
      pool.run<Embedded>('embedPicture', { picture: { id, location, sha256 }, network } satisfies EmbedTask),
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

// Training data of a head: embeddings with their labels.

/** One picture, as the head uses it. */
export interface Example {
  readonly embedding: Float32Array;
  readonly label: string;
  /** Source picture: copies and near neighbours of one original share it. */
  readonly group: string;
}

// Train, validation and test: whole groups, drawn within each label, so that no source picture is in two parts and every label is in all.

/** The three parts. */
export interface Parts<P> {
  readonly train: readonly P[];
  /** Determines when training stops, and the temperature. */
  readonly validation: readonly P[];
  /** Scored once, at the end of a training. */
  readonly test: readonly P[];
}

/** Names of the parts, in order. */
export const partNames = ['train', 'validation', 'test'] as const;

/** Shares of a label's groups, in (0, 1); the rest is for testing. */
export const shares = { train: 0.6, validation: 0.15 } as const;

/** Minimum number of groups of a label: with fewer it cannot be in all three parts. */
export const fewestGroups = 3;

/**
 * Splits pictures by group. A group with several labels counts for the label of its first picture. Throws a UserError if a label has too
 * few groups. Pure: the order of the pictures does not matter, and the parts are sorted by id.
 */
export function splitByGroup<P extends { readonly id: string; readonly group: string; readonly topic: string }>(
  pictures: readonly P[],
  { seed, train = shares.train, validation = shares.validation }: { seed: number; train?: number; validation?: number },
): Parts<P> {
  const sorted = [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
  const byLabel = new Map<string, P[][]>();
  for (const group of groupsOf(sorted).values()) {
    const { topic } = group[0]!;
    byLabel.set(topic, [...(byLabel.get(topic) ?? []), group]);
  }
  const parts = { train: [] as P[], validation: [] as P[], test: [] as P[] };
  for (const [label, groups] of [...byLabel].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const n = groups.length;
    if (n < fewestGroups)
      throw new UserError(
        `The label '${label}' has ${n} source picture${n === 1 ? '' : 's'}: for training, early stopping and testing it needs at least ${fewestGroups}`,
      );
    const shuffled = seededRng(seed, `train split/${label}`).shuffle(groups);
    // At least one group in each part, however small the label.
    const first = Math.min(n - 2, Math.max(1, Math.round(n * train)));
    const second = Math.min(n - 1, Math.max(first + 1, Math.round(n * (train + validation))));
    parts.train.push(...shuffled.slice(0, first).flat());
    parts.validation.push(...shuffled.slice(first, second).flat());
    parts.test.push(...shuffled.slice(second).flat());
  }
  for (const name of partNames) parts[name].sort((a, b) => (a.id < b.id ? -1 : 1));
  return parts;
}
