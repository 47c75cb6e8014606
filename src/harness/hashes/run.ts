/** A benchmark, from experiment to metrics: pictures → hashes → (a deep hash) → metrics, each step kept as it is done. */

import { join } from 'node:path';
import { miniatureVersion } from '../../dataset/generated/miniature.ts';
import { openDataset } from '../../dataset/open.ts';
import { cacheFolder } from '../../disk/project.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import type { Timings } from '../../schema/run-record.ts';
import { idOf, sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { Finished } from '../kind.ts';
import type { Pool } from '../pool.ts';
import { openingDataset, type RunOptions } from '../run-context.ts';
import { runSteps, type Step, type StepPlan } from '../step-run.ts';
import { type ChosenPicture, choosePictures, miniatures, setSpecs, withPresets } from './choose.ts';
import type { Benchmark, CopyDetection } from './experiment.ts';
import type { BenchmarkMetrics } from './metrics.ts';
import { benchmarkMetrics } from './score.ts';
import type { EditResult, EditSetSpec, EditTask, HashedMiniature, MiniatureTask } from './tasks.ts';

/** What a step leaves beside its rows. */
interface StepMemo {
  readonly decodeMillis: number;
  readonly editMillis: number;
  readonly hashMillis: Readonly<Record<string, number>>;
  readonly model?: { readonly name: string; readonly sha256: string } | undefined;
}

/** Runs a benchmark. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export async function runBenchmark(given: RunOptions<Benchmark>): Promise<Finished<BenchmarkMetrics>> {
  const experiment =
    given.experiment.kind === 'copy-detection' ? await withPresets(given.experiment) : given.experiment;
  const options = { ...given, experiment };
  return runSteps(options, {
    uses: () => (experiment.kind === 'copy-detection' && experiment.deep ? { deepHashes: [experiment.deep.hash] } : {}),
    plan: planOf,
    metrics(rows, { dataset, notes }) {
      if (!rows.some((row) => row.row === 'hashed'))
        throw new UserError(`No picture of dataset '${dataset.name}' could be decoded`);
      const onProgress = (done: number, total: number): void => options.onProgress('comparing hashes', done, total);
      return benchmarkMetrics(rows, { experiment, dataset, notes, onProgress });
    },
    timings: timingsOf,
    networks: (memos) => ({
      models: [...new Map(memos.flatMap(({ model }) => (model ? [[model.sha256, model]] : []))).values()],
      classifierBackend: 'none',
    }),
  });
}

/** Random streams that are drawn from the seed of a benchmark; … stands for a name. */
const streams = [
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

async function planOf(options: RunOptions<Benchmark>, pool: Pool): Promise<StepPlan<StepMemo>> {
  const { experiment, limit } = options;
  const { name, pictures, sha256 } = experiment.dataset;
  if (experiment.kind === 'false-positive-tail' && name === miniatures) return miniaturePlan(options, pool);
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
  const about = { dataset: { name: dataset.name, sha256: choice.sha256 }, refused: dataset.refused };
  const steps = (of: readonly ChosenPicture[], sets: readonly EditSetSpec[], deep?: string): Step<StepMemo>[] =>
    of.map((picture) => pictureStep(picture, { seed: experiment.seed, sets, hashes: experiment.hashes, deep }));
  if (experiment.kind === 'false-positive-tail') {
    const unedited = [{ name: 'none', prepare: [], finish: [], edits: [] }];
    return {
      ...about,
      notes: [...dataset.notices, ...choice.notes],
      streams,
      phases: [{ name: 'hashing', steps: steps(choice.pictures, unedited) }],
    };
  }
  const sets = setSpecs(experiment);
  const deep = deepPictures(choice.pictures, experiment);
  const notes = deep.length === 0 ? [] : [`The deep hash was computed for ${deep.length} pictures.`];
  return {
    ...about,
    notes: [...dataset.notices, ...choice.notes, ...notes],
    streams,
    phases: [
      { name: 'hashing', steps: steps(choice.pictures, sets) },
      ...(experiment.deep ? [{ name: 'deep hash', steps: steps(deep, sets, experiment.deep.hash) }] : []),
    ],
  };
}

/** The pictures that the deep hash is computed for: drawn by the seed, in their order. */
function deepPictures(pictures: readonly ChosenPicture[], { deep, seed }: CopyDetection): ChosenPicture[] {
  if (!deep) return [];
  const drawn = new Set(seededRng(seed, 'deep').shuffle(pictures).slice(0, deep.pictures));
  return pictures.filter((picture) => drawn.has(picture));
}

function pictureStep(
  { id, path, sha256, orient, group, topic, kind, part }: ChosenPicture,
  { deep, ...task }: Omit<EditTask, 'picture' | 'deep'> & { readonly deep: string | undefined },
): Step<StepMemo> {
  const row = (rendering: Pick<HashedRow, 'set' | 'transform' | 'outcome'>): HashedRow => ({
    row: 'hashed',
    picture: id,
    group,
    topic,
    kind,
    part,
    ...rendering,
  });
  return {
    name: `${deep === undefined ? 'picture' : 'deep'} ${id}`,
    async work(pool) {
      const asked: EditTask = {
        picture: { id, path, sha256, orient },
        ...task,
        ...(deep === undefined ? {} : { deep }),
      };
      const result = await pool.run<EditResult>('hashEdits', asked);
      if (result.state === 'refused')
        // The first pass has said so already.
        return { rows: deep ? [] : [{ row: 'refused', picture: id, reason: result.reason }], memo: null };
      const { renderings, decodeMillis, editMillis, hashMillis, model } = result;
      return { rows: renderings.map(row), memo: { decodeMillis, editMillis, hashMillis, model } };
    },
  };
}

/** Miniatures that one task draws. */
const batch = 250;

async function miniaturePlan({ experiment, limit }: RunOptions<Benchmark>, pool: Pool): Promise<StepPlan<StepMemo>> {
  const { seed, hashes, dataset } = experiment;
  const pictures = Math.min(dataset.pictures ?? 1000, limit ?? Number.POSITIVE_INFINITY);
  const queries = experiment.kind === 'false-positive-tail' ? Math.round(pictures * experiment.queryShare) : 0;
  const what = { version: miniatureVersion, seed, pictures };
  // The first ones are hashed anew every time: what they hash to is part of the cache's name, so that hashes that were changed are not
  // taken from it.
  const probe: MiniatureTask = { seed, from: 0, count: Math.min(pictures, batch), hashes };
  const first = await pool.run<HashedMiniature[]>('hashMiniatures', probe);
  const folder = join(cacheFolder, `miniatures-${idOf({ ...what, pictures: 0, hashes, first })}`);
  const steps = Array.from({ length: Math.ceil(pictures / batch) }, (_, i): Step<StepMemo> => {
    const from = i * batch;
    const count = Math.min(batch, pictures - from);
    const cache = join(folder, `${from}-${count}.json`);
    return {
      name: `miniatures ${from} to ${from + count - 1}`,
      async work(each) {
        const task: MiniatureTask = { seed, from, count, hashes, cache };
        const made = await each.run<HashedMiniature[]>('hashMiniatures', task);
        return { rows: made.map((one, j) => miniatureRow(one, from + j, queries)), memo: null };
      },
    };
  });
  return {
    dataset: { name: miniatures, sha256: sha256Hex(JSON.stringify(what)) },
    notes: [],
    streams,
    phases: [{ name: 'drawing and hashing', steps }],
  };
}

function miniatureRow({ topic, hashes }: HashedMiniature, index: number, queries: number): HashedRow {
  const picture = `m${String(index).padStart(7, '0')}`;
  return {
    row: 'hashed',
    picture,
    group: picture,
    topic,
    kind: miniatures,
    part: index < queries ? 'query' : 'list',
    set: 'none',
    transform: 'none',
    outcome: { state: 'hashed', hashes },
  };
}

/** Medians over the pictures; a deep hash stands among the hashes, and its phase by itself. */
function timingsOf(phases: Readonly<Record<string, number>>, memos: readonly StepMemo[]): Timings {
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
