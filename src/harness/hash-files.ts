/** Hashes many files, with worker threads if there are enough files to be worth their start. */

import { availableParallelism } from 'node:os';
import { moduleBeside } from '../util/worker-loader.ts';
import { type HashedFile, type HashFileTask, hashFile } from './hash-file.ts';
import { inOrder } from './in-order.ts';
import { startPool } from './pool.ts';

/** Number of files from which workers pay off: they take about as long to start as hashing this many photographs. */
export const enough = 64;
/** Files per worker task. */
export const batchSize = 8;
/** Batches in progress per thread, or files if there are no workers: the decoder has threads of its own, no thread waits for work, and memory stays small. */
export const ahead = 2;
/** The module that workers run. */
export const hashModule = moduleBeside(import.meta.url, './hash-file.ts');

/** Number of threads, and a signal to stop. */
interface HashFilesOptions {
  /** Default: one per core, or only this one for few files. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Files or tasks, as workers get them. */
export const batchesOf = <T>(files: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(files.length / batchSize) }, (_, i) =>
    files.slice(i * batchSize, (i + 1) * batchSize),
  );

/** Hashes the files; `take` gets the results one by one, in order. */
export async function hashFiles(
  tasks: readonly HashFileTask[],
  take: (hashed: HashedFile, task: HashFileTask) => void,
  { threads, signal = new AbortController().signal }: HashFilesOptions = {},
): Promise<void> {
  const workers = threads ?? (tasks.length < enough ? 1 : availableParallelism());
  if (workers === 1) return inOrder(tasks, ahead, hashFile, async (hashed, task) => take(hashed, task), signal);
  const batches = batchesOf(tasks);
  const pool = startPool(Math.min(workers, batches.length), hashModule);
  try {
    await inOrder(
      batches,
      ahead * pool.threads,
      (batch) => pool.run<HashedFile[]>('hashBatch', batch),
      async (hashed, batch) => {
        for (const [i, each] of hashed.entries()) take(each, batch[i]!);
      },
      signal,
    );
  } finally {
    await pool.close();
  }
}
