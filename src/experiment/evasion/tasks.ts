/** The work of an evasion experiment in a worker thread. Altered pictures never leave it: only rows of numbers do. */

import { boundary } from '../../attack/boundary.ts';
import { type Altered, type CosineSpace, cosineSpace } from '../../attack/cosine-space.ts';
import { collide, evade, type Margin, unlabel } from '../../attack/goal.ts';
import { nes } from '../../attack/nes.ts';
import { ofLength, type Search, type SearchLimits } from '../../attack/search.ts';
import { simba } from '../../attack/simba.ts';
import { loadClassifier } from '../../classify/index.ts';
import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { type DetectorsOfTask, type Hasher, withHasher } from '../../harness/detectors/hasher.ts';
import { hammingDistance } from '../../hash/hamming.ts';
import { decode, RefusedError } from '../../image/decode.ts';
import { toLuma } from '../../image/luma.ts';
import type { Raster } from '../../image/raster.ts';
import { messengerFile } from '../../image/transform/messenger.ts';
import { withChannels } from '../../image/transform/pixels.ts';
import { resample, scaled } from '../../image/transform/resize.ts';
import { ssim } from '../../metric/ssim.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { wallClock } from '../../util/clock.ts';
import { UserError } from '../../util/errors.ts';
import { toHex } from '../../util/hex.ts';
import { normalVariate } from '../../util/normal.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { AttackSpec } from './experiment.ts';
import type { AttackControlRow, AttackRefusalsRow, AttemptRow, ScoredAlteration } from './rows.ts';

/** A working copy to hash, or to score. */
export interface CopyTask {
  readonly picture: PictureFile;
  readonly side: number;
}

/** Hashes of a working copy, or why there are none. A detector can have none where others have one. */
export const hashWorkingCopy = (
  task: CopyTask & { readonly hashes: readonly string[]; readonly detectors?: DetectorsOfTask },
): Promise<HashedRow['outcome']> =>
  withHasher(task.detectors, async (hasher): Promise<HashedRow['outcome']> => {
    let copy: Raster;
    try {
      copy = await workingCopy(task.picture, task.side, 'color');
    } catch (error) {
      if (error instanceof RefusedError) return { state: 'refused', reason: error.message };
      throw error;
    }
    const hashes: Extract<HashedRow['outcome'], { state: 'hashed' }>['hashes'] = {};
    for (const name of task.hashes) {
      const answer = await hasher.answer(seenBy(name, task, copy), name);
      hashes[name] = 'refused' in answer ? answer : { hex: toHex(answer.hash), quality: answer.quality };
    }
    return { state: 'hashed', hashes };
  });

/** Whether hash of that name is a detector. */
const isDetector = (name: string, { detectors }: { readonly detectors?: DetectorsOfTask }): boolean =>
  detectors?.detectors.some((each) => each.name === name) ?? false;

/** A working copy in colour as a hash sees it: presend's own see grey, and a detector may see colour. */
const seenBy = (name: string, task: { readonly detectors?: DetectorsOfTask }, copy: Raster): Raster =>
  isDetector(name, task) ? copy : toLuma(copy);

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
  /** Detectors among the hashes. */
  readonly detectors?: DetectorsOfTask;
}

/** The rows of every attack, and the time that a query took. */
export interface AttackResult {
  readonly rows: readonly (AttemptRow | AttackControlRow | AttackRefusalsRow)[];
  readonly queryMillis: number;
}

/** Runs every attack on the picture, each from the start, and its controls. */
export const attackPicture = (task: AttackTask): Promise<AttackResult> =>
  withHasher(task.detectors, (hasher) => attack(task, hasher));

