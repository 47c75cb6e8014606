/** A leakage run: the messages of a trade-off, and every attack on what each role saw of them. */
import type { LeakageExperiment } from '../../schema/leakage.ts';
import type { LeakageMetrics } from '../../schema/leakage-metrics.ts';
import type { Finished } from '../kind.ts';
import type { RunOptions } from '../run-context.ts';
import { runScan } from '../scan-run.ts';
import { leakageMetrics } from '../score/leakage.ts';
import { galleryMessages, leakageTasks, realMessages, scanOf } from './plan.ts';

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runLeakage = (options: RunOptions<LeakageExperiment>): Promise<Finished<LeakageMetrics>> =>
  runScan(options, {
    scan: scanOf,
    tasks: leakageTasks,
    work: (experiment) => (tasks) => {
      const real = realMessages(scanOf(experiment), tasks);
      return {
        worker: 'measureLeakage',
        messages: [...real, ...galleryMessages(real.length, tasks)],
        extra: { real: real.length },
      };
    },
    streams: ['leak/…'],
    metrics: (rows, experiment, facts) => leakageMetrics(rows, { ...facts, experiment }),
  });
