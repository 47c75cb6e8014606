/** Hashing many files: by worker threads where there are enough files to be worth their start. */

import { availableParallelism } from 'node:os';
import { moduleBeside } from '../util/worker-loader.ts';
import { type HashedFile, type HashFileTask, hashFile } from './hash-file.ts';
import { inOrder } from './in-order.ts';
import { startPool } from './pool.ts';

/** Files from which workers pay: they take about as long to start as this many photographs to be hashed. */
const enough = 64;
/** Files that a worker is given at a time. */
export const batchSize = 8;
/** Batches under way for each thread: none waits for work, and memory stays small. */
const ahead = 2;
/** The module that workers run. */
export const hashModule = moduleBeside(import.meta.url, './hash-file.ts');

/** Threads to use, and where to stop. */
interface HashFilesOptions {
  /** Default: one a core, and none but this where there are few files. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Hashes the files; `take` gets what became of them one by one, in their order. */
export async function hashFiles(
  tasks: readonly HashFileTask[],
  take: (hashed: HashedFile, task: HashFileTask) => void,
  { threads, signal = new AbortController().signal }: HashFilesOptions = {},
): Promise<void> {
  const workers = threads ?? (tasks.length < enough ? 1 : availableParallelism());
  // Two at a time even without workers: the decoder has threads of its own.
  if (workers === 1) return inOrder(tasks, 2, hashFile, async (hashed, task) => take(hashed, task), signal);
  const batches = Array.from({ length: Math.ceil(tasks.length / batchSize) }, (_, i) =>
    tasks.slice(i * batchSize, (i + 1) * batchSize),
  );
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