async function attack(task: AttackTask, hasher: Hasher): Promise<AttackResult> {
  const { seed, side, l2, queries, attacks, goal, target, picture, aim, frequencies } = task;
  const sees = target.type === 'hash' && !isDetector(target.name, task) ? 'grey' : 'color';
  const copy = await workingCopy(picture, side, sees);
  const entry = aim ? await workingCopy(aim, side, sees) : copy;
  const { measure, margin, threshold, refusals } = await targetOf(task, entry, hasher);
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
  const refused: AttackRefusalsRow[] = [];
  const noteRefusals = (of: AttackRefusalsRow['attack']): void => {
    const noted = refusals.take();
    if (noted) refused.push({ row: 'attack-refusals', ...about, attack: of, ...noted });
  };
  if (task.replacement) {
    const replacement = await workingCopy(task.replacement, side, sees);
    control.push({ row: 'attack-control', ...about, ...(await controls(subject, l2, replacement, stream('noise'))) });
  }
  noteRefusals('none');
  const attempts: AttemptRow[] = [];
  const start = wallClock();
  for (const spec of attacks) {
    attempts.push({
      row: 'attempt',
      ...about,
      ...(await attempt(subject, spec, { queries, l2 }, stream(spec.attack))),
    });
    noteRefusals(spec.attack);
  }
  const asked = attempts.reduce((sum, each) => sum + each.queries, 0);
  return { rows: [...control, ...attempts, ...refused], queryMillis: (wallClock() - start) / Math.max(1, asked) };
}

async function targetOf(
  task: AttackTask,
  entry: Raster,
  hasher: Hasher,
): Promise<{
  readonly measure: Subject['measure'];
  readonly margin: Margin;
  readonly threshold: number;
  readonly refusals: Refusals;
}> {
  const { target, goal } = task;
  const refusals = new Refusals();
  if (target.type === 'classifier') {
    const classifier = await loadClassifier(target.name);
    return {
      measure: async (image) => (await classifier.classify(image)).scores[target.label]!,
      margin: unlabel(target.threshold),
      threshold: target.threshold,
      refusals,
    };
  }
  const { name } = target;
  const { bits, threshold: authors } = hashFactsOf(name, task.detectors ?? {});
  // No distance exceeds all bits: an attack with that threshold climbs until its queries are spent.
  const threshold = goal === 'furthest' ? bits : authors;
  const listed = await hasher.answer(entry, name);
  if ('refused' in listed)
    throw new UserError(`The detector ${name} refused a picture that it had a hash of before: ${listed.refused}`);
  return {
    async measure(image) {
      const answer = await hasher.answer(image, name);
      refusals.add(answer);
      // A detector that crashes is not evaded, and collides with nothing: a refusal is as far from the goal as a distance can be.
      if ('refused' in answer) return goal === 'collision' ? bits : 0;
      return hammingDistance(answer.hash, listed.hash);
    },
    margin: goal === 'collision' ? collide(threshold) : evade(threshold),
    threshold,
    refusals,
  };
}

/** Counts the pictures that a detector refused, among those that it was given. */
class Refusals {
  #asked = 0;
  #refused = 0;
  #first: string | undefined;

  add(answer: object): void {
    this.#asked++;
    if (!('refused' in answer)) return;
    this.#refused++;
    this.#first ??= String(answer.refused);
  }

