/** Steps shared by experiments on scores: describing the networks, and scoring the renderings of a picture. */

import { digestOf, type Picture, type Refusal } from '../../dataset/dataset.ts';
import { subsample } from '../../dataset/groups.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import type { ScoreProgramFacts } from '../../schema/detector-file.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';
import type { ScorerRow } from '../../schema/scored.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { type OnPictures, openNamedDataset } from '../open-dataset.ts';
import type { Pool } from '../pool.ts';
import type { RunOptions } from '../run-options.ts';
import { type Phase, phaseTimings, type Step } from '../step-run.ts';
import { decoderText } from './scorer.ts';
import type { ScoreResult } from './tasks.ts';

/** Data that a step leaves in addition to its rows. */
export interface ScoreMemo {
  readonly decodeMillis?: number;
  readonly classifyMillis?: readonly number[];
  readonly network?: { readonly name: string; readonly sha256: string; readonly backend: string };
}

/** The module of `describeScorer`. */
const scorer = moduleBeside(import.meta.url, './scorer.ts');

/** The phase that loads each network once and records how it is used; of a program, its facts are recorded. */
export const scorerPhase = (
  classifiers: readonly { readonly name: string; readonly program?: ScoreProgramFacts | undefined }[],
): Phase<ScoreMemo> => ({
  name: 'networks',
  steps: classifiers.map(({ name: network, program }) => ({
    name: `network ${network}`,
    async work(pool) {
      const row = program
        ? programRow(network, program)
        : await pool.run<ScorerRow>('describeScorer', { network }, { module: scorer });
      return { rows: [row], memo: { network: { name: row.network, sha256: row.sha256, backend: row.backend } } };
    },
  })),
});

const programRow = (network: string, { label, sha256 }: ScoreProgramFacts): ScorerRow => ({
  row: 'scorer',
  network,
  sha256,
  labels: [label],
  backend: 'program',
  decoder: decoderText(),
  kernel: 'a PNG file of the decoded pixels, which the program reads',
});

/** The step that scores one picture with the worker function `work`. */
export const pictureStep = (
  { id, group, topic, kind }: Picture,
  work: (pool: Pool) => Promise<ScoreResult>,
): Step<ScoreMemo> => ({
  name: `picture ${id}`,
  async work(pool) {
    const picture = { row: 'scored' as const, picture: id, group, topic, kind };
    const result = await work(pool);
    if (result.state === 'refused')
      return { rows: [{ row: 'refused', picture: id, reason: result.reason }], memo: null };
    const { scored, decodeMillis, classifyMillis } = result;
    return { rows: scored.map((each) => ({ ...picture, ...each })), memo: { decodeMillis, classifyMillis } };
  },
});

/** Medians over decoded pictures and network passes. */
export function scoreTimings(phases: Readonly<Record<string, number>>, memos: readonly ScoreMemo[]): Timings {
  const classify = memos.flatMap(({ classifyMillis = [] }) => classifyMillis);
  return {
    ...phaseTimings(phases),
    classifyMillis: classify.length > 0 ? medianOrZero(classify) : null,
    decodeMillis: medianOrZero(memos.flatMap(({ decodeMillis }) => decodeMillis ?? [])),
  };
}

/** The networks for the record. */
export function scoreNetworks(memos: readonly ScoreMemo[]): Pick<RunRecord, 'models' | 'classifierBackend'> {
  const networks = memos.flatMap(({ network }) => network ?? []);
  return {
    models: networks.map(({ name, sha256 }) => ({ name, sha256 })),
    classifierBackend: [...new Set(networks.map(({ backend }) => backend))].join(', ') || 'none',
  };
}

// The pictures of an experiment on scores: its dataset, of the stated digest if there is one, up to a limit.

/** The selected pictures, in the order of their ids, and facts for the run's record. */
interface UsedPictures {
  readonly pictures: readonly Picture[];
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly refused: readonly Refusal[];
  readonly notes: readonly string[];
}

/** Opens the dataset. Throws a UserError if its SHA-256 differs from the experiment's. */
export async function usedPictures({
  experiment,
  limit,
  ...options
}: Pick<RunOptions<OnPictures>, 'experiment' | 'out' | 'limit' | 'onProgress' | 'onNotice'>): Promise<UsedPictures> {
  const dataset = await openNamedDataset(experiment, { ...options, limit });
  const kept = limit === undefined ? dataset.pictures : subsample(dataset.pictures, { seed: experiment.seed, limit });
  return {
    pictures: kept,
    dataset: { name: dataset.name, sha256: digestOf(kept) },
    refused: dataset.refused,
    notes: [
      ...dataset.notices,
      ...(kept.length < dataset.pictures.length
        ? [`${kept.length} of ${dataset.pictures.length} pictures were drawn, in whole groups.`]
        : []),
    ],
  };
}
