/** Every kind of experiment, by the name that experiment files give it. */

import { copyDetection, falsePositiveTail } from '../harness/hashes/kind.ts';
import type { Finished, Kind } from '../harness/kind.ts';
import type { RunOptions } from '../harness/run-context.ts';
import { inProcess } from '../harness/transport.ts';
import { UserError } from '../util/errors.ts';
import { baseRate } from './base-rate/kind.ts';
import { equality } from './equality/kind.ts';
import { evasion } from './evasion/kind.ts';
import { hashLeakage } from './hash-leakage/kind.ts';
import { leakage } from './leakage/kind.ts';
import { newContent } from './new-content/kind.ts';
import { power } from './power/kind.ts';
import { repurposing } from './repurposing/kind.ts';
import { scoreDrift } from './score-drift/kind.ts';
import { threshold } from './threshold/kind.ts';
import { tradeoff } from './tradeoff/kind.ts';

/** The kinds, in the order in which they are listed. An experiment file that names none is a trade-off. */
export const kinds = {
  tradeoff,
  'copy-detection': copyDetection,
  'false-positive-tail': falsePositiveTail,
  threshold,
  'new-content': newContent,
  'base-rate': baseRate,
  'score-drift': scoreDrift,
  power,
  evasion,
  leakage,
  'hash-leakage': hashLeakage,
  repurposing,
  equality,
};
export type KindName = keyof typeof kinds;

/** An experiment of any kind. */
export type AnyExperiment = ReturnType<(typeof kinds)[KindName]['check']>;

/** Metrics of a run of any kind. */
export type AnyMetrics = Awaited<ReturnType<(typeof kinds)[KindName]['metrics']>>;

/** The kind of a checked experiment. */
export const kindOf = (experiment: AnyExperiment): Kind<AnyExperiment, AnyMetrics> =>
  kinds[experiment.kind ?? 'tradeoff'] as Kind<AnyExperiment, AnyMetrics>;

/** Runs an experiment of any kind. A UserError where a transport is asked for and nothing is deployed. */
export async function runAny(options: RunOptions<AnyExperiment>): Promise<Finished<AnyMetrics>> {
  const { experiment, transport = inProcess } = options;
  const kind = kindOf(experiment);
  if (kind.deploys) return kind.run({ ...options, transport });
  if (transport !== inProcess)
    throw new UserError(
      `--transport ${transport.name} is for experiments that deploy strategies; '${experiment.name}' does not`,
    );
  return kind.run(options);
}
