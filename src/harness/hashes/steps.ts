/** Steps shared by experiments on hashes: choosing the pictures, and hashing each with its edits. */
import { rm } from 'node:fs/promises';
import { medianOrZero } from '../../metric/quantile.ts';
import type { DetectorFacts } from '../../schema/detector-file.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';
import { wallClock } from '../../util/clock.ts';
import { toHex } from '../../util/hex.ts';
import type { Detectors } from '../detectors/detectors.ts';
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

type FoundHash = Extract<HashedRow['outcome'], { state: 'hashed' }>['hashes'][string];

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
 * The step that hashes one picture and its edits: under a deep hash if one is named, otherwise under the other hashes and detectors. `hashes`
 * are names of both.
 */
export function pictureStep(
  { id, location, sha256, orient, group, topic, kind, part }: ChosenPicture,
  {
    hashes,
    detectors,
    ...task
  }: Pick<EditTask, 'seed' | 'sets' | 'hashes' | 'deep'> & { readonly detectors: Detectors },
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
      const asked: EditTask = {
        picture: { id, location, sha256, orient },
        ...task,
        hashes: hashes.filter((name) => !detectors.names.includes(name)),
        ...(deep === undefined ? { networks: detectors.networks, folder: detectors.folder } : {}),
      };
      const result = await pool.run<EditResult>('hashEdits', asked);
      if (result.state === 'refused')
        // The first pass has already reported it.
        return { rows: deep ? [] : [{ row: 'refused', picture: id, reason: result.reason }], memo: null };
      const { renderings, decodeMillis, editMillis, hashMillis, models } = result;
      const { rows, millis } = await withPrograms(
        renderings.map((each) => ({ row: row(each), path: each.path })),
        detectors,
      );
      return { rows, memo: { decodeMillis, editMillis, hashMillis: { ...hashMillis, ...millis }, models } };
    },
  };
}

/** The rows with the hashes of the programs of detectors, and how long each took per row. Removes the pictures. */
async function withPrograms(
  rendered: readonly { readonly row: HashedRow; readonly path: string | undefined }[],
  { programs }: Detectors,
): Promise<{ rows: HashedRow[]; millis: Record<string, number> }> {
  const paths = rendered.flatMap(({ path }) => path ?? []);
  const millis: Record<string, number> = {};
  try {
    const found = new Map<string | undefined, Record<string, FoundHash>>(paths.map((path) => [path, {}]));
    for (const program of paths.length > 0 ? programs : []) {
      const start = wallClock();
      for (const [i, answer] of (await program.hash(paths)).entries())
        found.get(paths[i])![program.name] =
          'refused' in answer ? answer : { hex: toHex(answer.hash), quality: answer.quality };
      millis[program.name] = (wallClock() - start) / paths.length;
    }
    const rows = rendered.map(({ row, path }): HashedRow => {
      const { outcome } = row;
      if (outcome.state !== 'hashed') return row;
      return { ...row, outcome: { ...outcome, hashes: { ...outcome.hashes, ...found.get(path) } } };
    });
    return { rows, millis };
  } finally {
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }
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
