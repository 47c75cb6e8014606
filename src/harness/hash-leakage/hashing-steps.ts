/** Steps that hash pictures of the dataset and miniatures, and keep what attacks need. */

import type { HashLeakageExperiment } from '../../schema/hash-leakage.ts';
import type { HashLeakPart } from '../../schema/hash-leakage-rows.ts';
import type { Observation } from '../../schema/observation.ts';
import { seededRng } from '../../util/rng.ts';
import type { Step } from '../step-run.ts';
import type { ChosenPicture } from './choose.ts';
import type { DrawTask, HashFilesTask, HashingResult } from './hashing.ts';

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

const about = ({ id, path, sha256, orient, group, topic, part }: ChosenPicture) => ({
  ...{ id, path, sha256, group, topic, part },
  ...(orient ? { orient } : {}),
});

/** Pictures of the dataset under every hash, with their thumbnails. */
export const hashingSteps = (experiment: HashLeakageExperiment, scratch: string, pictures: readonly ChosenPicture[]) =>
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

/** Some of them under the deep hash, where the experiment names one. */
export function deepSteps(
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

/** Miniatures for the attacks, and candidates for the lists. */
export function miniatureSteps(experiment: HashLeakageExperiment, scratch: string): Step<StepMemo>[] {
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
