/** The third phase of a run: every strategy, on the same messages. */
import { join } from 'node:path';
import { inOrder } from './in-order.ts';
import { cellId, type PictureTask, type PlannedMessage, planMessages } from './plan.ts';
import type { StrategyTask } from './play.ts';
import { readObservations } from './rows-file.ts';
import type { RunContext } from './run-context.ts';
import { partialFolder, runFiles } from './run-folder.ts';
import { classifierThreshold, hashThreshold } from './score/thresholds.ts';
import type { StrategyResult } from './strategy-task.ts';
import type { PictureMemo, StrategyMemo } from './timings.ts';

/** What is done with every strategy: which messages are sent, and by which of the worker's tasks. */
export interface StrategyWork {
  readonly worker: string;
  readonly messages: readonly PlannedMessage[];
  /** What the worker is told beside a StrategyTask. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Runs every strategy that is not done yet; `workOn` says what is done with it on the pictures that could be used. */
export async function runStrategies(
  context: RunContext,
  tasks: readonly PictureTask[],
  done: readonly PictureMemo[],
  label: number,
  workOn: (usable: readonly PictureTask[]) => StrategyWork = (usable) => ({
    worker: 'runStrategy',
    messages: planMessages(context.experiment, usable),
  }),
): Promise<void> {
  const { experiment, digest, log, pool, out, onProgress, signal } = context;
  const usable = new Set(done.map(({ index }) => index));
  const work = workOn(tasks.filter(({ index }) => usable.has(index)));
  const rows = await readObservations(out);
  const shared = {
    experiment,
    thresholdBits: {
      near: hashThreshold(rows, experiment, experiment.messages.hash, true).bits,
      equality: 0,
      second: hashThreshold(rows, experiment, experiment.messages.secondHash, true).bits,
    },
    thresholdScore: classifierThreshold(rows, experiment, label).score,
    label,
    listPaths: {
      near: join(out, runFiles.list),
      equality: join(out, runFiles.equalityList),
      second: join(out, runFiles.secondList),
    },
    scratch: partialFolder(out),
    messages: work.messages,
    pictures: Object.fromEntries(
      tasks.map(({ index, picture: { id, group, topic, content, split } }) => [
        index,
        { id, group, topic, content, split },
      ]),
    ),
  };
  const already = log.done.filter(({ task }) => task.startsWith('strategy ')).length;
  let count = already;
  onProgress('running strategies', count, experiment.grid.strategy.length);
  await inOrder(
    experiment.grid.strategy.slice(already),
    pool.threads,
    (strategy) => {
      const cell = cellId(experiment, digest, { strategy });
      const task: StrategyTask = { ...shared, cell, strategy };
      return pool.run<StrategyResult>(work.worker, { ...task, ...work.extra });
    },
    async ({ rows: found, senderMillis, otherMillis }, strategy) => {
      const memo: StrategyMemo = { strategy, senderMillis, otherMillis };
      await log.append(`strategy ${strategy}`, found, memo);
      onProgress('running strategies', ++count, experiment.grid.strategy.length);
    },
    signal,
  );
}
