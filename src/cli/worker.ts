/** `presend worker --queue <url>`: does steps of the runs that wait at a queue. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { runAny } from '../experiment/run.ts';
import type { Queue } from '../harness/queue/queue.ts';
import { RunFolder } from '../harness/run-folder.ts';
import { PartDone } from '../harness/shard.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { checkDatabaseUrl } from '../server/store/database-url.ts';
import { InterruptedError, UserError } from '../util/errors.ts';
import { examples, wholeNumber } from './arguments.ts';
import { begunBy } from './begun.ts';
import { interruptible } from './interrupt.ts';
import { note } from './output.ts';
import { progressLine } from './progress.ts';

interface Options {
  queue: string;
  runs: string;
  dataset?: string;
  threads?: number;
  once?: boolean;
}

export const workerCommand = (): Command =>
  new Command('worker')
    .requiredOption('--queue <url>', 'the PostgreSQL database that presend run --queue names')
    .option('--runs <folder>', 'folder of the runs, which the coordinator sees too (a shared file system)', 'runs')
    .option('--dataset <name>', 'where the pictures are on this machine, if not where the run says')
    .option('--threads <n>', 'worker threads (default: one per core)', wholeNumber('--threads', 1))
    .option('--once', 'end when no run waits')
    .addHelpText(
      'after',
      examples('worker --queue $DATABASE_URL', 'worker --queue $DATABASE_URL --runs /shared/runs --once'),
    )
    .action(work);

/** Milliseconds between two looks for a run. */
const interval = 1000;

async function work({ queue: url, once = false, ...options }: Options): Promise<void> {
  checkDatabaseUrl(url, '--queue');
  const { Queue } = await import('../harness/queue/queue.ts');
  const queue = await Queue.open(url);
  queue.giveSigns();
  const progress = progressLine();
  try {
    await interruptible(progress, async (signal) => {
      let waits = false;
      const passedOver = new Set<string>();
      let last: string | undefined;
      while (!signal.aborted) {
        const run = await nextRun(queue, options.runs, { passedOver, last });
        if (run) {
          waits = false;
          last = run.runId;
          await workOn(run, queue, { ...options, signal });
        } else if (once) return;
        else {
          if (!waits) note('Waiting for a run');
          waits = true;
          await pause(interval);
        }
      }
      throw new InterruptedError('Interrupted; what is unfinished, other workers do');
    });
  } finally {
    await queue.close();
  }
}

/** A run that waits, whose folder is here. */
interface WaitingRun {
  readonly runId: string;
  readonly run: RunFolder;
  readonly record: RunRecord;
}

/**
 * The first one that is not the last, else the last; undefined if there is none. A coordinator that died may have left others: their folders
 * hold another run, or none, or one of another version, or a damaged one. None of them keeps a worker from the rest. `passedOver` has the
 * unreadable ones of which people know.
 */
export async function nextRun(
  queue: Pick<Queue, 'runs'>,
  folder: string,
  { passedOver, last }: { readonly passedOver: Set<string>; readonly last: string | undefined },
): Promise<WaitingRun | undefined> {
  const runs = await queue.runs();
  const others = runs.filter(({ runId }) => runId !== last);
  for (const { runId, folder: name } of [...others, ...runs.filter((each) => !others.includes(each))]) {
    const run = new RunFolder(join(folder, name));
    let record: RunRecord | undefined;
    try {
      record = await run.recordIfThere();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!passedOver.has(runId)) note(`Passed over: ${error.message}`);
      passedOver.add(runId);
      continue;
    }
    if (record?.runId === runId && (await run.isUnfinished())) return { runId, run, record };
  }
  return undefined;
}

/** Does jobs of a run until it is finished. */
async function workOn(
  { runId, run, record }: WaitingRun,
  queue: Queue,
  { dataset, threads, signal }: Pick<Options, 'dataset' | 'threads'> & { readonly signal: AbortSignal },
): Promise<void> {
  const { worker } = await import('../harness/queue/crew.ts');
  note(`Working on ${run.path}`);
  try {
    await runAny({
      ...begunBy(run, record, dataset),
      worker: worker(queue, runId),
      threads,
      onProgress: () => undefined,
      onNotice: note,
      signal,
    });
  } catch (error) {
    if (!(error instanceof PartDone)) throw error;
    note(error.message);
  }
}
