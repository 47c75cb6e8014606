/** A trade-off run: strategies compared on the same messages. */

import type { Run } from '../../harness/kind.ts';
import { pictureTasks } from '../../harness/scenario/plan.ts';
import { runScan } from '../../harness/scenario/scan-run.ts';
import type { Experiment } from './experiment.ts';
import type { Metrics } from './metrics.ts';
import type { TradeoffRow } from './rows.ts';

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runExperiment: Run<Experiment, TradeoffRow, Metrics> = (options, kind) =>
  runScan(options, kind, {
    scan: (experiment) => experiment,
    tasks: pictureTasks,
  });
