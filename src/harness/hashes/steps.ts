/** Steps shared by experiments on hashes: choosing the pictures, and hashing each with its edits. */
import { medianOrZero } from '../../metric/quantile.ts';
import type { DetectorFacts } from '../../schema/detector-file.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';
import type { Detectors } from '../detectors/detectors.ts';
import type { KeepsRows } from '../memory-check.ts';
import { type OnPictures, openNamedDataset } from '../open-dataset.ts';
import type { RunOptions } from '../run-options.ts';
import type { Step, StepPlan } from '../step-run.ts';
import { type ChosenPicture, choosePictures, type Parting } from './choose.ts';
import type { EditResult, EditTask, Rendering } from './tasks.ts';

/** Data that a step leaves in addition to its rows. */
export interface HashMemo {
  readonly decodeMillis: number;
  readonly editMillis: number;
  readonly hashMillis: Readonly<Record<string, number>>;
  readonly models: readonly { readonly name: string; readonly sha256: string }[];
}

/** Random streams of experiments on hashes; … stands for a name. */
export const hashStreams = [
  'miniature/…',
  'subsample/…',
  'parts/…',
  'deep',
  'prepare/…',
  'edit/…',
  'list',
  'recall …',
  'fpr …',
  'tail …',
  'hard/…',
  'extreme value/…',
];

/**
 * The memory of an experiment whose detectors keep vectors in rows. Scoring holds a vector three times: as base64 text in its row, decoded for its
 * detector, and laid out for comparison. `renderings`: of one picture.
 */
export function withVectors(
  keeps: KeepsRows | undefined,
  { detectors = [] }: { readonly detectors?: readonly DetectorFacts[] },
  renderings: number,
): { readonly keepsRows?: KeepsRows } {
  if (!keeps) return {};
  const floats = detectors.reduce((sum, { vector }) => sum + (vector?.dimensions ?? 0), 0);
  const bytes = Math.ceil(renderings * floats * 4 * (4 / 3 + 2));
  return { keepsRows: { ...keeps, bytesPerPicture: keeps.bytesPerPicture + bytes } };
}

/** An experiment on the hashes of a dataset's pictures. */
type OnDataset = Parting & OnPictures;

/** Opens the dataset and chooses the pictures. Throws a UserError if its SHA-256 differs from the experiment's. */
export async function chosenPictures({
  experiment,
  limit,
  ...options
}: Pick<RunOptions<OnDataset>, 'experiment' | 'out' | 'limit' | 'onProgress' | 'onNotice'>): Promise<
  Pick<StepPlan<HashMemo>, 'dataset' | 'refused' | 'notes'> & { readonly pictures: readonly ChosenPicture[] }
> {
  const dataset = await openNamedDataset(experiment, { ...options, limit });
  const choice = choosePictures(dataset, experiment, limit);
  return {
    dataset: { name: dataset.name, sha256: choice.sha256 },
    refused: dataset.refused,
    notes: [...dataset.notices, ...choice.notes],
    pictures: choice.pictures,
  };
}

/**
 * The step that hashes one picture and its edits: under deep hashes if some are named, otherwise under the other hashes and detectors. `hashes`
 * are names of both.
 */
export function pictureStep(
  { id, location, sha256, orient, group, topic, kind, part }: ChosenPicture,
  { detectors, ...task }: Pick<EditTask, 'seed' | 'sets' | 'hashes' | 'deep'> & { readonly detectors: Detectors },
): Step<HashMemo> {
  const { deep } = task;
  const row = ({ set, transform, outcome }: Rendering): HashedRow => ({
    row: 'hashed',
    picture: id,
    group,
    topic,
    kind,
    part,
    set,
    transform,
    outcome,
  });
  return {
    name: `${deep === undefined ? 'picture' : 'deep'} ${id}`,
    async work(pool) {
      const asked: EditTask = { picture: { id, location, sha256, orient }, ...task };
      const result = await detectors.run<EditResult>(pool, 'hashEdits', asked);
      if (result.state === 'refused')
        // The first pass has already reported it.
        return { rows: deep ? [] : [{ row: 'refused', picture: id, reason: result.reason }], memo: null };
      const { renderings, decodeMillis, editMillis, hashMillis, models } = result;
      return { rows: renderings.map(row), memo: { decodeMillis, editMillis, hashMillis, models } };
    },
  };
}

/** Medians over the pictures. A deep hash is listed with the hashes, and has its own phase. */
export function hashTimings(phases: Readonly<Record<string, number>>, memos: readonly HashMemo[]): Timings {
  const names = [...new Set(memos.flatMap(({ hashMillis }) => Object.keys(hashMillis)))];
  return {
    phases: { ...phases },
    perMessageMillis: {},
    hashMillis: Object.fromEntries(
      names.map((name) => [name, medianOrZero(memos.flatMap(({ hashMillis }) => hashMillis[name] ?? []))]),
    ),
    classifyMillis: null,
    decodeMillis: medianOrZero(memos.map(({ decodeMillis }) => decodeMillis)),
  };
}

/** The models for the record: networks of deep hashes, and programs. */
export const hashNetworks = (
  memos: readonly HashMemo[],
  { detectors = [] }: { readonly detectors?: readonly DetectorFacts[] },
): Pick<RunRecord, 'models' | 'classifierBackend'> => ({
  models: [
    ...detectors.flatMap(({ kind, name, sha256 }) => (kind === 'program' ? [{ name, sha256 }] : [])),
    ...new Map(memos.flatMap(({ models }) => models.map((model) => [model.sha256, model] as const))).values(),
  ],
  classifierBackend: 'none',
});
