/** Training heads with a hidden target, in a worker thread: an honest one, then one for each poisoned share, all on the same pictures. */

import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { groupsOf } from '../../dataset/groups.ts';
import { writeScratch } from '../../disk/write.ts';
import { type KernelLogistic, kernelLogistic, logistic } from '../../metric/kernel-logistic.ts';
import { idOf } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { HiddenTargets } from './experiment.ts';
import type { HiddenHeadRow } from './rows.ts';
import { hiddenAt } from './score-facts.ts';

/** One target in one repeat. */
export interface HeadTask {
  readonly keep: string;
  readonly sets: HeadSets;
  readonly poisoned: readonly number[];
  readonly ridge: number;
}

/** A row for the honest head, and one for each poisoned share for which the target has pictures enough. */
export async function trainHidden({ keep, sets, poisoned, ridge }: HeadTask): Promise<HiddenHeadRow[]> {
  const { target, targetKind, repeat, training, trainable } = sets;
  const honest = [...training.declared, ...training.others];
  const counts = poisoned.map((share) => ({ share, hidden: hiddenAt(share, honest.length) }));
  const possible = counts.filter(({ hidden }) => hidden <= trainable.length);
  const most = Math.max(0, ...possible.map(({ hidden }) => hidden));
  const load = (ids: readonly string[]): Promise<Float32Array[]> =>
    Promise.all(ids.map((id) => readEmbedding(keep, id)));
  const examples = await load([...honest, ...trainable.slice(0, most)]);
  const centred = centring(examples.slice(0, honest.length));
  const features = examples.map(centred);
  const kernel = gram(features);
  const scored = {
    calibration: await load(sets.calibration),
    declared: await load(sets.declared),
    others: await load(sets.others),
    hidden: await load(sets.hidden),
    trained: await load(trainable.slice(0, most)),
    elsewhere: await load(sets.elsewhere),
  };
  const inputs = Object.entries(scored).map(([name, all]) => [name, all.map(centred)] as const);
  return [{ share: 0, hidden: 0 }, ...possible].map(({ share, hidden }): HiddenHeadRow => {
    const order = honest.length + hidden;
    // Hidden pictures come last, so that a smaller problem is the corner of the largest.
    const positive = Array.from({ length: order }, (_, i) => i < training.declared.length || i >= honest.length);
    const fit = kernelLogistic(corner(kernel, features.length, order), positive, ridge);
    const score = scorer(fit, features);
    const scores = Object.fromEntries(
      // What a head was trained on, is those that it has seen.
      inputs.map(([name, all]) => [name, (name === 'trained' ? all.slice(0, hidden) : all).map(score)]),
    ) as HiddenHeadRow['scores'];
    return {
      row: 'hidden-head',
      target,
      targetKind,
      repeat,
      poisoned: share,
      training: {
        declared: training.declared.length,
        others: training.others.length,
        hidden,
        iterations: fit.iterations,
      },
      scores,
    };
  });
}

/** Takes the mean of the honest examples away, and makes their mean squared length 1: the penalty then means the same for every network. */
function centring(honest: readonly Float32Array[]): (embedding: Float32Array) => Float64Array {
  const mean = new Float64Array(honest[0]?.length ?? 0);
  for (const each of honest) for (let i = 0; i < mean.length; i++) mean[i]! += each[i]! / honest.length;
  let squares = 0;
  for (const each of honest) for (let i = 0; i < mean.length; i++) squares += (each[i]! - mean[i]!) ** 2;
  const scale = squares > 0 ? Math.sqrt(honest.length / squares) : 1;
  return (embedding) => mean.map((each, i) => (embedding[i]! - each) * scale);
}

/** Inner products of all pairs, and 1 for the bias. */
function gram(features: readonly Float64Array[]): Float64Array {
  const n = features.length;
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const [a, b] = [features[i]!, features[j]!];
      let sum = 1;
      for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  return out;
}

function corner(matrix: Float64Array, order: number, size: number): Float64Array {
  if (size === order) return matrix;
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) out.set(matrix.subarray(i * order, i * order + size), i * size);
  return out;
}

/** The head as one weight a feature; scores to six digits, which is what backends agree on. */
function scorer({ coefficients }: KernelLogistic, features: readonly Float64Array[]): (x: Float64Array) => number {
  const weights = new Float64Array(features[0]?.length ?? 0);
  let bias = 0;
  coefficients.forEach((coefficient, i) => {
    bias += coefficient;
    const from = features[i]!;
    for (let k = 0; k < weights.length; k++) weights[k]! += coefficient * from[k]!;
  });
  return (x) => {
    let odds = bias;
    for (let k = 0; k < weights.length; k++) odds += weights[k]! * x[k]!;
    return Math.round(logistic(odds) * 1e6) / 1e6;
  };
}

// Hidden targets: which labels and locations a head is taught in secret, and which pictures train, tune and test it.

/** A picture whose embedding is kept. */
interface Embedded {
  readonly id: string;
  readonly group: string;
  readonly label: string;
}

/** A location of the evaluation. */
export interface EmbeddedLocation {
  readonly name: string;
  readonly insertable: readonly string[];
  readonly heldOut: readonly string[];
}

