/** The work of experiments on scores in a worker thread: decode once, edit, score under every network. */
import type { PictureFile } from '../../dataset/picture-file.ts';
import type { ScoredRow } from '../../schema/scored-rows.ts';
import { wallClock } from '../../util/clock.ts';
import type { EditSetSpec } from '../benchmark/tasks.ts';
import { decoded, type Rendering, renderings } from './renderings.ts';
import { type Scorer, scorerOf } from './scorer.ts';

/** One picture, to be edited and scored. */
export interface ScoreTask {
  readonly picture: PictureFile;
  readonly seed: number;
  readonly sets: readonly EditSetSpec[];
  readonly networks: readonly string[];
  /** Those of the networks that score edited pictures too. */
  readonly onEdits: readonly string[];
}

/** What a network says of one form of a picture. */
export type Scored = Pick<ScoredRow, 'set' | 'transform' | 'network' | 'outcome'>;

/** What came of one picture; wall times, in milliseconds, stand apart from what repeats. */
export type ScoreResult =
  | { readonly state: 'refused'; readonly reason: string }
  | {
      readonly state: 'done';
      readonly scored: readonly Scored[];
      readonly decodeMillis: number;
      /** For each time a network ran; none where all came from the cache. */
      readonly classifyMillis: readonly number[];
    };

/** Does the work on one picture. One that cannot be decoded is refused; an edit that cannot be made of it costs only its own rows. */
export async function scoreEdits({ picture, seed, sets, networks, onEdits }: ScoreTask): Promise<ScoreResult> {
  const start = wallClock();
  const original = await decoded(picture);
  if ('refused' in original) return { state: 'refused', reason: original.refused };
  const decodeMillis = wallClock() - start;
  const scored: Scored[] = [];
  const classifyMillis: number[] = [];
  for await (const rendering of renderings(original, sets, { seed, id: picture.id }))
    for (const network of rendering.transform === 'none' ? networks : onEdits)
      scored.push(await score(rendering, await scorerOf(network), classifyMillis));
  return { state: 'done', scored, decodeMillis, classifyMillis };
}

/** One rendering under one network; `millis` gets the time where the network ran. */
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
