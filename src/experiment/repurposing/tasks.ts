/** The work on pictures in a worker thread: decode or draw, hash under every name, keep the embedding. */

import { deepQuality } from '../../classify/deep-hash.ts';
import { loadClassifier } from '../../classify/index.ts';
import { mobilenetLshBits } from '../../classify/mobilenet-lsh.ts';
import { mobilenetV2 } from '../../classify/nsfwjs.ts';
import type { Picture } from '../../dataset/dataset.ts';
import { photographLocation } from '../../dataset/generated/location.ts';
import { groupsOf } from '../../dataset/groups.ts';
import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { type DetectorsOfTask, type Hasher, withHasher } from '../../harness/detectors/hasher.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import type { TransformSpec } from '../../schema/edit-preset.ts';
import { wallClock } from '../../util/clock.ts';
import { toHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { RepurposingExperiment } from './experiment.ts';
import { writeEmbedding } from './heads.ts';
import type { ScannedRow } from './rows.ts';
import { deepHash } from './score-facts.ts';

export { trainHidden } from './heads.ts';

/** How pictures are looked at. */
export interface Looking {
  readonly seed: number;
  readonly hashes: readonly string[];
  /** Folder to keep embeddings in; left out where no head is trained. */
  readonly keep?: string | undefined;
  /** The detectors among the hashes. */
  readonly detectors?: DetectorsOfTask;
}

/** A picture of the dataset, and the edits whose copies are hashed too. */
export interface ScanTask extends Looking {
  readonly picture: PictureFile;
  readonly edits: readonly TransformSpec[];
}

/** Photographs of a drawn location. */
export interface DrawTask extends Looking {
  readonly location: number;
  readonly standpoints: number;
  readonly shots: readonly { readonly id: string; readonly number: number }[];
}

/** One rendering, and what came of it. */
export interface Scanned {
  readonly picture: string;
  readonly edit: string;
  readonly outcome: ScannedRow['outcome'];
}

/** What came of a task; wall times, in milliseconds, stand apart from what repeats. */
export interface Scan {
  readonly scanned: readonly Scanned[];
  readonly drawMillis: number;
  /** By hash, for one rendering on average. */
  readonly hashMillis: Readonly<Record<string, number>>;
  readonly model?: { readonly name: string; readonly sha256: string; readonly backend: string };
}

/** Decodes, edits and hashes one picture. A file that cannot be decoded is refused; an edit that cannot be made of it costs only its own row. */
export const scanPicture = (task: ScanTask): Promise<Scan> =>
  withHasher(task.detectors, async (hasher) => scan(task, await lookerOf(task, hasher)));

async function scan(task: ScanTask, looker: Looker): Promise<Scan> {
  const { id } = task.picture;
  const start = wallClock();
  let raster: Raster;
  try {
    raster = await decodeFile(task.picture);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return looker.done([{ picture: id, edit: 'none', outcome: { state: 'refused', reason: error.message } }], 0);
  }
  const drawMillis = wallClock() - start;
  const scanned = [await looker.look(id, 'none', async () => raster, true)];
  for (const spec of task.edits) {
    const edit = resolveTransform(spec);
    const rng = seededRng(task.seed, `edit/${edit.label}/${id}`);
    scanned.push(await looker.look(id, edit.label, () => applyTransform(raster, edit, rng), false));
  }
  return looker.done(scanned, drawMillis);
}

/** Draws and hashes photographs of one location. */
export const drawLocation = (task: DrawTask): Promise<Scan> =>
  withHasher(task.detectors, async (hasher) => draw(task, await lookerOf(task, hasher)));

async function draw(task: DrawTask, looker: Looker): Promise<Scan> {
  const { seed, location, standpoints } = task;
  const scanned: Scanned[] = [];
  let drawMillis = 0;
  for (const { id, number } of task.shots) {
    const start = wallClock();
    const raster = photographLocation({ seed, location, shot: number, standpoints });
    drawMillis += wallClock() - start;
    scanned.push(await looker.look(id, 'none', async () => raster, true));
  }
  return looker.done(scanned, drawMillis / task.shots.length);
}

type Looker = Awaited<ReturnType<typeof lookerOf>>;

async function lookerOf({ hashes, keep }: Looking, hasher: Hasher) {
  const network = hashes.includes(deepHash) || keep !== undefined ? await loadClassifier(mobilenetV2.name) : undefined;
  const spent = new Map<string, number>();
  const timed = <T>(name: string, from: number, value: T): T => {
    spent.set(name, (spent.get(name) ?? 0) + wallClock() - from);
    return value;
  };
  const hashed = async (id: string, image: Raster, kept: boolean): Promise<Scanned['outcome']> => {
    const found: Extract<Scanned['outcome'], { state: 'hashed' }>['hashes'] = {};
    for (const name of hashes) {
      if (name === deepHash) continue;
      const start = wallClock();
      const answer = timed(name, start, await hasher.answer(image, name));
      found[name] = 'refused' in answer ? answer : { hex: toHex(answer.hash), quality: answer.quality };
    }
    if (network) {
      const start = wallClock();
      const { embedding } = await network.classify(image);
      if (hashes.includes(deepHash))
        found[deepHash] = { hex: toHex(mobilenetLshBits(embedding)), quality: deepQuality(image) };
      timed(deepHash, start, undefined);
      if (kept && keep !== undefined) await writeEmbedding(keep, id, embedding);
    }
    return { state: 'hashed', hashes: found };
  };
  return {
    async look(picture: string, edit: string, make: () => Promise<Raster>, kept: boolean): Promise<Scanned> {
      try {
        return { picture, edit, outcome: await hashed(picture, await make(), kept) };
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        return { picture, edit, outcome: { state: 'refused', reason: error.message } };
      }
    },
    done: (scanned: readonly Scanned[], drawMillis: number): Scan => ({
      scanned,
      drawMillis,
      hashMillis: Object.fromEntries([...spent].map(([name, millis]) => [name, millis / scanned.length])),
      ...(network ? { model: { name: network.name, sha256: network.sha256, backend: network.backend } } : {}),
    }),
  };
}

// The locations of a re-purposing experiment: drawn by the generator, or labels of the dataset that stand for places.

/** What a row says of a picture before it is hashed. */
export type Part = Pick<ScannedRow, 'group' | 'use' | 'split' | 'location' | 'standpoints'>;

/** A picture of the dataset with its part. */
export interface ChosenPicture extends Picture {
  readonly part: Part;
}

/** A location that is drawn, not read. */
export interface DrawnLocation {
  readonly number: number;
  readonly standpoints: number;
  readonly photographs: readonly { readonly id: string; readonly number: number; readonly part: Part }[];
}

/** By location: the half on which thresholds are chosen, or the one that is scored. */
export type Splits = ReadonlyMap<string, Part['split']>;

const nameOf = (number: number): string => `location-${String(number).padStart(2, '0')}`;

/** Names of the locations to draw. */
export const drawnNames = ({ locations: { drawn } }: RepurposingExperiment): string[] =>
  Array.from({ length: drawn.locations }, (_, number) => nameOf(number));

/** The locations to draw, each photograph with its part. */
export const drawnLocations = (
  { seed, locations: { drawn, heldOutShare } }: RepurposingExperiment,
  splits: Splits,
): DrawnLocation[] =>
  Array.from({ length: drawn.locations }, (_, number) => {
    const location = nameOf(number);
    const standpoints = drawn.standpoints[number % drawn.standpoints.length]!;
    const photographs = Array.from({ length: drawn.photographs }, (__, i) => {
      const id = `${location}/${String(i).padStart(3, '0')}`;
      return { id, group: id, number: i };
    });
    return {
      number,
      standpoints,
      photographs: uses(photographs, heldOutShare, seed, location)
        .map(([{ id, group, number: shot }, use]) => ({
          id,
          number: shot,
          part: { group, use, split: splits.get(location)!, location, standpoints },
        }))
        .sort((a, b) => a.number - b.number),
    };
  });

/** Labels with enough pictures of the kinds asked for, each a location. */
export function labelledLocations(
  pictures: readonly Picture[],
  { locations: { labelled } }: RepurposingExperiment,
): Map<string, Picture[]> {
  const found = new Map<string, Picture[]>();
  for (const picture of pictures) {
    if (labelled.kinds && !labelled.kinds.includes(picture.kind)) continue;
    if (labelled.labels && !labelled.labels.includes(picture.topic)) continue;
    found.set(picture.topic, [...(found.get(picture.topic) ?? []), picture]);
  }
  return new Map([...found].filter(([, photographs]) => photographs.length >= labelled.leastPhotographs));
}

/** Their photographs, each with its part. */
export const labelledPhotographs = (
  places: ReadonlyMap<string, readonly Picture[]>,
  { seed, locations }: RepurposingExperiment,
  splits: Splits,
): ChosenPicture[] =>
  [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([location, pictures]) =>
      uses(pictures, locations.heldOutShare, seed, location).map(([picture, use]) => ({
        ...picture,
        part: { group: picture.group, use, split: splits.get(location)!, location },
      })),
    );

/** Whole groups are held out until they are the share asked for; the others may be inserted. */
function uses<P extends { readonly id: string; readonly group: string }>(
  photographs: readonly P[],
  heldOutShare: number,
  seed: number,
  location: string,
): [P, 'held-out' | 'insertable'][] {
  const sorted = [...photographs].sort((a, b) => (a.id < b.id ? -1 : 1));
  const groups = seededRng(seed, `held-out/${location}`).shuffle([...groupsOf(sorted).values()]);
  const wanted = Math.round(sorted.length * heldOutShare);
  let heldOut = 0;
  return groups.flatMap((group) => {
    const use = heldOut < wanted ? 'held-out' : 'insertable';
    if (use === 'held-out') heldOut += group.length;
    return group.map((each): [P, 'held-out' | 'insertable'] => [each, use]);
  });
}

/** At least one location for calibration, and two to score. */
export function splitLocations(names: readonly string[], calibrationShare: number, seed: number): Splits {
  const shuffled = seededRng(seed, 'locations').shuffle(names);
  const calibration = Math.min(names.length - 2, Math.max(1, Math.round(names.length * calibrationShare)));
  return new Map(shuffled.map((name, i) => [name, i < calibration ? 'calibration' : 'evaluation']));
}
