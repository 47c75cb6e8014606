/** A hash-leakage run, from pictures to metrics: hash and keep thumbnails, then every attack with its controls, each step kept as it is done. */

import { type Dataset, digestOf, type Picture } from '../../dataset/dataset.ts';
import { miniatureVersion } from '../../dataset/generated/miniature.ts';
import { groupsOf, subsample } from '../../dataset/groups.ts';
import { type Detectors, withOpenDetectors } from '../../harness/detectors/detectors.ts';
import type { Run } from '../../harness/kind.ts';
import { openNamedDataset } from '../../harness/open-dataset.ts';
import type { Pool } from '../../harness/pool.ts';
import { partialFolder } from '../../harness/run-folder.ts';
import type { RunOptions } from '../../harness/run-options.ts';
import { phaseTimings, runSteps, type Step, type StepPlan } from '../../harness/step-run.ts';
import type { Row } from '../../schema/row.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { withLeakageDetectors } from './detectors.ts';
import type { HashLeakageExperiment } from './experiment.ts';
import type { DrawTask, HashFilesTask, HashingResult } from './hashing.ts';
import type { InversionTask } from './inversion.ts';
import type { MembershipTask, TopicTask } from './membership.ts';
import type { HashLeakageMetrics } from './metrics.ts';
import type { HashLeakageRow, HashLeakControl, HashLeakPart, HashLeakSource } from './rows.ts';
import { type FeaturesResult, type FeaturesTask, generatedDatasets, type ShownTask } from './shown.ts';

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
export const runHashLeakage: Run<HashLeakageExperiment, HashLeakageRow, HashLeakageMetrics> = async (given, kind) => {
  const experiment = await withLeakageDetectors(given.experiment);
  const options = { ...given, experiment };
  return withOpenDetectors(options, (detectors) =>
    runSteps<HashLeakageExperiment, HashLeakageRow, HashLeakageMetrics, StepMemo>(options, kind, {
      uses: ({ inversion, topics }) => ({
        classifiers: [inversion.classifier.name],
        deepHashes: topics.deep ? [topics.deep.hash] : [],
        networkFiles: detectors.networks,
      }),
      plan: () => planOf(options, detectors),
      timings: phaseTimings,
      networks: (memos) => ({
        models: [...detectors.models, ...new Map(memos.map(({ model }) => [model.sha256, model])).values()],
        classifierBackend: memos.find(({ backend }) => backend)?.backend ?? 'none',
      }),
    }),
  );
};

async function planOf(options: RunOptions<HashLeakageExperiment>, detectors: Detectors): Promise<StepPlan<StepMemo>> {
  const { experiment, limit, out } = options;
  const dataset = await openNamedDataset(experiment, options);
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
      { name: 'hashing', steps: hashingSteps(experiment, scratch, choice.pictures, detectors) },
      { name: 'drawing and hashing miniatures', steps: miniatureSteps(experiment, scratch, detectors) },
      { name: 'deep hash', steps: deepSteps(experiment, scratch, choice.pictures, detectors) },
      { name: 'topics', steps: topicSteps(experiment, scratch) },
      { name: 'inversion', steps: inversionSteps(experiment, scratch) },
      { name: 'what was recovered', steps: recoveredSteps(experiment, scratch, experiment.dataset.name) },
      { name: 'list membership', steps: membershipSteps(experiment, scratch) },
    ],
  };
}

// Which pictures of a dataset a hash-leakage experiment uses, and for what: whole groups, each topic in about its shares.

/** A picture and what it is for. */
export interface ChosenPicture extends Picture {
  readonly part: HashLeakPart;
}

/** What is used of a dataset. */
export interface Choice {
  /** In the order of their ids. */
  readonly pictures: readonly ChosenPicture[];
  /** SHA-256 that names the pictures used. */
  readonly sha256: string;
  readonly notes: readonly string[];
}

/** Pictures of the experiment's kinds whose topics have groups enough, at most `limit`, each with its part. */
export function choosePictures(dataset: Dataset, experiment: HashLeakageExperiment, limit?: number): Choice {
  const { kinds, topics, seed } = experiment;
  const notes: string[] = [];
  let wanted = kinds ? dataset.pictures.filter(({ kind }) => kinds.includes(kind)) : [...dataset.pictures];
  if (wanted.length === 0) {
    notes.push(`No picture of '${dataset.name}' is of the kinds ${kinds?.join(', ')}: all are used.`);
    wanted = [...dataset.pictures];
  }
  if (limit !== undefined && limit < wanted.length) {
    wanted = subsample(wanted, { seed, limit });
    notes.push(`${wanted.length} of ${dataset.pictures.length} pictures were drawn, in whole groups.`);
  }
  const byTopic = new Map<string, Picture[][]>();
  for (const group of groupsOf(wanted).values()) {
    const { topic } = group[0]!;
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), group]);
  }
  const parts = new Map<string, HashLeakPart>();
  const small: string[] = [];
  for (const [topic, groups] of byTopic) {
    if (groups.length < topics.fewest) {
      small.push(topic);
      continue;
    }
    for (const [group, part] of partsOf(groups, topic, experiment)) parts.set(group, part);
  }
  if (small.length > 0)
    notes.push(
      `${small.length} topics with fewer than ${topics.fewest} groups were left out: ${small.sort().join(', ')}.`,
    );
  if (byTopic.size - small.length < 2)
    throw new UserError(
      `Dataset '${dataset.name}' has fewer than two topics of at least ${topics.fewest} groups each; use more pictures, or lower /topics/fewest`,
    );
  const kept = wanted.filter(({ group }) => parts.has(group));
  return {
    pictures: kept.map((picture): ChosenPicture => ({ ...picture, part: parts.get(picture.group)! })),
    sha256: digestOf(kept),
    notes,
  };
}

