/** A hash-leakage run, from pictures to metrics: hash and keep thumbnails, then every attack with its controls, each step kept as it is done. */

import { miniatureVersion } from '../../dataset/generated/miniature.ts';
import { openDataset } from '../../dataset/open.ts';
import type { HashLeakageExperiment } from '../../schema/hash-leakage.ts';
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import { UserError } from '../../util/errors.ts';
import type { Finished } from '../kind.ts';
import { openingDataset, type RunOptions } from '../run-context.ts';
import { partialFolder } from '../run-folder.ts';
import { hashLeakageMetrics } from '../score/hash-leakage.ts';
import { phaseTimings, runSteps, type StepPlan } from '../step-run.ts';
import { inversionSteps, membershipSteps, recoveredSteps, topicSteps } from './attack-steps.ts';
import { choosePictures } from './choose.ts';
import { deepSteps, hashingSteps, miniatureSteps, type StepMemo } from './hashing-steps.ts';

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = [
  'miniature/…',
  'subsample/…',
  'parts/…',
  'deep',
  'shuffled/…/…',
  'recovered/…',
  'random/…',
  'control/…',
  'membership/…',
  'keys/…/…',
  'bootstrap/…',
];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runHashLeakage = (options: RunOptions<HashLeakageExperiment>): Promise<Finished<HashLeakageMetrics>> =>
  runSteps(options, {
    uses: ({ inversion, topics }) => ({
      classifiers: [inversion.classifier.name],
      deepHashes: topics.deep ? [topics.deep.hash] : [],
    }),
    plan: planOf,
    metrics: (rows, { dataset, notes }) => hashLeakageMetrics(rows, { experiment: options.experiment, dataset, notes }),
    timings: phaseTimings,
    networks: (memos: readonly StepMemo[]) => ({
      models: [...new Map(memos.map(({ model }) => [model.sha256, model])).values()],
      classifierBackend: memos.find(({ backend }) => backend)?.backend ?? 'none',
    }),
  });

async function planOf(options: RunOptions<HashLeakageExperiment>): Promise<StepPlan<StepMemo>> {
  const { experiment, limit, out } = options;
  const { name, pictures, sha256 } = experiment.dataset;
  const dataset = await openDataset(name, {
    seed: experiment.seed,
    ...(pictures === undefined ? {} : { pictures }),
    ...openingDataset(options),
    orient: experiment.dataset.orient,
  });
  if (sha256 !== undefined && sha256 !== dataset.sha256)
    throw new UserError(
      `Expected dataset ${sha256} for experiment '${experiment.name}' but '${dataset.name}' has sha256 ${dataset.sha256}; use the pictures that it names, or take the line out`,
    );
  const choice = choosePictures(dataset, experiment, limit);
  const scratch = partialFolder(out);
  return {
    dataset: { name: dataset.name, sha256: choice.sha256 },
    notes: [
      ...dataset.notices,
      ...choice.notes,
      `Miniatures are those of version ${miniatureVersion} of their generator.`,
    ],
    streams,
    refused: dataset.refused,
    phases: [
      { name: 'hashing', steps: hashingSteps(experiment, scratch, choice.pictures) },
      { name: 'drawing and hashing miniatures', steps: miniatureSteps(experiment, scratch) },
      { name: 'deep hash', steps: deepSteps(experiment, scratch, choice.pictures) },
      { name: 'topics', steps: topicSteps(experiment, scratch) },
      { name: 'inversion', steps: inversionSteps(experiment, scratch) },
      { name: 'what was recovered', steps: recoveredSteps(experiment, scratch, name) },
      { name: 'list membership', steps: membershipSteps(experiment, scratch) },
    ],
  };
}
