/** Refuses a run that would not fit in memory before it starts, instead of dying after hours of work. */
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { UserError } from '../util/errors.ts';

/** Heap that the program itself takes, in bytes: modules, plan and pools. */
export const ownBytes = 128 * 2 ** 20;

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

/** Messages that one deployment of a strategy holds at once, with what they hang on. */
export interface Held {
  /** The most messages of one deployment, and of one account. */
  readonly messages: number;
  readonly ofOneAccount: number;
  /** Bytes to which a message is padded. */
  readonly paddingBytes: number;
  /** Deployments that run at the same time. */
  readonly workers: number;
}

/** Throws a UserError if the messages of deployments that run at a time need more memory than there is. `memory`: bytes of the machine. */
export function messagesMustFit(
  { messages, ofOneAccount, paddingBytes, workers }: Held,
  memory: number = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
): void {
  // Measured: 0.2 MB a message with the default padding of 128 KiB. What the sender seals is kept once, and half of it is held in other forms.
  const needed = ownBytes + workers * messages * paddingBytes * 1.5;
  if (needed <= memory) return;
  const why =
    ofOneAccount === messages
      ? 'an account is in one piece, because strategies count what it sends: more accounts (/messages/accounts) send fewer messages each'
      : 'attacks on views need the messages of all accounts';
  throw new UserError(
    `${messages} messages in one deployment are too many: they need about ${mebibytes(needed)} MiB in ${workers} ${workers === 1 ? 'worker' : 'workers'}, and there are ${mebibytes(memory)} MiB; ${why}; --limit takes fewer pictures, --threads fewer workers`,
  );
}
