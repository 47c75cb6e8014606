/**
 * Shards: processes on one or several machines that share the folder of a run, and its steps. A shard needs no other one to be at work: it does its
 * part of a phase, and of the next phase once all parts of the one before are there. So an array of jobs can be started twice, or told to wait.
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Lock, takeLock } from '../disk/lock.ts';
import { UserError } from '../util/errors.ts';
import type { Shard } from './run-options.ts';

/** A process that does a part of a run has done what it can. It ends well; no result is lost. */
export class PartDone extends Error {
  override readonly name = 'PartDone';
}

/** What a shard says when it has done what it can. */
export function shardDone({ index, of }: Shard, out: string, state: 'all' | { readonly left: number }): PartDone {
  const who = `Shard ${index} of ${of}`;
  const merge = `presend merge ${out}`;
  return new PartDone(
    state === 'all'
      ? `${who} is done, and so are all others. Finish the run with: ${merge}`
      : `${who} has done its part so far. ${state.left === 1 ? '1 step of another shard is' : `${state.left} steps of other shards are`} missing: run this shard again when they are done, or finish the run on this machine with: ${merge}`,
  );
}

const lockEnding = '.lock';

/** Name of the log of a shard. */
export const logOf = ({ index, of }: Shard): string => `shard-${index}-of-${of}`;

/** Takes the lock of a shard. Throws a UserError that names another process that is working on it. */
export const takeShard = (partial: string, shard: Shard): Promise<Lock> =>
  takeLock(join(partial, logOf(shard) + lockEnding), `shard ${shard.index} of ${shard.of}`);

/** Throws a UserError that names a shard that another process is working on. */
export async function shardsAtWork(partial: string): Promise<void> {
  for (const name of await readdir(partial))
    if (name.startsWith('shard-') && name.endsWith(lockEnding)) {
      const [, index, of] = /^shard-(\d+)-of-(\d+)$/.exec(basename(name, lockEnding)) ?? [];
      await (await takeLock(join(partial, name), `shard ${index} of ${of}`)).release();
    }
}

/** A shard as typed, e.g. `3/8`. Throws a UserError with what is wrong. */
export function shardOf(text: string, wait: boolean): Shard {
  const [, index, of] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (!index || !of || index > of)
    throw new UserError(`Expected i/n with i from 1 to n for --shard, e.g. 3/8, but received '${text}'`);
  return { index, of, wait };
}
