/** Refuses a run whose scoring would not fit in memory before it starts, instead of dying after hours of work. */
import { getHeapStatistics } from 'node:v8';
import { UserError } from '../util/errors.ts';

/** Heap that the program itself takes, in bytes: modules, plan and pools. */
const ownBytes = 128 * 2 ** 20;

/** What a kind takes that keeps the rows of all pictures while it scores them. */
export interface KeepsRows {
  /**
   * Heap, in bytes, of rows and what is made of them: of base-rate and false-positive-tail the heap in which 100,000 pictures were scored, of the
   * others twice the heap of their rows in a small run of the experiment that comes with the kind.
   */
  readonly bytesPerPicture: number;
}

/** Throws a UserError if the rows of so many pictures need a larger heap than there is. `heapLimit`: bytes of this process's heap. */
export function mustFitInMemory(
  { bytesPerPicture }: KeepsRows,
  pictures: number,
  heapLimit: number = getHeapStatistics().heap_size_limit,
): void {
  const needed = ownBytes + pictures * bytesPerPicture;
  if (needed <= heapLimit) return;
  const most = Math.max(0, Math.floor((heapLimit - ownBytes) / bytesPerPicture));
  throw new UserError(
    `${pictures} pictures are too many to score in memory: this kind of experiment keeps the rows of all pictures, about ${Number((bytesPerPicture / 1000).toPrecision(3))} kB each, so it needs ${mebibytes(needed)} MiB, but the heap of Node ends at ${mebibytes(heapLimit)} MiB; use --limit ${most}, or set NODE_OPTIONS=--max-old-space-size=${mebibytes(needed)}`,
  );
}

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
