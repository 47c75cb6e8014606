/** The work of a score-drift run in a worker thread: a picture after every edit, along every way, on every backend. */
import type { PictureFile } from '../../dataset/picture-file.ts';
import { wallClock } from '../../util/clock.ts';
import type { EditSetSpec } from '../benchmark/tasks.ts';
import { attempt, decoded, type Rendering, renderings } from '../scoring/renderings.ts';
import { inputSideOf, scorerOf } from '../scoring/scorer.ts';
import { type Scored, type ScoreResult, score } from '../scoring/tasks.ts';
import { backendWay, decodeSet, waysTo } from './ways.ts';

/** One picture. */
export interface DriftTask {
  readonly picture: PictureFile;
  readonly seed: number;
  readonly sets: readonly EditSetSpec[];
  readonly network: string;
  /** Backends to score the picture as stored on, beside the usual one. */
  readonly backends: readonly string[];
}

/** Does the work on one picture. One that cannot be decoded is refused; an edit that cannot be made of it costs only its own row. */
export async function scoreDrift({ picture, seed, sets, network, backends }: DriftTask): Promise<ScoreResult> {
  const start = wallClock();
  const stored = await decoded(picture);
  if ('refused' in stored) return { state: 'refused', reason: stored.refused };
  const decodeMillis = wallClock() - start;
  const scorer = await scorerOf(network);
  const scored: Scored[] = [];
  const classifyMillis: number[] = [];
  for await (const rendering of renderings(stored, sets, { seed, id: picture.id }))
    scored.push(await score(rendering, scorer, classifyMillis));
  const asStored: Rendering = { set: decodeSet, transform: 'none', made: { image: stored } };
  scored.push(await score(asStored, scorer, classifyMillis));
  for (const { name, make } of waysTo(inputSideOf(scorer.classifier))) {
    const made = await attempt(() => make(stored));
    scored.push(await score({ set: decodeSet, transform: name, made }, scorer, classifyMillis));
  }
  // Another backend takes another time, which is none of the usual one's.
  for (const backend of backends)
    scored.push(await score({ ...asStored, transform: backendWay(backend) }, await scorerOf(network, backend), []));
  return { state: 'done', scored, decodeMillis, classifyMillis };
}
