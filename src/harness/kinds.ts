/** Every kind of experiment, by the name that experiment files give it. */
import { copyDetection, falsePositiveTail } from './benchmark/kind.ts';
import type { Finished, Kind } from './kind.ts';
import type { RunOptions } from './run-context.ts';
import { threshold } from './threshold/kind.ts';
import { tradeoff } from './tradeoff-kind.ts';

/** The kinds, in the order in which they are listed. An experiment file that names none is a trade-off. */
export const kinds = {
  tradeoff,
  'copy-detection': copyDetection,
  'false-positive-tail': falsePositiveTail,
  threshold,
};
export type KindName = keyof typeof kinds;

/** An experiment of any kind. */
export type AnyExperiment = ReturnType<(typeof kinds)[KindName]['check']>;

/** Metrics of a run of any kind. */
export type AnyMetrics = Awaited<ReturnType<(typeof kinds)[KindName]['metrics']>>;

/** The kind of a checked experiment. */
export const kindOf = (experiment: AnyExperiment): Kind<AnyExperiment, AnyMetrics> =>
  kinds[experiment.kind ?? 'tradeoff'] as Kind<AnyExperiment, AnyMetrics>;

/** Runs an experiment of any kind. */
export const runAny = (options: RunOptions<AnyExperiment>): Promise<Finished<AnyMetrics>> =>
  kindOf(options.experiment).run(options);
