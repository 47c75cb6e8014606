/** Steps that attack, each with its controls: topics, pictures, list membership. */
import type { HashLeakageExperiment } from '../../schema/hash-leakage.ts';
import type { HashLeakControl, HashLeakSource } from '../../schema/hash-leakage-rows.ts';
import type { Observation } from '../../schema/observation.ts';
import type { Pool } from '../pool.ts';
import type { Step } from '../step-run.ts';
import type { StepMemo } from './hashing-steps.ts';
import type { InversionTask } from './inversion.ts';
import type { MembershipTask } from './membership.ts';
import { type FeaturesResult, type FeaturesTask, generatedDatasets, type ShownTask } from './shown.ts';
import type { TopicTask } from './topic.ts';

const sources: readonly HashLeakSource[] = ['dataset', 'miniatures'];

/** A step that is one task of a worker, and rows. */
const rowStep = (name: string, task: object, run: string): Step<StepMemo> => ({
  name,
  async work(pool: Pool) {
    const found = await pool.run<Observation | readonly Observation[]>(run, task);
    return { rows: [found].flat() as Observation[], memo: null };
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
export function membershipSteps({ seed, membership }: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
  return sources.flatMap((source) =>
    membership.strategies.map((strategy) => {
      const collection = source === 'miniatures' ? 'candidates' : source;
      const task: MembershipTask = { seed, scratch, collection, source, strategy, membership };
      return rowStep(`membership ${source} ${strategy}`, task, 'hashLeakMembership');
    }),
  );
}
