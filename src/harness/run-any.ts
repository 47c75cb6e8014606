/** Running an experiment of whatever kind it is. */
import { type FinishedBenchmark, runBenchmark } from './benchmark/run.ts';
import { type AnyExperiment, isBenchmark } from './experiment-file.ts';
import { type FinishedRun, runExperiment } from './run.ts';
import type { RunOptions } from './run-context.ts';

/** Runs it; see runExperiment and runBenchmark. */
export function runAny(options: RunOptions<AnyExperiment>): Promise<FinishedRun | FinishedBenchmark> {
  const { experiment } = options;
  return isBenchmark(experiment) ? runBenchmark({ ...options, experiment }) : runExperiment({ ...options, experiment });
}
