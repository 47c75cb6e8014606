/** Running an experiment of any kind. */
import { type Finished, type Kind, runKind } from '../harness/kind.ts';
import type { RunOptions } from '../harness/run-options.ts';
import { inProcess } from '../harness/run-options.ts';
import { UserError } from '../util/errors.ts';
import { type AnyExperiment, type AnyMetrics, type AnyRow, kinds } from './index.ts';

/** A kind, whichever it is. */
export type AnyKind = Kind<AnyExperiment, AnyRow, AnyMetrics>;

/** The kind of a checked experiment. */
export const kindOf = (experiment: AnyExperiment): AnyKind =>
  kinds[experiment.kind ?? 'tradeoff'] as unknown as AnyKind;

/** Runs an experiment of any kind. A UserError where a transport is asked for and nothing is deployed. */
export async function runAny(options: RunOptions<AnyExperiment>): Promise<Finished<AnyMetrics>> {
  const { experiment, transport = inProcess } = options;
  const kind = kindOf(experiment);
  if (kind.deploys) return runKind(kind, { ...options, transport });
  if (transport !== inProcess)
    throw new UserError(
      `--transport ${transport.name} is for experiments that deploy strategies; '${experiment.name}' does not`,
    );
  return runKind(kind, options);
}
