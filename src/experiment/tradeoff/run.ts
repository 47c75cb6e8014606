/** A trade-off run: strategies compared on the same messages. */
import type { Metrics } from '../schema/metrics.ts';
import type { Finished } from './kind.ts';
import { pictureTasks } from './plan.ts';
import type { RunOptions } from './run-context.ts';
import { runScan } from './scan-run.ts';
import { metricsOf } from './score/metrics.ts';

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runExperiment = (options: RunOptions): Promise<Finished<Metrics>> =>
  runScan(options, {
    scan: (experiment) => experiment,
    tasks: pictureTasks,
    metrics: (rows, experiment, facts) => metricsOf(rows, { ...facts, experiment }),
  });
