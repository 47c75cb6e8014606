/** A trade-off run: strategies compared on the same messages. */

import type { Run } from '../../harness/kind.ts';
import { pictureTasks } from '../../harness/scenario/plan.ts';
import { runDeployments } from '../../harness/scenario/steps.ts';
import { withTradeoffDetectors } from './detectors.ts';
import { clipSceneOf, type Experiment, scenarioOf } from './experiment.ts';
import type { Metrics } from './metrics.ts';
import type { TradeoffRow } from './rows.ts';

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runExperiment: Run<Experiment, TradeoffRow, Metrics> = async (options, kind) =>
  runDeployments({ ...options, experiment: await withTradeoffDetectors(options.experiment) }, kind, {
    scenario: scenarioOf,
    hashes: ({ grid }) => grid.hash,
    clips: clipSceneOf,
    tasks: (experiment, pictures, scratch) => pictureTasks(scenarioOf(experiment), experiment.grid, pictures, scratch),
  });
