/** The third phase of a run: every strategy, on the same messages. */
import { join } from 'node:path';
import { inOrder } from './in-order.ts';
import { readObservations } from './log.ts';
import { cellId, type PictureTask, planMessages } from './plan.ts';
import type { RunContext } from './run-context.ts';
import { partialFolder, runFiles } from './run-folder.ts';
import { classifierThreshold, hashThreshold } from './score/thresholds.ts';
import type { StrategyResult, StrategyTask } from './strategy-task.ts';
import type { PictureMemo, StrategyMemo } from './timings.ts';

/** Runs every strategy that is not done yet. */
export async function runStrategies(
  context: RunContext,
  tasks: readonly PictureTask[],
  done: readonly PictureMemo[],
  label: number,
): Promise<void> {
  const { experiment, digest, log, pool, out, onProgress, signal } = context;
  const usable = new Set(done.map(({ index }) => index));
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
    messages: planMessages(
      experiment,
      tasks.filter(({ index }) => usable.has(index)),
    ),
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
      return pool.run<StrategyResult>('runStrategy', { ...shared, cell, strategy } satisfies StrategyTask);
    },
    async ({ rows: found, senderMillis, otherMillis }, strategy) => {
      const memo: StrategyMemo = { strategy, senderMillis, otherMillis };
      await log.append(`strategy ${strategy}`, found, memo);
      onProgress('running strategies', ++count, experiment.grid.strategy.length);
    },
    signal,
  );
}
