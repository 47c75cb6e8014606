/** A trade-off run: strategies compared on the same messages. */

import type { Finished } from '../../harness/kind.ts';
import type { RunOptions } from '../../harness/run-context.ts';
import { pictureTasks } from '../../harness/scenario/plan.ts';
import { runScan } from '../../harness/scenario/scan-run.ts';
import type { Metrics } from './metrics.ts';
import { metricsOf } from './score.ts';

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runExperiment = (options: RunOptions): Promise<Finished<Metrics>> =>
  runScan(options, {
    scan: (experiment) => experiment,
    tasks: pictureTasks,
    metrics: (rows, experiment, facts) => metricsOf(rows, { ...facts, experiment }),
  });
