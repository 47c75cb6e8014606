/** The work of an evasion experiment in a worker thread. Altered pictures never leave it: only rows of numbers do. */

import { cosineSpace } from '../../attack/cosine-space.ts';
import { collide, evade, type Margin, unlabel } from '../../attack/goal.ts';
import { loadClassifier } from '../../classify/index.ts';
import type { PictureFile } from '../../dataset/picture-file.ts';
import { hammingDistance } from '../../hash/hamming.ts';
import { hashByName } from '../../hash/index.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import type { AttackSpec } from '../../schema/evasion.ts';
import type { AttackControlRow, AttemptRow } from '../../schema/evasion-rows.ts';
import type { HashedRow } from '../../schema/observation.ts';
import { wallClock } from '../../util/clock.ts';
import { toHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import { attempt, type Subject, short } from './attempt.ts';
import { controls } from './controls.ts';
import { workingCopy } from './working-copy.ts';

/** A working copy to hash, or to score. */
export interface CopyTask {
  readonly picture: PictureFile;
  readonly side: number;
}

/** Hashes of a working copy, or why there are none. */
export async function hashWorkingCopy(
  task: CopyTask & { readonly hashes: readonly string[] },
): Promise<HashedRow['outcome']> {
  try {
    const copy = await workingCopy(task.picture, task.side, 'grey');
    const hashed = task.hashes.map((name) => {
      const { hash, quality } = hashByName(name).hash(copy);
      return [name, { hex: toHex(hash), quality }] as const;
    });
    return { state: 'hashed', hashes: Object.fromEntries(hashed) };
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'refused', reason: error.message };
    throw error;
  }
}

/** The network that scored a working copy. */
export interface NetworkFacts {
  readonly name: string;
  readonly sha256: string;
  readonly backend: string;
}

/** What a network says of a working copy. */
export interface ScoredCopy {
  readonly scores: readonly number[];
  readonly network: NetworkFacts;
}

/** Scores of a working copy; undefined of a picture that was refused when it was hashed. */
export async function scoreWorkingCopy(
  task: CopyTask & { readonly classifier: string },
): Promise<ScoredCopy | undefined> {
  const { name, sha256, backend, classify } = await loadClassifier(task.classifier);
  let copy: Raster;
  try {
    copy = await workingCopy(task.picture, task.side, 'color');
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
  const { scores } = await classify(copy);
  return { scores: scores.map(short), network: { name, sha256, backend } };
}

/** What is attacked: a hash at its authors' threshold, or a label of a network at a calibrated one. */
export type Target =
  | { readonly type: 'hash'; readonly name: string }
  | { readonly type: 'classifier'; readonly name: string; readonly label: number; readonly threshold: number };

/** Every attack on one picture and target. */
export interface AttackTask {
  readonly seed: number;
  readonly side: number;
  readonly l2: readonly number[];
  readonly frequencies: number;
  readonly queries: number;
  readonly attacks: readonly AttackSpec[];
  readonly goal: AttemptRow['goal'];
  readonly target: Target;
  readonly picture: PictureFile & { readonly group: string; readonly topic: string };
  /** Of a collision: the picture whose entry is to be matched. Otherwise the picture's own entry is to be lost. */
  readonly aim?: PictureFile;
  /** The picture that stands in its place in the positive control; without one no control is run. */
  readonly replacement?: PictureFile;
}

/** The rows of every attack, and the time that a query took. */
export interface AttackResult {
  readonly rows: readonly (AttemptRow | AttackControlRow)[];
  readonly queryMillis: number;
}

/** Runs every attack on the picture, each from the start, and its controls. */
export async function attackPicture(task: AttackTask): Promise<AttackResult> {
  const { seed, side, l2, queries, attacks, goal, target, picture, aim, frequencies } = task;
  const sees = target.type === 'hash' ? 'grey' : 'color';
  const copy = await workingCopy(picture, side, sees);
  const entry = aim ? await workingCopy(aim, side, sees) : copy;
  const { measure, margin, threshold } = await targetOf(target, entry, goal);
  const subject: Subject = { picture: copy, space: cosineSpace(copy, frequencies), measure, margin };
  const about = {
    goal,
    target: target.name,
    picture: picture.id,
    group: picture.group,
    topic: picture.topic,
    ...(aim ? { aim: aim.id } : {}),
    threshold,
  } as const;
  const stream = (what: string) => seededRng(seed, `${goal}/${target.name}/${what}/${picture.id}`);
  const control: AttackControlRow[] = [];
  if (task.replacement) {
    const replacement = await workingCopy(task.replacement, side, sees);
    control.push({ row: 'attack-control', ...about, ...(await controls(subject, l2, replacement, stream('noise'))) });
  }
  const attempts: AttemptRow[] = [];
  const start = wallClock();
  for (const spec of attacks)
    attempts.push({
      row: 'attempt',
      ...about,
      ...(await attempt(subject, spec, { queries, l2 }, stream(spec.attack))),
    });
  const asked = attempts.reduce((sum, each) => sum + each.queries, 0);
  return { rows: [...control, ...attempts], queryMillis: (wallClock() - start) / Math.max(1, asked) };
}

async function targetOf(
  target: Target,
  entry: Raster,
  goal: AttemptRow['goal'],
): Promise<{ readonly measure: Subject['measure']; readonly margin: Margin; readonly threshold: number }> {
  if (target.type === 'classifier') {
    const classifier = await loadClassifier(target.name);
    return {
      measure: async (image) => (await classifier.classify(image)).scores[target.label]!,
      margin: unlabel(target.threshold),
      threshold: target.threshold,
    };
  }
  const algorithm = hashByName(target.name);
  // No distance exceeds all bits: an attack with that threshold climbs until its queries are spent.
  const threshold = goal === 'furthest' ? algorithm.bits : algorithm.threshold;
  const listed = algorithm.hash(entry).hash;
  return {
    measure: (image) => hammingDistance(algorithm.hash(image).hash, listed),
    margin: goal === 'collision' ? collide(threshold) : evade(threshold),
    threshold,
  };
}
