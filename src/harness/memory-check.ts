/** Refuses a run whose scoring would not fit in memory before it starts, instead of dying after hours of work. */
import { getHeapStatistics } from 'node:v8';
import { UserError } from '../util/errors.ts';
import type { KeepsRows } from './kind.ts';

/** Heap that the program itself takes, in bytes: modules, plan and pools. */
const ownBytes = 128 * 2 ** 20;

/**
 * Throws a UserError if a kind that keeps its rows in memory would need a larger heap than there is; other kinds always fit. `heapLimit`: bytes
 * of this process's heap.
 */
export function mustFitInMemory(
  { name, keepsRows }: { readonly name: string; readonly keepsRows?: KeepsRows },
  pictures: number,
  heapLimit: number = getHeapStatistics().heap_size_limit,
): void {
  if (!keepsRows) return;
  const { bytesPerPicture } = keepsRows;
  const needed = ownBytes + pictures * bytesPerPicture;
  if (needed <= heapLimit) return;
  const most = Math.max(0, Math.floor((heapLimit - ownBytes) / bytesPerPicture));
  throw new UserError(
    `${pictures} pictures are too many to score in memory: an experiment of kind ${name} keeps the rows of all pictures, about ${Math.round(bytesPerPicture / 1000)} kB each, so it needs ${mebibytes(needed)} MiB, but the heap of Node ends at ${mebibytes(heapLimit)} MiB; use --limit ${most}, or set NODE_OPTIONS=--max-old-space-size=${mebibytes(needed)}`,
  );
}

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
