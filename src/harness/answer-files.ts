/**
 * What a hash or a detector answers for files, frame by frame: in this thread, or in worker threads if there are enough files to be worth their start.
 * The answers and their order do not depend on the number of threads, and only a few batches of files are under way at a time.
 */
import { availableParallelism } from 'node:os';
import type { BackendName } from '../classify/backend.ts';
import { eachFrame, type FrameCount, type FrameOptions } from '../image/animation.ts';
import type { Raster } from '../image/raster.ts';
import type { DetectorFacts } from '../schema/detector-file.ts';
import { RefusedError } from '../util/errors.ts';
import { moduleBeside } from '../util/worker-loader.ts';
import { avifSequences } from '../video/avif-sequence.ts';
import type { Answer } from './detectors/answers.ts';
import { type DetectorsOfTask, withHasher } from './detectors/hasher.ts';
import { ahead, batchesOf, enough } from './hash-files.ts';
import { inOrder } from './in-order.ts';
import { startPool } from './pool.ts';

/** A frame with what was made of it. */
export interface Looked<T> {
  /** From 0. */
  readonly index: number;
  readonly value: T;
}

/** What was made of the frames of a file. */
export interface LookedFile<T> {
  readonly frames: readonly Looked<T>[];
  readonly count: FrameCount;
}

/** The answers for a file, or why there are none. */
export type AnsweredFile =
  | ({ readonly state: 'done' } & LookedFile<Answer>)
  | { readonly state: 'refused'; readonly reason: string };

/** Passes each frame of an animation, each page, or the one picture of a file to `work`, in order. Throws as `eachFrame` does. */
export async function lookAt<T>(
  file: string,
  options: FrameOptions,
  work: (image: Raster) => T | Promise<T>,
): Promise<LookedFile<T>> {
  const frames: Looked<T>[] = [];
  const count = await eachFrame(file, { ...options, sequences: avifSequences }, async ({ index, image }) => {
    frames.push({ index, value: await work(image) });
  });
  return { frames, count };
}

/** What a worker is given. */
interface AnswerTask {
  readonly files: readonly string[];
  /** Name of a perceptual hash or of a network among the detectors. */
  readonly hash: string;
  readonly options: FrameOptions;
  readonly detectors?: DetectorsOfTask;
}

/** A task of workers: the answers for files, one after the other. */
export const answerBatch = ({ files, hash, options, detectors }: AnswerTask): Promise<AnsweredFile[]> =>
  withHasher(detectors, async (hasher) => {
    const answered: AnsweredFile[] = [];
    for (const file of files) answered.push(await answersOf(file, options, (image) => hasher.answer(image, hash)));
    return answered;
  });

/** The hash that answers. */
export interface Answering {
  readonly name: string;
  /** Of a detector. */
  readonly facts?: DetectorFacts | undefined;
  ask(image: Raster): Promise<Answer>;
}

/** How files are looked at. */
export interface AnswerOptions extends FrameOptions {
  /** Default: one per core, or only this one for few files. */
  readonly threads?: number | undefined;
  /** Where workers compute networks; as in this thread, where left out. */
  readonly backend?: BackendName | undefined;
}

/**
 * Looks at the files; `take` gets the results one by one, in order. The program of a detector has processes of its own, and is asked from this
 * thread alone. Throws a UserError if a detector cannot go on.
 */
export async function answerFiles(
  files: readonly string[],
  { name, facts, ask }: Answering,
  { threads, backend, ...options }: AnswerOptions,
  take: (answered: AnsweredFile, file: string) => Promise<void>,
): Promise<void> {
  const { signal } = new AbortController();
  const workers = threads ?? (files.length < enough ? 1 : availableParallelism());
  if (workers === 1 || facts?.kind === 'program')
    return inOrder(files, ahead, (file) => answersOf(file, options, ask), take, signal);
  const batches = batchesOf(files);
  const pool = startPool(Math.min(workers, batches.length), answerModule, { backend });
  const detectors = facts ? { detectors: { detectors: [facts] } } : {};
  try {
    await inOrder(
      batches,
      ahead * pool.threads,
      (batch) =>
        pool.run<AnsweredFile[]>('answerBatch', {
          files: batch,
          hash: name,
          options,
          ...detectors,
        } satisfies AnswerTask),
      async (answered, batch) => {
        for (const [i, each] of answered.entries()) await take(each, batch[i]!);
      },
      signal,
    );
  } finally {
    await pool.close();
  }
}

/** The module that workers run. */
const answerModule = moduleBeside(import.meta.url, './answer-files.ts');

async function answersOf(
  file: string,
  options: FrameOptions,
  ask: (image: Raster) => Promise<Answer>,
): Promise<AnsweredFile> {
  try {
    return { state: 'done', ...(await lookAt(file, options, ask)) };
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'refused', reason: error.message };
    throw error;
  }
}
