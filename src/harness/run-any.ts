/** Running an experiment of whatever kind it is. */
import { type FinishedBenchmark, runBenchmark } from './benchmark/run.ts';
import { type AnyExperiment, isBenchmark, isThreshold } from './experiment-file.ts';
import { type FinishedRun, runExperiment } from './run.ts';
import type { RunOptions } from './run-context.ts';
import { type FinishedThreshold, runThreshold } from './threshold/run.ts';

/** A finished run of any kind. */
export type FinishedAny = FinishedRun | FinishedBenchmark | FinishedThreshold;

/** Runs it; see runExperiment, runBenchmark and runThreshold. */
export function runAny(options: RunOptions<AnyExperiment>): Promise<FinishedAny> {
  const { experiment } = options;
  if (isThreshold(experiment)) return runThreshold({ ...options, experiment });
  return isBenchmark(experiment) ? runBenchmark({ ...options, experiment }) : runExperiment({ ...options, experiment });
}
