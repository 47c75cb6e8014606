/** The work of experiments on scores in a worker thread: decode once, edit, score under every network. */

import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import type { ScoredRow } from '../../schema/scored.ts';
import { wallClock } from '../../util/clock.ts';
import { seededRng } from '../../util/rng.ts';
import type { ScoreAnswer } from '../detectors/answers.ts';
import type { DetectorsOfTask } from '../detectors/hasher.ts';
import { ProgramPort } from '../detectors/program-port.ts';
import { applyAll, type EditSetSpec } from '../edit-preset.ts';
import { type Scorer, scorerOf } from './scorer.ts';

/** One picture to edit and score. */
export interface ScoreTask {
  readonly picture: PictureFile;
  readonly seed: number;
  readonly sets: readonly EditSetSpec[];
  readonly networks: readonly string[];
  /** The networks that also score edited pictures. */
  readonly onEdits: readonly string[];
  /** Those of the networks that are programs. */
  readonly programs?: readonly string[];
  /** How programs are asked. */
  readonly detectors?: DetectorsOfTask;
}

/** A network's scores for one form of a picture. */
export type Scored = Pick<ScoredRow, 'set' | 'transform' | 'network' | 'outcome'>;

/** The result for one picture. Wall times, in milliseconds, are separate from repeatable values. */
export type ScoreResult =
  | { readonly state: 'refused'; readonly reason: string }
  | {
      readonly state: 'done';
      readonly scored: readonly Scored[];
      readonly decodeMillis: number;
      /** One per pass through a network; empty if all answers were cached. */
      readonly classifyMillis: readonly number[];
    };

/** Does the work on one picture. An undecodable picture is refused; an impossible edit costs only its own rows. */
export async function scoreEdits(task: ScoreTask): Promise<ScoreResult> {
  const { picture, seed, sets, networks, onEdits, programs = [], detectors } = task;
  const start = wallClock();
  const original = await decoded(picture);
  if ('refused' in original) return { state: 'refused', reason: original.refused };
  const decodeMillis = wallClock() - start;
  const scored: Scored[] = [];
  const classifyMillis: number[] = [];
  const port = detectors?.programs && new ProgramPort(detectors.programs);
  try {
    for await (const rendering of renderings(original, sets, { seed, id: picture.id }))
      for (const network of rendering.transform === 'none' ? networks : onEdits)
        scored.push(
          port && programs.includes(network)
            ? await scoreByProgram(rendering, network, port, classifyMillis)
            : await score(rendering, await scorerOf(network), classifyMillis),
        );
  } finally {
    port?.close();
  }
  return { state: 'done', scored, decodeMillis, classifyMillis };
}

/** Scores one rendering with one network; `millis` gets the time if the network ran. */
export async function score(
  { set, transform, made }: Rendering,
  { classifier, cache }: Scorer,
  millis: number[],
): Promise<Scored> {
  const about = { set, transform, network: classifier.name };
  if (!('image' in made)) return { ...about, outcome: made };
  const found = await cache.ofRaster(made.image);
  if (found.millis !== null) millis.push(found.millis);
  return { ...about, outcome: { state: 'scored', scores: [...found.scores] } };
}

/** Scores one rendering with a program; `millis` gets the time. */
async function scoreByProgram(
  { set, transform, made }: Rendering,
  network: string,
  port: ProgramPort,
  millis: number[],
): Promise<Scored> {
  const about = { set, transform, network };
  if (!('image' in made)) return { ...about, outcome: made };
  const start = wallClock();
  const { ask, remove } = await port.write(made.image);
  try {
    const answer = await ask<ScoreAnswer>(network);
    millis.push(wallClock() - start);
    return 'refused' in answer
      ? { ...about, outcome: { state: 'refused', reason: answer.refused } }
      : { ...about, outcome: { state: 'scored', scores: [answer.score] } };
  } finally {
    await remove();
  }
}

// A picture in all forms to score: for each set as prepared, then after each edit.

/** One form of a picture, or why there is none. */
export interface Rendering {
  readonly set: string;
  /** Label of the edit; 'none' for the picture as the set prepares it. */
  readonly transform: string;
  readonly made: { readonly image: Raster } | Unmade;
}

/** A rendering that is impossible for its picture. */
export interface Unmade {
  readonly state: 'refused';
  readonly reason: string;
}

/** The pixels of a file, or the sentence that refuses it. */
export async function decoded(picture: PictureFile): Promise<Raster | { readonly refused: string }> {
  try {
    return await decodeFile(picture);
  } catch (error) {
    if (error instanceof RefusedError) return { refused: error.message };
    throw error;
  }
}

/**
 * Makes the forms one after the other; an impossible edit costs only itself. The same seed and id give the same pixels as in copy
 * detection.
 */
export async function* renderings(
  original: Raster,
  sets: readonly EditSetSpec[],
  { seed, id }: { readonly seed: number; readonly id: string },
): AsyncGenerator<Rendering> {
  for (const { name: set, prepare, finish, edits } of sets) {
    const start = await attempt(() => applyAll(original, prepare, seededRng(seed, `prepare/${set}/${id}`)));
    yield { set, transform: 'none', made: start };
    if (!('image' in start)) continue;
    for (const spec of edits) {
      const edit = resolveTransform(spec);
      const rng = seededRng(seed, `edit/${edit.label}/${id}`);
      const made = await attempt(async () => applyAll(await applyTransform(start.image, edit, rng), finish, rng));
      yield { set, transform: edit.label, made };
    }
  }
}

/** The result of `make`, or the picture's refusal; any other error is thrown. */
export async function attempt(make: () => Promise<Raster>): Promise<Rendering['made']> {
  try {
    return { image: await make() };
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'refused', reason: error.message };
    throw error;
  }
}
