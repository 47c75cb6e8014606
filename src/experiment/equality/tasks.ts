/** The work of an equality run in a worker thread: features of calibration pictures, the fit, hashes of the others. */
import { loadDeepHash } from '../../classify/deep-hashes.ts';
import { type Hyperplanes, randomHyperplanes } from '../../classify/hyperplanes.ts';
import { loadClassifier } from '../../classify/index.ts';
import { miniature } from '../../dataset/generated/miniature.ts';
import { decodeFile, type PictureFile, readPictureBytes } from '../../dataset/picture-file.ts';
import { type DetectorsOfTask, type Hasher, withHasher } from '../../harness/detectors/hasher.ts';
import { applyAll, type EditSetSpec } from '../../harness/edit-preset.ts';
import type { NetworksUsed } from '../../harness/scoring/probe.ts';
import { scorerOf } from '../../harness/scoring/scorer.ts';
import { distanceBits } from '../../hash/hamming.ts';
import { frequenciesOf, ldaThumbnail } from '../../hash/lda-frequencies.ts';
import { leastStructure, structureQuality } from '../../hash/structure.ts';
import { decode, RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import type { TransformSpec } from '../../schema/edit-preset.ts';
import { toHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { Family } from './experiment.ts';
import { type Fit, type FitInput, fitBits } from './fit.ts';
import type { EqualityFeaturesRow, EqualityFitRow, EqualityPictureRow } from './rows.ts';

/** A network that a run uses, for its record. */
export interface NetworkFacts {
  readonly name: string;
  /** Of everything that decides bits. */
  readonly sha256: string;
  /** Where a classifier runs; a deep hash names none. */
  readonly backend?: string;
}

/** What each network is: classifiers first, then deep hashes. */
export async function equalityNetworks({ classifiers = [], deepHashes = [] }: NetworksUsed): Promise<NetworkFacts[]> {
  const facts: NetworkFacts[] = [];
  for (const each of classifiers) {
    const { name, sha256, backend } = (await scorerOf(each)).classifier;
    facts.push({ name, sha256, backend });
  }
  for (const each of deepHashes) {
    const { name, sha256 } = await loadDeepHash(each);
    facts.push({ name, sha256 });
  }
  return facts;
}

/** One picture with everything that is done to it. */
interface EditedTask {
  readonly picture: PictureFile;
  readonly seed: number;
  readonly sets: readonly EditSetSpec[];
  /** The families that it is looked at by. */
  readonly families: readonly Family[];
}

/** A calibration picture. */
export type FeaturesTask = EditedTask;

/** An evaluation picture. */
export interface HashTask extends EditedTask {
  readonly fits: readonly EqualityFitRow[];
  readonly hashes: readonly string[];
  readonly second: Second;
  /** The detectors among the hashes. */
  readonly detectors?: DetectorsOfTask;
}

/** Hashes of the visual derivative. */
export interface Second {
  readonly derivative: readonly TransformSpec[];
  readonly hashes: readonly string[];
}

/** The result for a picture: its renderings, or why it could not be read. */
export type EditedResult<R> =
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'done'; readonly renderings: readonly R[] };

/** Features of a calibration picture and of its edits. */
export const equalityFeatures = (
  task: FeaturesTask,
): Promise<EditedResult<EqualityFeaturesRow['renderings'][number]>> =>
  edited(task, async (raster) => ({ state: 'seen', features: await featuresOf(raster, task.families, task.seed) }));

/** Hashes of an evaluation picture and of its edits. */
export const equalityHashes = (task: HashTask): Promise<EditedResult<EqualityPictureRow['renderings'][number]>> =>
  withHasher(task.detectors, (hasher) =>
    edited(task, async (raster, file) => ({
      state: 'hashed',
      hashes: { ...(await registered(raster, task.hashes, hasher, file)), ...(await fittedHashes(raster, task)) },
      second: await secondHashes(raster, task.second, hasher),
    })),
  );

type Seen<T> = {
  readonly set: string;
  readonly transform: string;
  readonly outcome: T | { state: 'refused'; reason: string };
};

/** Each rendering of a picture, looked at as it is made; the picture as it is comes with its file. One that cannot be decoded is refused; an edit that cannot be made costs itself alone. */
async function edited<T>(
  { picture, seed, sets }: EditedTask,
  look: (raster: Raster, file?: Uint8Array) => Promise<T>,
): Promise<EditedResult<Seen<T>>> {
  const renderings: Seen<T>[] = [];
  const add = async (
    set: string,
    transform: string,
    make: () => Promise<Raster>,
    fileOf?: () => Uint8Array | undefined,
  ): Promise<Raster | string> => {
    try {
      const raster = await make();
      renderings.push({ set, transform, outcome: await look(raster, fileOf?.()) });
      return raster;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      renderings.push({ set, transform, outcome: { state: 'refused', reason: error.message } });
      return error.message;
    }
  };
  let file: Uint8Array | undefined;
  const decoded = async (): Promise<Raster> => {
    file = await readPictureBytes(picture);
    return decode(file, { orient: picture.orient === true });
  };
  const original = await add('none', 'none', decoded, () => file);
  if (typeof original === 'string') return { state: 'refused', reason: original };
  for (const { name, prepare, finish, edits } of sets)
    for (const spec of edits) {
      const edit = resolveTransform(spec);
      const rng = seededRng(seed, `edit/${name}/${edit.label}/${picture.id}`);
      await add(name, edit.label, async () =>
        applyAll(await applyTransform(await applyAll(original, prepare, rng), edit, rng), finish, rng),
      );
    }
  return { state: 'done', renderings };
}

/** What each family sees of a picture, by its name. */
export async function featuresOf(
  raster: Raster,
  families: readonly Family[],
  seed: number,
  thumbnail = ldaThumbnail(raster),
): Promise<Record<string, number[]>> {
  const out: Record<string, number[]> = {};
  for (const family of families)
    out[family.name] =
      family.of === 'frequencies'
        ? Array.from(frequenciesOf(thumbnail, family.perSide, family.colours), Math.round)
        : products(
            await planesOf(family, seed),
            (await (await scorerOf(family.network)).cache.ofRaster(raster)).embedding,
          );
  return out;
}

const drawn = new Map<string, Hyperplanes>();

/** The hyperplanes of a family, drawn once a thread. */
async function planesOf(
  { name, network, planes }: Extract<Family, { of: 'embedding' }>,
  seed: number,
): Promise<Hyperplanes> {
  const key = `${seed} ${name} ${network} ${planes}`;
  const { embeddingLength } = await loadClassifier(network);
  const known = drawn.get(key) ?? randomHyperplanes(planes, embeddingLength, seededRng(seed, `hyperplanes/${name}`));
  drawn.set(key, known);
  return known;
}

/** An embedding's products with hyperplanes; four decimals, so that the rows stay short. */
function products({ bits, length, normals }: Hyperplanes, embedding: Float32Array): number[] {
  return Array.from({ length: bits }, (_, plane) => {
    let sum = 0;
    for (let i = 0, at = plane * length; i < length; i++, at++) sum += normals[at]! * embedding[i]!;
    return Number(sum.toFixed(4));
  });
}

/** Fits one family; slow for many frequencies, so that a worker does it. */
export const fitEquality = (input: FitInput): Fit => fitBits(input);

/** The bits that fits make of a picture, the first chosen one highest; null without structure. */
async function fittedHashes(
  raster: Raster,
  { families, fits, seed }: Pick<HashTask, 'families' | 'fits' | 'seed'>,
): Promise<Record<string, string | null>> {
  const thumbnail = ldaThumbnail(raster);
  const some = structureQuality({ thumbnail }) >= leastStructure;
  const features = some ? await featuresOf(raster, families, seed, thumbnail) : {};
  return Object.fromEntries(
    families.map(({ name }) => [
      name,
      some ? toHex(fittedBits(features[name]!, fits.find((fit) => fit.family === name)!)) : null,
    ]),
  );
}

/** Bits of features under a fit. */
export function fittedBits(features: readonly number[], { projections, planes, medians }: EqualityFitRow): Uint8Array {
  const out = new Uint8Array(Math.ceil(medians.length / 8));
  medians.forEach((median, bit) => {
    const weights = projections[bit];
    const value = weights
      ? weights.reduce((sum, weight, i) => sum + weight * features[i]!, 0)
      : features[planes[bit]!]!;
    if (value > median) out[bit >> 3]! |= 0x80 >> (bit & 7);
  });
  return out;
}

/** Hashes; null below their least quality, and where a detector refuses the picture. Exact ones are of the file, or of a rendering saved without loss. */
async function registered(
  raster: Raster,
  names: readonly string[],
  hasher: Hasher,
  file?: Uint8Array,
): Promise<Record<string, string | null>> {
  const out: Record<string, string | null> = {};
  for (const name of names) {
    const found = hasher.trusted(name, await hasher.answer(raster, name, file));
    out[name] = found.state === 'hashed' ? found.hex : null;
  }
  return out;
}

const secondHashes = async (
  raster: Raster,
  { derivative, hashes }: Second,
  hasher: Hasher,
): Promise<Record<string, string | null>> =>
  registered(await applyAll(raster, derivative, seededRng(0)), hashes, hasher);

/** Miniatures of consecutive numbers. */
export interface MiniaturesTask extends Pick<HashTask, 'seed' | 'families' | 'fits' | 'hashes' | 'detectors'> {
  readonly from: number;
  readonly count: number;
}

/** By hash: the hex of every miniature, or null. A miniature is as small as a visual derivative, and stands for it. */
export const equalityMiniatures = (task: MiniaturesTask): Promise<Record<string, (string | null)[]>> =>
  withHasher(task.detectors, (hasher) => miniatureHashes(task, hasher));

async function miniatureHashes(
  { from, count, ...task }: MiniaturesTask,
  hasher: Hasher,
): Promise<Record<string, (string | null)[]>> {
  const out: Record<string, (string | null)[]> = {};
  for (let i = from; i < from + count; i++) {
    const { raster } = miniature(task.seed, i);
    const all = { ...(await registered(raster, task.hashes, hasher)), ...(await fittedHashes(raster, task)) };
    for (const [name, hex] of Object.entries(all)) {
      out[name] ??= [];
      out[name].push(hex);
    }
  }
  return out;
}

/** Two pictures that a design found equal by accident. */
export interface NetworkTask {
  readonly seed: number;
  readonly hash: string;
  readonly derivative: readonly TransformSpec[];
  readonly pair: readonly [PictureFile | number, PictureFile | number];
}

/** How far a deep hash takes the derivatives of two pictures to be apart, in bits; null where one has no structure. */
export async function equalityNetwork({ seed, hash, derivative, pair }: NetworkTask): Promise<number | null> {
  const deep = await loadDeepHash(hash);
  const [a, b] = await Promise.all(
    pair.map(async (each) => {
      const raster = typeof each === 'number' ? miniature(seed, each).raster : await decodeFile(each);
      return deep.hash(await applyAll(raster, derivative, seededRng(0)));
    }),
  );
  return Math.min(a!.quality, b!.quality) >= deep.minQuality ? distanceBits(a!.hash, b!.hash) : null;
}
