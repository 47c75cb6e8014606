/** A hash-leakage run, from pictures to metrics: hash and keep thumbnails, then every attack with its controls, each step kept as it is done. */

import { miniatureVersion } from '../../dataset/generated/miniature.ts';
import { openDataset } from '../../dataset/open.ts';
import type { HashLeakageExperiment } from '../../schema/hash-leakage.ts';
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import type { HashLeakControl, HashLeakPart, HashLeakSource } from '../../schema/hash-leakage-rows.ts';
import type { Observation } from '../../schema/observation.ts';
import { sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { Finished } from '../kind.ts';
import type { Pool } from '../pool.ts';
import type { RunOptions } from '../run-context.ts';
import { partialFolder } from '../run-folder.ts';
import { hashLeakageMetrics } from '../score/hash-leakage.ts';
import { phaseTimings, runSteps, type Step, type StepPlan } from '../step-run.ts';
import { type ChosenPicture, choosePictures } from './choose.ts';
import type { DrawTask, HashFilesTask, HashingResult } from './hashing.ts';
import type { InversionTask } from './inversion.ts';
import type { MembershipTask } from './membership.ts';
import { type FeaturesResult, type FeaturesTask, generatedDatasets, type ShownTask } from './shown.ts';
import type { TopicTask } from './topic.ts';

/** A network that a step used. */
interface StepMemo {
  readonly model: { readonly name: string; readonly sha256: string };
  readonly backend?: string;
}

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

/** Pictures that one step hashes. */
const batches = { files: 16, deep: 8, miniatures: 500 } as const;

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runHashLeakage = (options: RunOptions<HashLeakageExperiment>): Promise<Finished<HashLeakageMetrics>> =>
  runSteps(options, {
    plan: planOf,
    metrics: (rows, { dataset, notes }) => hashLeakageMetrics(rows, { experiment: options.experiment, dataset, notes }),
    timings: phaseTimings,
    networks: (memos: readonly StepMemo[]) => ({
      models: [...new Map(memos.map(({ model }) => [model.sha256, model])).values()],
      classifierBackend: memos.find(({ backend }) => backend)?.backend ?? 'none',
    }),
  });

async function planOf(options: RunOptions<HashLeakageExperiment>): Promise<StepPlan<StepMemo>> {
  const { experiment, limit, onProgress, out } = options;
  const { name, pictures, sha256 } = experiment.dataset;
  const dataset = await openDataset(name, {
    seed: experiment.seed,
    ...(pictures === undefined ? {} : { pictures }),
    onProgress: (done, total) => onProgress('making pictures', done, total),
  });
  if (sha256 !== undefined && sha256 !== dataset.sha256)
    throw new UserError(
      `Expected dataset ${sha256} for experiment '${experiment.name}' but '${dataset.name}' has sha256 ${dataset.sha256}; use the pictures that it names, or take the line out`,
    );
  const choice = choosePictures(dataset, experiment, limit);
  const scratch = partialFolder(out);
  const { training, validation, test } = experiment.miniatures;
  const drawn = JSON.stringify([miniatureVersion, experiment.seed, training, validation, test, experiment.membership]);
  return {
    dataset: { name: dataset.name, sha256: sha256Hex(`${choice.sha256}\n${drawn}`) },
    notes: choice.notes,
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

const sources: readonly HashLeakSource[] = ['dataset', 'miniatures'];

/** Every hash that is attacked for topics or inverted, once. */
const attacked = ({ topics, inversion }: HashLeakageExperiment): string[] => [
  ...new Set([...topics.hashes, ...inversion.hashes]),
];

const inPieces = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

function fileStep(task: HashFilesTask): Step<StepMemo> {
  return {
    name: `${task.collection} ${task.batch}`,
    async work(pool) {
      const { row, refused, model } = await pool.run<HashingResult>('hashLeakFiles', task);
      // The first pass has named pictures and refusals already.
      const rows: Observation[] = task.deep === undefined ? [...refused, row] : [];
      return { rows, memo: model ? { model } : null };
    },
  };
}

const about = ({ id, path, group, topic, part }: ChosenPicture) => ({ id, path, group, topic, part });

const hashingSteps = (experiment: HashLeakageExperiment, scratch: string, pictures: readonly ChosenPicture[]) =>
  inPieces(pictures, batches.files).map((batch, i) =>
    fileStep({
      scratch,
      collection: 'dataset',
      batch: i,
      hashes: [...new Set([...attacked(experiment), experiment.membership.hash, experiment.membership.equalityHash])],
      thumbnails: true,
      pictures: batch.map(about),
    }),
  );

function deepSteps(
  { topics: { deep }, seed }: HashLeakageExperiment,
  scratch: string,
  pictures: readonly ChosenPicture[],
) {
  if (!deep) return [];
  const drawn = new Set(seededRng(seed, 'deep').shuffle(pictures).slice(0, deep.pictures));
  const kept = pictures.filter((picture) => drawn.has(picture));
  return inPieces(kept, batches.deep).map((batch, i) =>
    fileStep({
      scratch,
      collection: 'deep',
      batch: i,
      hashes: [],
      thumbnails: false,
      pictures: batch.map(about),
      deep: deep.hash,
    }),
  );
}

function miniatureSteps(experiment: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
  const { seed, miniatures, membership } = experiment;
  const steps: Step<StepMemo>[] = [];
  let from = 0;
  const add = (collection: string, part: HashLeakPart, count: number, hashes: readonly string[]): void => {
    for (const end = from + count; from < end; from += batches.miniatures) {
      const task: DrawTask = {
        scratch,
        collection,
        batch: steps.length,
        hashes,
        thumbnails: collection === 'miniatures',
        seed,
        from,
        count: Math.min(batches.miniatures, end - from),
        part,
      };
      steps.push({
        name: `${collection} ${task.batch}`,
        async work(pool) {
          const { row } = await pool.run<HashingResult>('hashLeakMiniatures', task);
          // Candidates of the membership attack are nobody's training or test pictures.
          return { rows: collection === 'miniatures' ? [row] : [], memo: null };
        },
      });
    }
    from = Math.ceil(from / batches.miniatures) * batches.miniatures;
  };
  for (const part of ['training', 'validation', 'test'] as const)
    add('miniatures', part, miniatures[part], attacked(experiment));
  const { listed, known, others, hash, equalityHash } = membership;
  add('candidates', 'test', listed + known + others, [...new Set([hash, equalityHash])]);
  return steps;
}

/** A step that is one task of a worker, and rows. */
const rowStep = (name: string, task: object, run: string): Step<StepMemo> => ({
  name,
  async work(pool: Pool) {
    const found = await pool.run<Observation | readonly Observation[]>(run, task);
    return { rows: [found].flat() as Observation[], memo: null };
  },
});

function topicSteps({ seed, topics }: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
  const step = (
    source: HashLeakSource,
    hash: string,
    control: HashLeakControl,
    collection: string = source,
  ): Step<StepMemo> => {
    const task: TopicTask = { seed, scratch, collection, source, hash, control, deep: collection === 'deep' };
    return rowStep(`topics ${collection} ${hash} ${control}`, task, 'hashLeakTopics');
  };
  return [
    ...sources.flatMap((source) => [
      ...topics.hashes.flatMap((hash) => [step(source, hash, 'none'), step(source, hash, 'shuffled')]),
      step(source, topics.hashes[0]!, 'identity'),
    ]),
    ...(topics.deep
      ? (['none', 'shuffled'] as const).map((control) => step('dataset', topics.deep!.hash, control, 'deep'))
      : []),
  ];
}

function inversionSteps({ seed, inversion }: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
  const step = (source: HashLeakSource, hash: string, control: InversionTask['control']): Step<StepMemo> => {
    const task: InversionTask = { seed, scratch, collection: source, source, hash, control, test: inversion.test };
    return rowStep(`inversion ${source} ${hash} ${control}`, task, 'hashLeakInversion');
  };
  const shuffled = (source: HashLeakSource, hash: string): Step<StepMemo> => {
    const task: Omit<InversionTask, 'control'> = {
      seed,
      scratch,
      collection: source,
      source,
      hash,
      test: inversion.test,
    };
    return rowStep(`inversion ${source} ${hash} shuffled`, task, 'hashLeakInversionControl');
  };
  return sources.flatMap((source) => [
    ...inversion.hashes.flatMap((hash) => [step(source, hash, 'none'), shuffled(source, hash)]),
    step(source, inversion.hashes[0]!, 'identity'),
  ]);
}

function recoveredSteps({ inversion }: HashLeakageExperiment, scratch: string, dataset: string): Step<StepMemo>[] {
  const { hashes, classifier, shown } = inversion;
  const looked = sources.map((source): Step<StepMemo> => {
    const task: FeaturesTask = { scratch, source, hashes, classifier: classifier.name, pictures: classifier.pictures };
    return {
      name: `features ${source}`,
      async work(pool) {
        const { rows, model, backend } = await pool.run<FeaturesResult>('hashLeakFeatures', task);
        return { rows, memo: { model, backend } };
      },
    };
  });
  // Photographs are measured and not shown; where the dataset is none of the generator's, the miniatures still are.
  const drawn = sources.filter((source) => source === 'miniatures' || generatedDatasets.includes(dataset));
  const sheets = drawn.map((source) => {
    const task: ShownTask = { scratch, source, dataset, hashes, pictures: shown };
    return rowStep(`shown ${source}`, task, 'hashLeakShown');
  });
  return [...looked, ...(shown > 0 ? sheets : [])];
}

function membershipSteps({ seed, membership }: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
  return sources.flatMap((source) =>
    membership.strategies.map((strategy) => {
      const collection = source === 'miniatures' ? 'candidates' : source;
      const task: MembershipTask = { seed, scratch, collection, source, strategy, membership };
      return rowStep(`membership ${source} ${strategy}`, task, 'hashLeakMembership');
    }),
  );
}
