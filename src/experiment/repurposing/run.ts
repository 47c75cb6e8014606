/** A re-purposing experiment, from its pictures to metrics: everything hashed, then heads with hidden targets, each step kept as it is done. */
import { mobilenetV2 } from '../../classify/nsfwjs.ts';
import { openDataset } from '../../dataset/open.ts';
import type { Observation } from '../../schema/observation.ts';
import type { RepurposingExperiment } from '../../schema/repurposing.ts';
import type { RepurposingMetrics } from '../../schema/repurposing-metrics.ts';
import type { HiddenHeadRow, ScannedRow } from '../../schema/repurposing-rows.ts';
import type { Timings } from '../../schema/run-record.ts';
import { UserError } from '../../util/errors.ts';
import type { Finished } from '../kind.ts';
import type { Pool } from '../pool.ts';
import { openingDataset, type RunOptions } from '../run-context.ts';
import { partialFolder } from '../run-folder.ts';
import { repurposingMetrics } from '../score/repurposing.ts';
import { phaseTimings, runSteps, type Step, type StepPlan } from '../step-run.ts';
import { medianOrZero } from '../timings.ts';
import { type Choice, choosePictures } from './choose.ts';
import { deepHash } from './facts.ts';
import type { HeadTask } from './heads.ts';
import { type EmbeddedLocation, headSets } from './hidden.ts';
import type { ChosenPicture, Part } from './locations.ts';
import type { DrawTask, Looking, Scan, ScanTask } from './tasks.ts';

/** What a step leaves beside its rows. */
type Memo = Pick<Scan, 'drawMillis' | 'hashMillis' | 'model'>;

/** Photographs that one task draws. */
const batch = 12;

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = [
  'locations',
  'location/…',
  'held-out/…',
  'list',
  'subsample/…',
  'edit/…',
  'insert/…',
  'heads/…',
  'hidden/…',
  'interval/…',
];

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runRepurposing = (options: RunOptions<RepurposingExperiment>): Promise<Finished<RepurposingMetrics>> =>
  runSteps<RepurposingExperiment, RepurposingMetrics, Memo>(options, {
    uses: ({ classifier, hashes }) =>
      classifier || hashes.includes(deepHash) ? { classifiers: [mobilenetV2.name] } : {},
    plan: () => planOf(options),
    metrics: (rows, { dataset, notes }) => repurposingMetrics(rows, { experiment: options.experiment, dataset, notes }),
    timings: timingsOf,
    networks(memos) {
      const model = memos.find((memo) => memo.model)?.model;
      return model
        ? { models: [{ name: model.name, sha256: model.sha256 }], classifierBackend: model.backend }
        : { models: [], classifierBackend: 'none' };
    },
  });

async function planOf(options: RunOptions<RepurposingExperiment>): Promise<StepPlan<Memo>> {
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
  const keep = experiment.classifier ? partialFolder(out) : undefined;
  const looking: Looking = { seed: experiment.seed, hashes: experiment.hashes, keep };
  return {
    dataset: { name: dataset.name, sha256: choice.sha256 },
    refused: dataset.refused,
    notes: [...dataset.notices, ...choice.notes],
    streams,
    phases: [
      { name: 'ordinary pictures', steps: ordinarySteps(choice, experiment, looking) },
      { name: 'locations', steps: locationSteps(choice, looking) },
      ...(keep === undefined
        ? []
        : [
            {
              name: 'hidden targets',
              steps: (rows: readonly Observation[]) => headSteps(rows, choice, experiment, keep),
            },
          ]),
    ],
  };
}

/** Every picture of the dataset; the first of the list with edited copies too. */
function ordinarySteps({ ordinary }: Choice, { robustness }: RepurposingExperiment, looking: Looking): Step<Memo>[] {
  return ordinary.map((picture, i) => {
    const edited = picture.part.use === 'listed' && i < robustness.pictures;
    return pictureStep(picture, edited ? robustness.edits : [], looking);
  });
}

