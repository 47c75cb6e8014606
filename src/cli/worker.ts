/** `presend worker --queue <url>`: does steps of the runs that wait at a queue. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { runAny } from '../experiment/run.ts';
import type { Queue, QueuedRun } from '../harness/queue/queue.ts';
import { RunFolder } from '../harness/run-folder.ts';
import { PartDone } from '../harness/shard.ts';
import { checkDatabaseUrl } from '../server/store/database-url.ts';
import { InterruptedError } from '../util/errors.ts';
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
      while (!signal.aborted) {
        const run = await nextRun(queue, options.runs);
        if (run) {
          waits = false;
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

/** The first run that waits and whose folder is here. */
async function nextRun(queue: Queue, runs: string): Promise<QueuedRun | undefined> {
  for (const run of await queue.runs()) if (await new RunFolder(join(runs, run.folder)).hasRun()) return run;
  return undefined;
}

/** Does jobs of a run until it is finished. */
async function workOn(
  { runId, folder }: QueuedRun,
  queue: Queue,
  { runs, dataset, threads, signal }: Omit<Options, 'queue' | 'once'> & { readonly signal: AbortSignal },
): Promise<void> {
  const run = new RunFolder(join(runs, folder));
  const record = await run.recordIfThere();
  // It may have been finished, or taken away, in this moment; another run of the same name is not this one.
  if (record?.runId !== runId || !(await run.isUnfinished())) return void (await pause(interval));
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