  /** What was counted since the last call; undefined if nothing was refused. */
  take(): Pick<AttackRefusalsRow, 'refused' | 'asked' | 'first'> | undefined {
    const [refused, asked, first] = [this.#refused, this.#asked, this.#first];
    [this.#refused, this.#asked, this.#first] = [0, 0, undefined];
    return first === undefined ? undefined : { refused, asked, first };
  }
}

// One attack on one picture, inside a worker: it asks, counts what was asked, and keeps numbers. Altered pictures live in this file's
// closures until they are scored; none leaves it.

/** What is attacked. */
export interface Subject {
  readonly picture: Raster;
  readonly space: CosineSpace;
  /** Distance to an entry in bits, or score of a label. */
  measure(image: Raster): number | Promise<number>;
  readonly margin: Margin;
}

/** What the attacker may spend. */
export interface Budget {
  readonly queries: number;
  /** Budgets of L2, ascending; nothing beyond the last one counts. */
  readonly l2: readonly number[];
}

/** A picture that may still be scored. */
interface Kept extends Altered {
  readonly queries: number;
  readonly measure: number;
}

/** What came of an attack. */
export type Attempt = Pick<AttemptRow, 'attack' | 'queries' | 'wins' | 'shortest' | 'within'>;

function searchOf(spec: AttackSpec, limits: SearchLimits, rng: Rng): Search {
  switch (spec.attack) {
    case 'nes':
      return nes(limits, rng, spec);
    case 'simba':
      return simba(limits, rng, spec);
    case 'boundary':
      return boundary(limits, rng, spec);
  }
}

/** Runs the attack until its queries are spent, and scores what it reached. */
export async function attempt(subject: Subject, spec: AttackSpec, budget: Budget, rng: Rng): Promise<Attempt> {
  const { space, measure, margin } = subject;
  const cap = budget.l2.at(-1)!;
  const search = searchOf(spec, { dimensions: space.dimensions, radius: 255 * cap, queries: budget.queries }, rng);
  const within = budget.l2.map((): Kept | null => null);
  const wins: [queries: number, l2: number][] = [];
  let shortest: Kept | null = null;
  let queries = 0;
  for (let next = search.next(); !next.done && queries < budget.queries; ) {
    const altered = space.alter(next.value);
    queries++;
    const value = await measure(altered.image);
    const gained = margin(value);
    const kept: Kept = { ...altered, queries, measure: value };
    budget.l2.forEach((most, i) => {
      const before = within[i];
      if (kept.l2 <= most && (!before || gained > margin(before.measure))) within[i] = kept;
    });
    if (gained > 0 && kept.l2 <= cap && (!shortest || kept.l2 < shortest.l2)) {
      shortest = kept;
      wins.push([queries, short(kept.l2)]);
    }
    // A decision-based attack is told no more than yes or no.
    next = search.next(spec.attack === 'boundary' ? (gained > 0 ? 1 : -1) : gained);
  }
  // One picture may be the furthest within several budgets.
  const scores = new Map<Kept, Promise<ScoredAlteration>>();
  const score = async (kept: Kept | null): Promise<ScoredAlteration | null> => {
    if (!kept) return null;
    const known = scores.get(kept) ?? scored(kept, subject);
    scores.set(kept, known);
    return known;
  };
  return {
    attack: spec.attack,
    queries,
    wins,
    shortest: await score(shortest),
    within: await Promise.all(within.map(score)),
  };
}

async function scored({ image, queries, l2, measure }: Kept, subject: Subject): Promise<ScoredAlteration> {
  const { width, height } = image;
  return {
    queries,
    l2: short(l2),
    measure: short(measure),
    ssim: short(ssim(toLuma(subject.picture).data, toLuma(image).data, width, height)),
    afterMessenger: short(await subject.measure(await afterMessenger(image))),
  };
}

/** The picture as it arrives: through one JPEG, as a messenger sends it. */
export const afterMessenger = async (image: Raster): Promise<Raster> =>
  withChannels(await decode(await messengerFile(image)), image.channels);

/** Six digits: what other backends agree on, and what a record needs. */
export const short = (value: number): number => Math.round(value * 1e6) / 1e6;

// What nobody's attack, and chance, do to a picture: the controls that stand beside every attempt.

/** The measures of the picture untouched, under noise of each budget of L2, and of another in its place. */
export async function controls(
  { picture, space, measure }: Subject,
  l2: readonly number[],
  replacement: Raster,
  rng: Rng,
): Promise<Pick<AttackControlRow, 'untouched' | 'noise' | 'smoothNoise' | 'replaced'>> {
  const measured = async (image: Raster): Promise<number> => short(await measure(image));
  const noise: number[] = [];
  const smoothNoise: number[] = [];
  for (const budget of l2) {
    noise.push(await measured(withNoise(picture, 255 * budget, rng)));
    const direction = Float64Array.from({ length: space.dimensions }, () => normalVariate(rng));
    smoothNoise.push(await measured(space.alter(ofLength(direction, 255 * budget)).image));
  }
  return {
    untouched: { measure: await measured(picture), afterMessenger: await measured(await afterMessenger(picture)) },
    noise,
    smoothNoise,
    replaced: await measured(replacement),
  };
}

/** White noise of that root mean square, in grey levels, before it is rounded and clipped. */
function withNoise(image: Raster, level: number, rng: Rng): Raster {
  const data = new Uint8ClampedArray(image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = image.data[i]! + level * normalVariate(rng);
  return { ...image, data: new Uint8Array(data.buffer) };
}

// The copies that attacks work on: small, so that a query costs a millisecond and not a hundred.

/** The picture shrunk until its longer side has `side` pixels: in grey for hashes, which see nothing else, in colour for networks. */
export async function workingCopy(picture: PictureFile, side: number, sees: 'grey' | 'color'): Promise<Raster> {
  const image = await decodeFile(picture);
  const factor = Math.min(1, side / Math.max(image.width, image.height));
  const small = await resample(image, scaled(image.width, factor), scaled(image.height, factor));
  return sees === 'grey' ? toLuma(small) : small;
}