/** The groups of one topic, shuffled and dealt; every part gets at least one. */
function partsOf(
  groups: readonly Picture[][],
  topic: string,
  { seed, split }: HashLeakageExperiment,
): [group: string, part: HashLeakPart][] {
  const names = groups.map((group) => group[0]!.group).sort();
  const shuffled = seededRng(seed, `parts/${topic}`).shuffle(names);
  const validation = Math.max(1, Math.round(split.validation * names.length));
  const training = Math.min(names.length - validation - 1, Math.max(1, Math.round(split.training * names.length)));
  return shuffled.map((name, i) => [
    name,
    i < training ? 'training' : i < training + validation ? 'validation' : 'test',
  ]);
}

// Steps that hash pictures of the dataset and miniatures, and keep what attacks need.

/** A network that a step used. */
export interface StepMemo {
  readonly model: { readonly name: string; readonly sha256: string };
  readonly backend?: string;
}

/** Pictures that one step hashes. */
const batches = { files: 16, deep: 8, miniatures: 500 } as const;

/** Every hash that is attacked for topics or inverted, once. */
const attacked = ({ topics, inversion }: HashLeakageExperiment): string[] => [
  ...new Set([...topics.hashes, ...inversion.hashes]),
];

const inPieces = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

function fileStep(task: HashFilesTask, detectors: Detectors): Step<StepMemo> {
  return {
    name: `${task.collection} ${task.batch}`,
    async work(pool) {
      const { row, refused, model } = await detectors.run<HashingResult>(pool, 'hashLeakFiles', task);
      // The first pass has named pictures and refusals already.
      const rows: Row[] = task.deep === undefined ? [...refused, row] : [];
      return { rows, memo: model ? { model } : null };
    },
  };
}

const about = ({ id, location, sha256, orient, group, topic, part }: ChosenPicture) => ({
  ...{ id, location, sha256, group, topic, part },
  ...(orient ? { orient } : {}),
});

/** Pictures of the dataset under every hash, with their thumbnails. */
export const hashingSteps = (
  experiment: HashLeakageExperiment,
  scratch: string,
  pictures: readonly ChosenPicture[],
  detectors: Detectors,
) =>
  inPieces(pictures, batches.files).map((batch, i) =>
    fileStep(
      {
        scratch,
        collection: 'dataset',
        batch: i,
        hashes: [...new Set([...attacked(experiment), experiment.membership.hash, experiment.membership.equalityHash])],
        thumbnails: true,
        pictures: batch.map(about),
      },
      detectors,
    ),
  );

/** Some of them under the deep hash, where the experiment names one. */
export function deepSteps(
  { topics: { deep }, seed }: HashLeakageExperiment,
  scratch: string,
  pictures: readonly ChosenPicture[],
  detectors: Detectors,
) {
  if (!deep) return [];
  const drawn = new Set(seededRng(seed, 'deep').shuffle(pictures).slice(0, deep.pictures));
  const kept = pictures.filter((picture) => drawn.has(picture));
  return inPieces(kept, batches.deep).map((batch, i) =>
    fileStep(
      {
        scratch,
        collection: 'deep',
        batch: i,
        hashes: [],
        thumbnails: false,
        pictures: batch.map(about),
        deep: deep.hash,
      },
      detectors,
    ),
  );
}

/** Miniatures for the attacks, and candidates for the lists. */
export function miniatureSteps(
  experiment: HashLeakageExperiment,
  scratch: string,
  detectors: Detectors,
): Step<StepMemo>[] {
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
          const { row, refused } = await detectors.run<HashingResult>(pool, 'hashLeakMiniatures', task);
          // Candidates of the membership attack are nobody's training or test pictures.
          return { rows: [...refused, ...(collection === 'miniatures' ? [row] : [])], memo: null };
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

// Steps that attack, each with its controls: topics, pictures, list membership.

const sources: readonly HashLeakSource[] = ['dataset', 'miniatures'];

/** A step that is one task of a worker, and rows. */
const rowStep = (name: string, task: object, run: string): Step<StepMemo> => ({
  name,
  async work(pool: Pool) {
    const found = await pool.run<Row | readonly Row[]>(run, task);
    return { rows: [found].flat() as Row[], memo: null };
  },
});

/** Topic from hash: every hash of both sources. */
export function topicSteps({ seed, topics }: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
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

/** Picture from hash: every hash of both sources. */
export function inversionSteps({ seed, inversion }: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
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

/** What a network makes of recovered pictures, and the contact sheet, where pictures may be shown. */
export function recoveredSteps(
  { inversion }: HashLeakageExperiment,
  scratch: string,
  dataset: string,
): Step<StepMemo>[] {
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

/** List membership: every strategy on both sources. */
export function membershipSteps(experiment: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
  const { seed, membership, detectors = [] } = experiment;
  return sources.flatMap((source) =>
    membership.strategies.map((strategy) => {
      const collection = source === 'miniatures' ? 'candidates' : source;
      const task: MembershipTask = { seed, scratch, collection, source, strategy, membership, detectors };
      return rowStep(`membership ${source} ${strategy}`, task, 'hashLeakMembership');
    }),
  );
}
