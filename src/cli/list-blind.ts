/** `presend list blind`: makes the blinded table of threshold private set intersection from a hash list of any size. */
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { planTable, tableBytes } from '../crypto/tpsi-setup.ts';
import { resumeCommand } from '../disk/command-line.ts';
import { type Lock, takeLock } from '../disk/lock.ts';
import { blindToFile } from '../harness/blind-list.ts';
import type { HashList } from '../match/hash-list.ts';
import { piecesOf } from '../util/bytes.ts';
import { InterruptedError, isAbsent, reasonOf, systemCode, UserError, unexpected } from '../util/errors.ts';
import { toHex } from '../util/hex.ts';
import { atMost, examples, wholeNumber } from './arguments.ts';
import { algorithmOption } from './hash-file.ts';
import { interruptible } from './interrupt.ts';
import { formatOption, type ListOptions, openList, remarks } from './list-file.ts';
import { facts, jsonText, note, say } from './output.ts';
import { progressLine } from './progress.ts';
import { defaultLoad, newSecrets, savedSecrets, type TableOptions } from './table-secrets.ts';

interface Options extends ListOptions, TableOptions {
  secrets?: string;
  threads?: number;
  resume?: boolean;
  json?: boolean;
}

export const blindCommand = (): Command =>
  new Command('blind')
    .description('encrypt a hash list as the table of threshold-psi, with new secrets, on all cores')
    .argument('<file>', 'hash list in any format; its hashes are matched for equality')
    .requiredOption('--out <file>', 'where the table goes')
    .option('--secrets <file>', 'file for the secrets, readable only by you (default: the table’s path with .secrets)')
    .option('--load <share>', `share of the slots that hold entries (default: ${defaultLoad})`, loadOption)
    .option('--epoch <n>', 'number of the table (default: the version of the list)', epochOption)
    .option('--seed <n>', 'secrets from a seed, for experiments only (default: random)', wholeNumber('--seed', 0))
    .option(...algorithmOption)
    .option(...formatOption)
    .option('--threads <n>', 'worker threads (default: one per core)', wholeNumber('--threads', 1))
    .option('--resume', 'continue a table that was interrupted')
    .option('--force', 'overwrite an existing table and its secrets')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples('list blind list.presend --out table.tpsi', 'list blind list.presend --out table.tpsi --resume'),
    )
    .action(blind);

const epochOption = (text: string): number => atMost('--epoch', wholeNumber('--epoch', 0)(text), 0xffff_ffff);

function loadOption(text: string): number {
  const load = Number(text);
  if (!(load >= 0.001 && load < 0.5)) throw unexpected('--load', 'a number from 0.001 to below 0.5', text);
  return load;
}

async function blind(path: string, options: Options): Promise<void> {
  const { out, secrets: secretsPath = `${out}.secrets`, threads = availableParallelism() } = options;
  const opened = await openList(path, options);
  const { list } = opened;
  for (const each of remarks(opened)) note(each);
  if (list.detector?.dimensions !== undefined)
    throw new UserError(
      `threshold-psi compares bits for equality, and ${path} has vectors of ${list.detector.dimensions} numbers; make the list with --bits`,
    );
  // Before anything is read or removed that another process may be at work on.
  const lock = await lockOf(out);
  try {
    await blindList(list, { ...options, secretsPath, threads });
  } finally {
    await lock?.release();
  }
}

/** The lock of a table. Undefined where its folder is not there, which the writing of its secrets reports. */
async function lockOf(out: string): Promise<Lock | undefined> {
  try {
    return await takeLock(`${out}.lock`, out);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (systemCode(error) === undefined) throw error;
    throw new UserError(`${out} cannot be written: ${reasonOf(error)}`);
  }
}

async function blindList(
  list: HashList,
  { secretsPath, threads, ...options }: Options & { readonly secretsPath: string; readonly threads: number },
): Promise<void> {
  const { out } = options;
  const { secret, epoch, load } = await (options.resume ? savedSecrets : newSecrets)(secretsPath, list, options);
  const entries = piecesOf(list.packed, list.bits / 8);
  const progress = progressLine();
  progress.update('placing entries', 0, entries.length);
  const plan = planTable(entries, secret, epoch, load);
  const root = await interruptible(progress, (signal) =>
    blindToFile({ plan, secret, out, threads, onProgress: progress.update, signal }),
  ).catch((error) => {
    if (error instanceof InterruptedError)
      throw new InterruptedError(`Interrupted; continue with: ${resumeCommand(process.argv.slice(2), out)}`);
    throw error instanceof UserError || systemCode(error) === undefined
      ? error
      : new UserError(`${out} cannot be written: ${reasonOf(error)}`);
  });
  const { slots, attempts, duplicates } = plan.placed;
  const made = {
    table: out,
    secrets: secretsPath,
    epoch,
    entries: entries.length - duplicates,
    duplicates,
    slots,
    attempts,
    bytes: tableBytes(plan),
    root: toHex(root),
  };
  if (options.json) return say(jsonText(made, 2));
  const { bytes, ...rest } = made;
  say(facts([...Object.entries(rest), ['bytes per slot', (bytes / slots).toFixed(2)]]));
}
