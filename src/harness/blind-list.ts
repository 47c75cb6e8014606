/** Blinds a list to a file, on every core and in the order of its slots, so that slots written before an interruption stay. */

import { readSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { elementBytes } from '../crypto/group.ts';
import { tableHeaderBytes, tableRoot } from '../crypto/tpsi-format.ts';
import { resumeAt, type TablePlan, type TableSecret, tableBytes } from '../crypto/tpsi-setup.ts';
import { syncFolder } from '../disk/write.ts';
import { equalBytes } from '../util/bytes.ts';
import { UserError } from '../util/errors.ts';
import { moduleBeside } from '../util/worker-loader.ts';
import { blindTask } from './blind-task.ts';
import { inOrder } from './in-order.ts';
import { startPool } from './pool.ts';

/** Slots per task: about fifty milliseconds of work. */
const chunk = 1024;

/** Bytes per read. */
const piece = 2 ** 20;

/** A table to write. */
interface Blinding {
  readonly plan: TablePlan;
  readonly secret: TableSecret;
  /** Path of the finished table; the unfinished one is at `partOf(out)`. */
  readonly out: string;
  readonly threads: number;
  readonly onProgress: (phase: string, done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** The unfinished file of a table. */
export const partOf = (out: string): string => `${out}.part`;

/**
 * Writes a table, or resumes an unfinished one, and returns its root as read back from the file. Throws an InterruptedError if `signal`
 * aborts, a UserError if the unfinished file belongs to another table.
 */
export async function blindToFile(blinding: Blinding): Promise<Uint8Array> {
  const part = partOf(blinding.out);
  const file = await open(part, 'a+');
  try {
    await writeSlots(blinding, file);
    const root = tableRoot(piecesOf(file.fd, tableBytes(blinding.plan), blinding.onProgress));
    await file.sync();
    await rename(part, blinding.out);
    await syncFolder(dirname(blinding.out));
    return root;
  } finally {
    await file.close();
  }
}

/** Writes the missing slots after the existing whole ones. */
async function writeSlots(
  { plan, secret, out, threads, onProgress, signal }: Blinding,
  file: FileHandle,
): Promise<void> {
  const from = resumeAt(Math.min((await file.stat()).size, tableBytes(plan)));
  if (from > 0) {
    const header = new Uint8Array(tableHeaderBytes);
    await file.read(header, 0, tableHeaderBytes, 0);
    if (!equalBytes(header, plan.header))
      throw new UserError(`${partOf(out)} is not the start of this table; start again with --force`);
  }
  await file.truncate(from);
  if (from === 0) await file.appendFile(plan.header);
  const { slots } = plan.placed;
  const starts: number[] = [];
  for (let slot = Math.max(0, (from - tableHeaderBytes) / elementBytes); slot < slots; slot += chunk) starts.push(slot);
  if (starts.length === 0) return;
  const end = (start: number): number => Math.min(start + chunk, slots);
  const pool = startPool(Math.min(threads, starts.length), moduleBeside(import.meta.url, './blind-task.ts'));
  try {
    onProgress('blinding slots', starts[0]!, slots);
    await inOrder(
      starts,
      pool.threads * 3,
      (start) => pool.run<Uint8Array>('blindRange', blindTask(plan, secret, start, end(start))),
      async (bytes, start) => {
        await file.appendFile(bytes);
        onProgress('blinding slots', end(start), slots);
      },
      signal,
    );
  } finally {
    await pool.close();
  }
}

/** A file from its beginning, piece by piece. */
function* piecesOf(fd: number, length: number, onProgress: Blinding['onProgress']): Generator<Uint8Array> {
  for (let at = 0; at < length; ) {
    const buffer = new Uint8Array(piece);
    const read = readSync(fd, buffer, 0, piece, at);
    if (read === 0) return;
    yield buffer.subarray(0, read);
    at += read;
    onProgress('computing the root', at, length);
  }
}
