/** The work of benchmarks in a worker thread: decode once, edit, compute every hash. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeepHash } from '../../classify/deep-hash.ts';
import { loadDeepHash } from '../../classify/deep-hashes.ts';
import { loadUserNetworkOnce } from '../../classify/user-network.ts';
import { miniature } from '../../dataset/generated/miniature.ts';
import { decodeFile, type PictureFile } from '../../dataset/picture-file.ts';
import { readIfThere } from '../../disk/read.ts';
import { writeScratch } from '../../disk/write.ts';
import { hashByName } from '../../hash/index.ts';
import { RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import { wallClock } from '../../util/clock.ts';
import { float32Text } from '../../util/float32.ts';
import { toHex } from '../../util/hex.ts';
import { type Answers, type DetectorsOfTask, type Hasher, withHasher } from '../detectors/hasher.ts';
import type { EditSetSpec } from '../edit-preset.ts';
import { renderings } from './renderings.ts';

/** One picture to edit and hash. */
export interface EditTask {
  readonly picture: PictureFile;
  readonly seed: number;
  readonly sets: readonly EditSetSpec[];
  readonly hashes: readonly string[];
  /** Deep hashes to compute instead of these. */
  readonly deep?: readonly string[] | undefined;
  /** The detectors among the hashes. */
  readonly detectors?: DetectorsOfTask;
}

/** The hashes of a rendering of a picture. */
export type Rendering = Pick<HashedRow, 'set' | 'transform' | 'outcome'>;

/** The result for one picture. Wall times, in milliseconds, are separate from repeatable values. */
export type EditResult =
  | { readonly state: 'refused'; readonly reason: string }
  | {
      readonly state: 'done';
      /** For each set the prepared original, then the edits in order. */
      readonly renderings: readonly Rendering[];
      readonly decodeMillis: number;
      /** Total for all edits of the picture. */
      readonly editMillis: number;
      /** By hash: mean per rendering. */
      readonly hashMillis: Readonly<Record<string, number>>;
      /** Networks and matrices of deep hashes. */
      readonly models: readonly { readonly name: string; readonly sha256: string }[];
    };

/** Does the work on one picture. An undecodable picture is refused; an impossible edit costs only its own row. */
export async function hashEdits(task: EditTask): Promise<EditResult> {
  const start = wallClock();
  let raster: Raster;
  try {
    raster = await decodeFile(task.picture);
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'refused', reason: error.message };
    throw error;
  }
  const decodeMillis = wallClock() - start;
  return withHasher(task.detectors, async (hasher) => ({
    state: 'done',
    ...(await hashRenderings(raster, task, hasher)),
    decodeMillis,
  }));
}

async function hashRenderings(
  raster: Raster,
  task: EditTask,
  hasher: Hasher,
): Promise<Omit<Extract<EditResult, { state: 'done' }>, 'state' | 'decodeMillis'>> {
  const deep = task.deep && (await Promise.all(task.deep.map((name) => loadDeepHash(name))));
  const networks = (task.detectors?.detectors ?? []).filter(({ kind }) => kind === 'network');
  const used = deep ?? (await Promise.all(networks.map(({ file }) => loadUserNetworkOnce(file))));
  const done: (() => Promise<Rendering>)[] = [];
  const spent = new Map<string, number>();
  let editMillis = 0;
  /** The set whose original has no hash: its copies cannot be compared with anything. */
  let without: string | undefined;
  for await (const made of renderings(raster, task)) {
    const { set, transform } = made;
    if (set === without) continue;
    if (made.state === 'refused') {
      done.push(async () => ({ set, transform, outcome: { state: 'refused', reason: made.reason } }));
      if (transform === 'none') without = set;
      continue;
    }
    editMillis += made.millis;
    const { found } = deep
      ? { found: await deepHashesOf(made.raster, deep, spent) }
      : await hasher.begin(made.raster, task.hashes, { millis: spent });
    done.push(async () => ({ set, transform, outcome: { state: 'hashed', hashes: hashesOf(await found) } }));
  }
  const finished: Rendering[] = [];
  for (const each of done) finished.push(await each());
  return {
    renderings: finished,
    editMillis,
    hashMillis: Object.fromEntries([...spent].map(([name, millis]) => [name, millis / finished.length])),
    models: used.map(({ name, sha256 }) => ({ name, sha256 })),
  };
}

type Hashes = Extract<HashedRow['outcome'], { state: 'hashed' }>['hashes'];

const hashesOf = (answers: Answers): Hashes =>
  Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      'refused' in answer
        ? answer
        : {
            hex: toHex(answer.hash),
            quality: answer.quality,
            ...(answer.vector ? { vector: float32Text(answer.vector) } : {}),
          },
    ]),
  );

async function deepHashesOf(raster: Raster, deep: readonly DeepHash[], spent: Map<string, number>): Promise<Answers> {
  const answers: [string, Answers[string]][] = [];
  for (const each of deep) {
    const start = wallClock();
    const { hash, quality } = await each.hash(raster);
    spent.set(each.name, (spent.get(each.name) ?? 0) + wallClock() - start);
    answers.push([each.name, { hash, quality }]);
  }
  return Object.fromEntries(answers);
}

/** Consecutively numbered miniatures. */
export interface MiniatureTask {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly hashes: readonly string[];
  /** File that caches the result for other runs. */
  readonly cache?: string;
}

/** A miniature's hashes. */
export interface HashedMiniature {
  readonly topic: string;
  readonly hashes: Hashes;
}

/** The contents of a cache file; undefined if it is missing or truncated, and then the result is computed again. */
async function readCached(path: string): Promise<HashedMiniature[] | undefined> {
  const text = await readIfThere(path);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as HashedMiniature[]);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Draws and hashes miniatures, or reads the cached result of an earlier run. */
export async function hashMiniatures(task: MiniatureTask): Promise<HashedMiniature[]> {
  const { seed, from, count, hashes, cache } = task;
  const known = cache === undefined ? undefined : await readCached(cache);
  if (known?.length === count) return known;
  const made = Array.from({ length: count }, (_, i) => {
    const { composition, raster } = miniature(seed, from + i);
    return {
      topic: composition,
      hashes: hashesOf(Object.fromEntries(hashes.map((name) => [name, hashByName(name).hash(raster)]))),
    };
  });
  if (cache !== undefined) {
    await mkdir(dirname(cache), { recursive: true });
    await writeScratch(cache, JSON.stringify(made));
  }
  return made;
}
