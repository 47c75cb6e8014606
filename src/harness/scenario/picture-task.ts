/** The work on one picture, in a worker thread: decode once, edit, hash, compress as the messenger does, classify. */
import { join } from 'node:path';
import type { Classifier } from '../../classify/classifier.ts';
import { loadClassifier } from '../../classify/index.ts';
import { decodeFile, readPictureBytes } from '../../dataset/picture-file.ts';
import { writeScratch } from '../../disk/write.ts';
import { hashByName } from '../../hash/index.ts';
import { decode, RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import { messengerFile } from '../../image/transform/messenger.ts';
import type { HashUse } from '../../role/world.ts';
import { wallClock } from '../../util/clock.ts';
import { frame } from '../../util/framing.ts';
import { toHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import type { PictureTask, Sendable } from './plan.ts';

/** Hash of one rendering of a picture. */
export type Hashed =
  | { readonly state: 'hashed'; readonly hex: string; readonly quality: number }
  | { readonly state: 'refused'; readonly reason: string };

/** Precomputed facts about one picture file that will be sent. */
export interface SendableFacts {
  readonly key: string;
  /** Hash of the file for each use. */
  readonly hashed: Readonly<Record<HashUse, Hashed>>;
  /** Omitted if nothing reads them: the file was not classified. */
  readonly scores?: readonly number[];
  /** Time to decode and hash, and to classify, in milliseconds. */
  readonly hashMillis: number;
  readonly classifyMillis?: number;
}

/** The result for one picture. Wall times are separate from repeatable values. */
export type PictureResult =
  | { readonly state: 'refused'; readonly index: number; readonly reason: string }
  | {
      readonly state: 'done';
      readonly index: number;
      /** Label of the edit ('none' first) → hash name → hash. */
      readonly hashes: Readonly<Record<string, Readonly<Record<string, Hashed>>>>;
      readonly sendables: readonly SendableFacts[];
      readonly model: { readonly labels: readonly string[]; readonly sha256: string; readonly backend: string };
      readonly decodeMillis: number;
      readonly hashMillis: Readonly<Record<string, number>>;
    };

/** The file with a picture's messages until the strategies run. */
export const scratchFile = (folder: string, index: number): string => join(folder, `${index}.messages`);

/**
 * Does all the work on a picture. A picture that cannot be decoded or edited is refused as a whole, with the reason, so that hash tables
 * and strategies omit the same pictures. Any other error is thrown and ends the run.
 */
export async function workOnPicture(task: PictureTask): Promise<PictureResult> {
  try {
    return await lookAtPicture(task);
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'refused', index: task.index, reason: error.message };
    throw error;
  }
}

async function lookAtPicture(task: PictureTask): Promise<PictureResult> {
  const start = wallClock();
  const raster = await decode(await readPictureBytes(task.picture));
  const decodeMillis = wallClock() - start;
  const hashMillis: Record<string, number> = {};
  const hashes: Record<string, Record<string, Hashed>> = { none: hashAll(raster, task.hashes, hashMillis) };
  const rasters = new Map<string, Raster>([['none', raster]]);
  const wanted = new Set(task.sendables.map(({ edit }) => resolveTransform(edit).label));
  for (const spec of task.edits) {
    const edit = resolveTransform(spec);
    const edited = await applyTransform(raster, edit, seededRng(task.seed, `edit/${edit.label}/${task.picture.id}`));
    hashes[edit.label] = hashAll(edited, task.hashes);
    if (wanted.has(edit.label)) rasters.set(edit.label, edited);
  }

  const classifier = await loadClassifier(task.classifier);
  const sendables: SendableFacts[] = [];
  const blobs: Record<string, Uint8Array> = {};
  for (const sendable of task.sendables) {
    const file = await messengerFile(await rendering(task, sendable, raster, rasters));
    const { facts, embedding } = await lookAt(file, sendable, task.messageHashes, classifier);
    sendables.push(facts);
    blobs[`file ${sendable.key}`] = file;
    // Attackers are given those of pictures as sent only; a head scores every file.
    const kept = sendable.embed ? 'embedding' : task.head ? 'features' : undefined;
    if (kept) blobs[`${kept} ${sendable.key}`] = new Uint8Array(embedding!.slice().buffer);
  }
  await writeScratch(scratchFile(task.scratch, task.index), frame({ sendables }, blobs));
  const { labels, sha256, backend } = classifier;
  return {
    state: 'done',
    index: task.index,
    hashes,
    sendables,
    model: { labels, sha256, backend },
    decodeMillis,
    hashMillis,
  };
}

/** Hashes of a picture in the curator's list: of the original file. */
export async function hashOriginal(task: Pick<PictureTask, 'picture' | 'hashes'>): Promise<Record<string, Hashed>> {
  try {
    return hashAll(await decodeFile(task.picture), task.hashes);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return Object.fromEntries(task.hashes.map((name) => [name, { state: 'refused', reason: error.message }]));
  }
}

async function rendering(
  task: PictureTask,
  sendable: Sendable,
  raster: Raster,
  known: ReadonlyMap<string, Raster>,
): Promise<Raster> {
  const edit = resolveTransform(sendable.edit);
  const rng = seededRng(task.seed, `edit/${edit.label}/${task.picture.id}`);
  return known.get(edit.label) ?? applyTransform(raster, edit, rng);
}

/** Computes what a scanning device or provider computes. */
async function lookAt(
  file: Uint8Array,
  { key, classify }: Sendable,
  names: Readonly<Record<HashUse, string>>,
  classifier: Classifier,
): Promise<{ readonly facts: SendableFacts; readonly embedding?: Float32Array }> {
  const start = wallClock();
  const raster = await decode(file);
  const near = hashOne(raster, names.near);
  const hashMillis = wallClock() - start;
  const hashed = { near, equality: hashOne(raster, names.equality), second: hashOne(raster, names.second) };
  if (!classify) return { facts: { key, hashed, hashMillis } };
  const hashedAt = wallClock();
  const { scores, embedding } = await classifier.classify(raster);
  const facts: SendableFacts = {
    key,
    hashed,
    // Six digits: the precision at which backends agree, and sufficient for a record.
    scores: scores.map((score) => Math.round(score * 1e6) / 1e6),
    hashMillis,
    classifyMillis: wallClock() - hashedAt,
  };
  return { facts, embedding };
}

function hashAll(raster: Raster, names: readonly string[], millis?: Record<string, number>): Record<string, Hashed> {
  const out: Record<string, Hashed> = {};
  for (const name of names) {
    const start = wallClock();
    out[name] = hashOne(raster, name);
    if (millis) millis[name] = wallClock() - start;
  }
  return out;
}

function hashOne(raster: Raster, name: string): Hashed {
  const algorithm = hashByName(name);
  const { hash, quality } = algorithm.hash(raster);
  if (quality < algorithm.minQuality)
    return { state: 'refused', reason: `${name} quality ${quality} is below ${algorithm.minQuality}` };
  return { state: 'hashed', hex: toHex(hash), quality };
}