function pictureStep(
  { id, path, sha256, orient, part }: ChosenPicture,
  edits: ScanTask['edits'],
  looking: Looking,
): Step<Memo> {
  const task: ScanTask = { ...looking, picture: { id, path, sha256, orient }, edits };
  return {
    name: `picture ${id}`,
    work: (pool) => scan(pool, 'scanPicture', task, [{ id, part }]),
  };
}

function locationSteps({ photographs, drawn }: Choice, looking: Looking): Step<Memo>[] {
  const draws = drawn.flatMap(({ number, standpoints, photographs: all }) =>
    Array.from({ length: Math.ceil(all.length / batch) }, (_, i): Step<Memo> => {
      const shots = all.slice(i * batch, (i + 1) * batch);
      const task: DrawTask = {
        ...looking,
        location: number,
        standpoints,
        shots: shots.map(({ id, number: shot }) => ({ id, number: shot })),
      };
      return { name: `location ${number} ${i}`, work: (pool) => scan(pool, 'drawLocation', task, shots) };
    }),
  );
  return [...photographs.map((picture) => pictureStep(picture, [], looking)), ...draws];
}

/** Rows of the pictures that a task looked at. */
async function scan(
  pool: Pool,
  task: string,
  asked: ScanTask | DrawTask,
  pictures: readonly { readonly id: string; readonly part: Part }[],
): Promise<{ rows: ScannedRow[]; memo: Memo | null }> {
  const parts = new Map(pictures.map(({ id, part }) => [id, part]));
  const { scanned, ...memo } = await pool.run<Scan>(task, asked);
  const rows = scanned.map(
    ({ picture, edit, outcome }): ScannedRow => ({ row: 'scanned', picture, ...parts.get(picture)!, edit, outcome }),
  );
  return { rows, memo };
}

function headSteps(
  rows: readonly Observation[],
  { ordinary }: Choice,
  { classifier, seed }: RepurposingExperiment,
  keep: string,
): Step<Memo>[] {
  const usable = rows.filter(
    (row): row is ScannedRow => row.row === 'scanned' && row.edit === 'none' && row.outcome.state === 'hashed',
  );
  const known = new Set(usable.map(({ picture }) => picture));
  const pictures = ordinary
    .filter(({ id }) => known.has(id))
    .map(({ id, group, topic }) => ({ id, group, label: topic }));
  const locations = new Map<string, { name: string; insertable: string[]; heldOut: string[] }>();
  for (const { location, split, use, picture } of usable) {
    if (location === undefined || split !== 'evaluation') continue;
    const found: EmbeddedLocation & { insertable: string[]; heldOut: string[] } = locations.get(location) ?? {
      name: location,
      insertable: [],
      heldOut: [],
    };
    (use === 'held-out' ? found.heldOut : found.insertable).push(picture);
    locations.set(location, found);
  }
  const { poisoned, ridge } = classifier!;
  return headSets(pictures, [...locations.values()], classifier!, seed).map((sets): Step<Memo> => {
    const task: HeadTask = { keep, sets, poisoned, ridge };
    return {
      name: `hidden ${sets.targetKind} ${sets.target} ${sets.repeat}`,
      work: async (pool) => ({ rows: await pool.run<HiddenHeadRow[]>('trainHidden', task), memo: null }),
    };
  });
}

const timingsOf = (phases: Readonly<Record<string, number>>, memos: readonly Memo[]): Timings => {
  const names = [...new Set(memos.flatMap(({ hashMillis }) => Object.keys(hashMillis)))];
  return {
    ...phaseTimings(phases),
    hashMillis: Object.fromEntries(
      names.map((name) => [name, medianOrZero(memos.flatMap(({ hashMillis }) => hashMillis[name] ?? []))]),
    ),
    decodeMillis: medianOrZero(memos.map(({ drawMillis }) => drawMillis)),
  };
};
