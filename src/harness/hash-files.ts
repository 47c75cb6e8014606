/** Hashing many files: by worker threads where there are enough files to be worth their start. */
import { availableParallelism } from 'node:os';
import { type HashedFile, type HashFileTask, hashFile } from './hash-file.ts';
import { inOrder } from './in-order.ts';
import { startPool } from './pool.ts';

/** Files from which workers pay: they take about as long to start as this many photographs to be hashed. */
const enough = 64;
/** Files under way for each thread: enough that none waits for work, few enough that memory stays small. */
const ahead = 4;

/** Threads to use, and where to stop. */
export interface HashFilesOptions {
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
  const each = async (hashed: HashedFile, task: HashFileTask): Promise<void> => take(hashed, task);
  // Two at a time even without workers: the decoder has threads of its own.
  if (workers === 1) return inOrder(tasks, 2, hashFile, each, signal);
  const pool = startPool(Math.min(workers, tasks.length), new URL('./hash-file.ts', import.meta.url));
  try {
    await inOrder(tasks, ahead * pool.threads, (task) => pool.run<HashedFile>('hashFile', task), each, signal);
  } finally {
    await pool.close();
  }
}
