/** The work of a new-content run in a worker thread: looking at a picture, and training a head without one source. */

import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { headScores } from '../../classify/head.ts';
import type { PictureFile } from '../../dataset/picture-file.ts';
import { writeScratch } from '../../disk/write.ts';
import { type DetectorsOfTask, type Hasher, withHasher } from '../../harness/detectors/hasher.ts';
import { type Scorer, scorerOf } from '../../harness/scoring/scorer.ts';
import { decoded, type Rendering, renderings } from '../../harness/scoring/tasks.ts';
import type { Raster } from '../../image/raster.ts';
import type { TransformSpec } from '../../schema/edit-preset.ts';
import { fitTargetHead } from '../../train/target-head.ts';
import { wallClock } from '../../util/clock.ts';
import { toHex } from '../../util/hex.ts';
import type { HeadRow, LookedRow } from './rows.ts';
import type { KeptEmbedding, TrainingPicture } from './score-folds.ts';

/** One picture, to be looked at as it is and after some edits. */
export interface LookTask {
  readonly picture: PictureFile;
  readonly seed: number;
  readonly edits: readonly TransformSpec[];
  readonly hashes: readonly string[];
  readonly network: string;
  /** Folder that keeps embeddings until the run is done. */
  readonly embeddings: string;
  /** The detectors among the hashes. */
  readonly detectors?: DetectorsOfTask;
}

/** What a rendering of the picture looks like. */
export type Looked = Pick<LookedRow, 'transform' | 'outcome'>;

/** What came of one picture; wall times, in milliseconds, stand apart from what repeats. */
export type LookResult =
  | { readonly state: 'refused'; readonly reason: string }
  | {
      readonly state: 'done';
      readonly looked: readonly Looked[];
      readonly decodeMillis: number;
      readonly classifyMillis: readonly number[];
    };

/** Looks at one picture. One that cannot be decoded is refused; an edit that cannot be made of it costs only its own row. */
export const lookAt = (task: LookTask): Promise<LookResult> =>
  withHasher(task.detectors, (hasher) => lookWith(task, hasher));

async function lookWith(task: LookTask, hasher: Hasher): Promise<LookResult> {
  const { picture, seed, edits } = task;
  const start = wallClock();
  const original = await decoded(picture);
  if ('refused' in original) return { state: 'refused', reason: original.refused };
  const decodeMillis = wallClock() - start;
  const scorer = await scorerOf(task.network);
  const looked: Looked[] = [];
  const classifyMillis: number[] = [];
  const set = { name: 'none', prepare: [], finish: [], edits };
  for await (const rendering of renderings(original, [set], { seed, id: picture.id }))
    looked.push({
      transform: rendering.transform,
      outcome: await look(rendering, task, { scorer, hasher }, classifyMillis),
    });
  return { state: 'done', looked, decodeMillis, classifyMillis };
}

async function look(
  { transform, made }: Rendering,
  { picture, hashes, embeddings }: LookTask,
  { scorer: { cache }, hasher }: { readonly scorer: Scorer; readonly hasher: Hasher },
  classifyMillis: number[],
): Promise<Looked['outcome']> {
  if (!('image' in made)) return made;
  const { scores, embedding, millis } = await cache.ofRaster(made.image);
  if (millis !== null) classifyMillis.push(millis);
  await keep(embeddings, picture.id, transform, embedding);
  return { state: 'scored', hashes: await hashesOf(made.image, hashes, hasher), scores: [...scores] };
}

async function hashesOf(
  image: Raster,
  names: readonly string[],
  hasher: Hasher,
): Promise<Extract<Looked['outcome'], { state: 'scored' }>['hashes']> {
  const out: Extract<Looked['outcome'], { state: 'scored' }>['hashes'] = {};
  for (const name of names) {
    const answer = await hasher.answer(image, name);
    out[name] = 'refused' in answer ? answer : { hex: toHex(answer.hash), quality: answer.quality };
  }
  return out;
}

const fileOf = (folder: string, picture: string, transform: string): string =>
  join(folder, `${createHash('sha256').update(`${picture}\n${transform}`).digest('hex')}.f32`);

/** Keeps the embedding of a rendering for later phases. */
async function keep(folder: string, picture: string, transform: string, embedding: Float32Array): Promise<void> {
  const path = fileOf(folder, picture, transform);
  await mkdir(folder, { recursive: true });
  await writeScratch(path, new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength));
}

async function kept(folder: string, { picture, transform }: KeptEmbedding): Promise<Float32Array> {
  const bytes = await readFile(fileOf(folder, picture, transform));
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** A head to be trained without one source, and what it is then asked about. */
export interface HeadTask {
  readonly held: string;
  readonly seed: number;
  readonly kind: 'logistic' | 'mlp';
  readonly network: string;
  readonly embeddings: string;
  readonly training: readonly TrainingPicture[];
  readonly validation: readonly TrainingPicture[];
  readonly asked: readonly KeptEmbedding[];
}

/** Trains the head and asks it. */
export async function trainHead(task: HeadTask): Promise<HeadRow> {
  const { held, seed, kind, embeddings, training, validation, asked } = task;
  const { name, sha256, embeddingLength } = (await scorerOf(task.network)).classifier;
  const examples = (of: readonly TrainingPicture[]) =>
    Promise.all(
      of.map(async ({ picture, group, target }) => ({
        embedding: await kept(embeddings, { picture, transform: 'none' }),
        target,
        group,
      })),
    );
  const data = { train: await examples(training), validation: await examples(validation) };
  const { head } = await fitTargetHead(data, {
    kind,
    seed,
    name: 'held-out',
    network: { name, sha256, embeddingLength },
  });
  const scores: HeadRow['scores'] = [];
  for (const each of asked) {
    const [target] = headScores(head, await kept(embeddings, each));
    scores.push({ picture: each.picture, transform: each.transform, target: target! });
  }
  return {
    row: 'head',
    held,
    network: name,
    training: counts(training),
    validation: counts(validation),
    sha256: head.sha256,
    scores,
  };
}

function counts(of: readonly TrainingPicture[]): HeadRow['training'] {
  const target = of.filter((each) => each.target).length;
  return { target, innocent: of.length - target };
}
