/** Blinds a part of a large list in a worker thread: the task contains the entries of some slots, but no plan. */
import { blindEntries, slotEntries, type TablePlan, type TableSecret } from '../crypto/tpsi-setup.ts';
import { concatBytes, piecesOf } from '../util/bytes.ts';

/** Consecutive slots. Entries are packed, because an array of views would send the buffers behind them to the worker. */
export interface BlindTask {
  readonly secret: TableSecret;
  /** The first slot. */
  readonly from: number;
  /** For each slot 1 if it holds an entry. */
  readonly taken: Uint8Array;
  /** Their entries, concatenated; all have the same length. */
  readonly packed: Uint8Array;
}

/** The task for the slots `from` (inclusive) to `to` (exclusive). */
export function blindTask(plan: TablePlan, secret: TableSecret, from: number, to: number): BlindTask {
  const entries = slotEntries(plan, from, to);
  const taken = Uint8Array.from(entries, (entry) => (entry ? 1 : 0));
  return { secret, from, taken, packed: concatBytes(...entries.filter((entry) => entry !== undefined)) };
}

/** The slots of a task, 32 bytes each. */
export function blindRange({ secret, from, taken, packed }: BlindTask): Uint8Array {
  const count = taken.reduce((sum, each) => sum + each, 0);
  const hashes = count === 0 ? [] : piecesOf(packed, packed.length / count);
  let next = 0;
  return blindEntries(
    Array.from(taken, (each) => (each ? hashes[next++] : undefined)),
    secret,
    from,
  );
}