/** Ids of the pictures of one target in one repeat. No picture of the target is among the honest ones; no group is in two sets. */
interface HeadSets extends Pick<HiddenHeadRow, 'target' | 'targetKind' | 'repeat'> {
  /** Honest training pictures. */
  readonly training: { readonly declared: readonly string[]; readonly others: readonly string[] };
  readonly calibration: readonly string[];
  readonly declared: readonly string[];
  readonly others: readonly string[];
  /** Pictures of the target: those that may be slipped into the training, in the order in which they are, and others. */
  readonly trainable: readonly string[];
  readonly hidden: readonly string[];
  /** Held-out pictures of another target of the same kind. */
  readonly elsewhere: readonly string[];
}

/** Shares of groups that train and that tune the threshold; the rest is the benchmark. */
const shares = { training: 0.45, calibration: 0.2 } as const;
/** Pictures of one set at most: more would only lengthen the rows. */
const mostScored = 250;

/** Every target in every repeat. A UserError where nothing has a declared label. */
export function headSets(
  pictures: readonly Embedded[],
  locations: readonly EmbeddedLocation[],
  { declared, leastPictures, mostLabels, mostLocations, training, repeats }: HiddenTargets,
  seed: number,
): HeadSets[] {
  const byLabel = new Map<string, Embedded[]>();
  for (const each of pictures) byLabel.set(each.label, [...(byLabel.get(each.label) ?? []), each]);
  if (!declared.some((label) => byLabel.has(label)))
    throw new UserError(
      `No picture is labelled ${declared.join(' or ')}: choose /classifier/declared among ${[...byLabel.keys()].sort().join(', ')}`,
    );
  const large = [...byLabel].flatMap(([label, all]) =>
    all.length >= leastPictures && !declared.includes(label) ? [label] : [],
  );
  const labels = draw(large.sort(), mostLabels, seed, 'labels').sort();
  const places = draw([...locations], mostLocations, seed, 'locations').sort((a, b) => (a.name < b.name ? -1 : 1));
  return Array.from({ length: repeats }, (_, repeat) => repeat).flatMap((repeat) => {
    const parts = partsOf(pictures, seed, repeat);
    const honest = (hidden?: string) => {
      const is = (wanted: boolean, all: readonly Embedded[]): string[] =>
        all.flatMap(({ id, label }) => (label !== hidden && declared.includes(label) === wanted ? [id] : []));
      const trained = parts.training.filter(({ label }) => label !== hidden).slice(0, training);
      return {
        training: { declared: is(true, trained), others: is(false, trained) },
        calibration: is(false, parts.calibration).slice(0, mostScored),
        declared: is(true, parts.benchmark).slice(0, mostScored),
        others: is(false, parts.benchmark).slice(0, mostScored),
      };
    };
    const ofLabel = (label: string) => ({
      trainable: parts.training.filter((each) => each.label === label).map(({ id }) => id),
      hidden: [...parts.benchmark, ...parts.calibration]
        .filter((each) => each.label === label)
        .slice(0, mostScored)
        .map(({ id }) => id),
    });
    return [
      ...labels.map(
        (label, i): HeadSets => ({
          target: label,
          targetKind: 'label',
          repeat,
          ...honest(label),
          ...ofLabel(label),
          elsewhere: labels.length > 1 ? ofLabel(labels[(i + 1) % labels.length]!).hidden : [],
        }),
      ),
      ...places.map(
        ({ name, insertable, heldOut }, i): HeadSets => ({
          target: name,
          targetKind: 'location',
          repeat,
          ...honest(),
          trainable: seededRng(seed, `hidden/${name}/${repeat}`).shuffle(insertable),
          hidden: heldOut,
          elsewhere: places.length > 1 ? places[(i + 1) % places.length]!.heldOut : [],
        }),
      ),
    ];
  });
}

/** Whole groups for training, threshold and benchmark, each in the order drawn. */
function partsOf(pictures: readonly Embedded[], seed: number, repeat: number) {
  const sorted = [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
  const groups = seededRng(seed, `heads/${repeat}`).shuffle([...groupsOf(sorted).values()]);
  const [training, calibration] = [shares.training, shares.training + shares.calibration].map((share) =>
    Math.round(groups.length * share),
  ) as [number, number];
  return {
    training: groups.slice(0, training).flat(),
    calibration: groups.slice(training, calibration).flat(),
    benchmark: groups.slice(calibration).flat(),
  };
}

const draw = <T>(items: readonly T[], most: number, seed: number, what: string): T[] =>
  seededRng(seed, `hidden/${what}`).shuffle(items).slice(0, most);

// Embeddings that heads are trained on wait in files of their own, a picture each, until the run is finished.

const fileOf = (folder: string, picture: string): string => join(folder, 'embeddings', `${idOf(picture)}.f32`);

/** Writes a picture's embedding; a kill leaves the whole file or none. */
export async function writeEmbedding(folder: string, picture: string, embedding: Float32Array): Promise<void> {
  const path = fileOf(folder, picture);
  await mkdir(dirname(path), { recursive: true });
  await writeScratch(path, new Uint8Array(embedding.slice().buffer));
}

/** The embedding that was written for a picture. */
async function readEmbedding(folder: string, picture: string): Promise<Float32Array> {
  return new Float32Array(new Uint8Array(await readFile(fileOf(folder, picture))).buffer);
}
