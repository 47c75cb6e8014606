/** The work on one picture, in a worker thread: decode once, edit, hash, compress as the messenger does, classify. */
import { join } from 'node:path';
import type { Classifier } from '../../classify/classifier.ts';
import { loadClassifier } from '../../classify/index.ts';
import { readPictureBytes } from '../../dataset/picture-file.ts';
import { writeScratch } from '../../disk/write.ts';
import { decode, RefusedError } from '../../image/decode.ts';
import type { Raster } from '../../image/raster.ts';
import { applyTransform, resolveTransform } from '../../image/transform/index.ts';
import { messengerFile } from '../../image/transform/messenger.ts';
import type { HashUse } from '../../role/world.ts';
import { wallClock } from '../../util/clock.ts';
import { frame } from '../../util/framing.ts';
import { seededRng } from '../../util/rng.ts';
import type { RefusedPicture, ScoreAnswer } from '../detectors/answers.ts';
import { type Answers, type Hashed, type Hasher, withHasher } from '../detectors/hasher.ts';
import type { PictureTask, Sendable } from './plan.ts';

/** Precomputed facts about one picture file that will be sent. */
export interface SendableFacts {
  readonly key: string;
  /** Hash of the file for each use. */
  readonly hashed: Readonly<Record<HashUse, Hashed>>;
  /** Omitted if nothing reads them: the file was not classified. */
  readonly scores?: readonly number[];
  /** What a program says of it, where one decides, and the time of that in milliseconds. */
  readonly scored?: { readonly answer: ScoreAnswer | RefusedPicture; readonly millis: number };
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
export const workOnPicture = (task: PictureTask): Promise<PictureResult> =>
  withHasher(task.detectors, async (hasher): Promise<PictureResult> => {
    try {
      return await lookAtPicture(task, hasher);
    } catch (error) {
      if (error instanceof RefusedError) return { state: 'refused', index: task.index, reason: error.message };
      throw error;
    }
  });

async function lookAtPicture(task: PictureTask, hasher: Hasher): Promise<PictureResult> {
  const start = wallClock();
  const original = await readPictureBytes(task.picture);
  const orient = task.picture.orient === true;
  const raster = await decode(original, { orient });
  const decodeMillis = wallClock() - start;
  const hashMillis = new Map<string, number>();
  // Programs answer while the next renderings are made.
  const begun = [
    { label: 'none', ...(await hasher.begin(raster, task.hashes, { millis: hashMillis, file: original })) },
  ];
  const rasters = new Map<string, Raster>([['none', raster]]);
  const wanted = new Set(task.sendables.map(({ edit }) => resolveTransform(edit).label));
  for (const spec of task.edits) {
    const edit = resolveTransform(spec);
    const edited = await applyTransform(raster, edit, seededRng(task.seed, `edit/${edit.label}/${task.picture.id}`));
    begun.push({ label: edit.label, ...(await hasher.begin(edited, task.hashes)) });
    if (wanted.has(edit.label)) rasters.set(edit.label, edited);
  }

  const classifier = await loadClassifier(task.classifier);
  const looked: Looked[] = [];
  const blobs: Record<string, Uint8Array> = {};
  for (const sendable of task.sendables) {
    const file =
      task.forwarded && sendable.key === 'none'
        ? original
        : await messengerFile(await rendering(task, sendable, raster, rasters));
    const look = await lookAt(file, sendable, task, { classifier, hasher });
    looked.push(look);
    blobs[`file ${sendable.key}`] = file;
    // Attackers are given those of pictures as sent only; a head scores every file.
    const kept = sendable.embed ? 'embedding' : task.head ? 'features' : undefined;
    if (kept) blobs[`${kept} ${sendable.key}`] = new Uint8Array(look.embedding!.slice().buffer);
  }
  const hashes: Record<string, Readonly<Record<string, Hashed>>> = {};
  for (const { label, found } of begun) hashes[label] = trusted(hasher, await found);
  const sendables: SendableFacts[] = [];
  for (const { facts } of looked) sendables.push(await facts());
  await writeScratch(scratchFile(task.scratch, task.index), frame({ sendables }, blobs));
  const { labels, sha256, backend } = classifier;
  return {
    state: 'done',
    index: task.index,
    hashes,
    sendables,
    model: { labels, sha256, backend },
    decodeMillis,
    hashMillis: Object.fromEntries(hashMillis),
  };
}

/** Hashes of a picture in the curator's list: of the original file. */
export const hashOriginal = (
  task: Pick<PictureTask, 'picture' | 'hashes' | 'detectors'>,
): Promise<Record<string, Hashed>> =>
  withHasher(task.detectors, async (hasher) => {
    const file = await readPictureBytes(task.picture);
    let raster: Raster;
    try {
      raster = await decode(file, { orient: task.picture.orient === true });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return Object.fromEntries(task.hashes.map((name) => [name, { state: 'refused', reason: error.message }]));
    }
    const { found } = await hasher.begin(raster, task.hashes, { file });
    return trusted(hasher, await found);
  });

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

/** A file that a scanning device or provider looked at. */
interface Looked {
  readonly embedding?: Float32Array;
  /** Waits for hashes of programs. */
  facts(): Promise<SendableFacts>;
}

/** Computes what a scanning device or provider computes. */
async function lookAt(
  file: Uint8Array,
  { key, classify }: Sendable,
  {
    messageHashes: { near, equality, second },
    scorer,
    picture,
  }: Pick<PictureTask, 'messageHashes' | 'scorer' | 'picture'>,
  { classifier, hasher }: { readonly classifier: Classifier; readonly hasher: Hasher },
): Promise<Looked> {
  const start = wallClock();
  // The messenger's files have no orientation left; a forwarded original can have one.
  const raster = await decode(file, { orient: picture.orient === true });
  const decodeMillis = wallClock() - start;
  const spent = new Map<string, number>();
  const { found } = await hasher.begin(raster, [...new Set([near, equality, second])], { millis: spent, file });
  const hashedFacts = async () => {
    const hashes = trusted(hasher, await found);
    return {
      key,
      hashed: { near: hashes[near]!, equality: hashes[equality]!, second: hashes[second]! },
      hashMillis: decodeMillis + spent.get(near)!,
    };
  };
  if (!classify) return { facts: hashedFacts };
  const asked = scorer === undefined ? undefined : await hasher.beginScore(raster, scorer);
  const hashedAt = wallClock();
  const { scores, embedding } = await classifier.classify(raster);
  const classifyMillis = wallClock() - hashedAt;
  return {
    embedding,
    async facts() {
      const { hashMillis, ...hashed } = await hashedFacts();
      const scored = asked && { scored: await asked.found };
      // Six digits: the precision at which backends agree, and sufficient for a record.
      const rounded = scores.map((score) => Math.round(score * 1e6) / 1e6);
      return { ...hashed, scores: rounded, ...scored, hashMillis, classifyMillis };
    },
  };
}

const trusted = (hasher: Hasher, answers: Answers): Record<string, Hashed> =>
  Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, hasher.trusted(name, answer)]));
