/** A re-purposing experiment, from its pictures to metrics: everything hashed, then heads with hidden targets, each step kept as it is done. */

import { mobilenetV2 } from '../../classify/nsfwjs.ts';
import { type Dataset, digestOf, type Picture } from '../../dataset/dataset.ts';
import { locationVersion } from '../../dataset/generated/location.ts';
import { groupsOf, subsample } from '../../dataset/groups.ts';
import { type Detectors, withOpenDetectors } from '../../harness/detectors/detectors.ts';
import type { Run } from '../../harness/kind.ts';
import { openNamedDataset } from '../../harness/open-dataset.ts';
import type { Pool } from '../../harness/pool.ts';
import { partialFolder } from '../../harness/run-folder.ts';
import type { RunOptions } from '../../harness/run-options.ts';
import { phaseTimings, runSteps, type Step, type StepPlan } from '../../harness/step-run.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import { everyRow, type RowSource } from '../../schema/row.ts';
import type { Timings } from '../../schema/run-record.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { withRepurposingDetectors } from './detectors.ts';
import type { RepurposingExperiment } from './experiment.ts';
import { type EmbeddedLocation, type HeadTask, headSets } from './heads.ts';
import type { RepurposingMetrics } from './metrics.ts';
import type { HiddenHeadRow, RepurposingRow, ScannedRow } from './rows.ts';
import { deepHash } from './score-facts.ts';
import {
  type ChosenPicture,
  type DrawnLocation,
  type DrawTask,
  drawnLocations,
  drawnNames,
  type Looking,
  labelledLocations,
  labelledPhotographs,
  type Part,
  type Scan,
  type ScanTask,
  splitLocations,
} from './tasks.ts';

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
export const runRepurposing: Run<RepurposingExperiment, RepurposingRow, RepurposingMetrics> = async (given, kind) => {
  const options = { ...given, experiment: await withRepurposingDetectors(given.experiment) };
  return withOpenDetectors(options, (detectors) =>
    runSteps<RepurposingExperiment, RepurposingRow, RepurposingMetrics, Memo>(options, kind, {
      uses: ({ classifier, hashes }) => ({
        ...(classifier || hashes.includes(deepHash) ? { classifiers: [mobilenetV2.name] } : {}),
        networkFiles: detectors.networks,
      }),
      plan: () => planOf(options, detectors),
      timings: timingsOf,
      networks(memos) {
        const model = memos.find((memo) => memo.model)?.model;
        return {
          models: [...detectors.models, ...(model ? [{ name: model.name, sha256: model.sha256 }] : [])],
          classifierBackend: model?.backend ?? 'none',
        };
      },
    }),
  );
};

async function planOf(
  options: RunOptions<RepurposingExperiment>,
  detectors: Detectors,
): Promise<StepPlan<Memo, RepurposingRow>> {
  const { experiment, limit, out } = options;
  const dataset = await openNamedDataset(experiment, options);
  const choice = choosePictures(dataset, experiment, limit);
  const keep = experiment.classifier ? partialFolder(out) : undefined;
  const how: How = { looking: { seed: experiment.seed, hashes: experiment.hashes, keep }, detectors };
  return {
    dataset: { name: dataset.name, sha256: choice.sha256 },
    refused: dataset.refused,
    notes: [...dataset.notices, ...choice.notes],
    streams,
    phases: [
      { name: 'ordinary pictures', steps: ordinarySteps(choice, experiment, how) },
      { name: 'locations', steps: locationSteps(choice, how) },
      ...(keep === undefined
        ? []
        : [
            {
              name: 'hidden targets',
              steps: async (rows: RowSource<RepurposingRow>) =>
                headSteps(await everyRow(rows), choice, experiment, keep),
            },
          ]),
    ],
  };
}

/** How workers look at pictures. */
interface How {
  readonly looking: Looking;
  readonly detectors: Detectors;
}

/** Every picture of the dataset; the first of the list with edited copies too. */
function ordinarySteps({ ordinary }: Choice, { robustness }: RepurposingExperiment, how: How): Step<Memo>[] {
  return ordinary.map((picture, i) => {
    const edited = picture.part.use === 'listed' && i < robustness.pictures;
    return pictureStep(picture, edited ? robustness.edits : [], how);
  });
}

function pictureStep(
  { id, location, sha256, orient, part }: ChosenPicture,
  edits: ScanTask['edits'],
  { looking, detectors }: How,
): Step<Memo> {
  const task: ScanTask = { ...looking, picture: { id, location, sha256, orient }, edits };
  return {
    name: `picture ${id}`,
    work: (pool) => scan(detectors, pool, 'scanPicture', task, [{ id, part }]),
  };
}

function locationSteps({ photographs, drawn }: Choice, how: How): Step<Memo>[] {
  const draws = drawn.flatMap(({ number, standpoints, photographs: all }) =>
    Array.from({ length: Math.ceil(all.length / batch) }, (_, i): Step<Memo> => {
      const shots = all.slice(i * batch, (i + 1) * batch);
      const task: DrawTask = {
        ...how.looking,
        location: number,
        standpoints,
        shots: shots.map(({ id, number: shot }) => ({ id, number: shot })),
      };
      return {
        name: `location ${number} ${i}`,
        work: (pool) => scan(how.detectors, pool, 'drawLocation', task, shots),
      };
    }),
  );
  return [...photographs.map((picture) => pictureStep(picture, [], how)), ...draws];
}

/** Rows of the pictures that a task looked at. */
async function scan(
  detectors: Detectors,
  pool: Pool,
  task: string,
  asked: ScanTask | DrawTask,
  pictures: readonly { readonly id: string; readonly part: Part }[],
): Promise<{ rows: ScannedRow[]; memo: Memo | null }> {
  const parts = new Map(pictures.map(({ id, part }) => [id, part]));
  const { scanned, ...memo } = await detectors.run<Scan>(pool, task, asked);
  const rows = scanned.map(
    ({ picture, edit, outcome }): ScannedRow => ({ row: 'scanned', picture, ...parts.get(picture)!, edit, outcome }),
  );
  return { rows, memo };
}

function headSteps(
  rows: readonly RepurposingRow[],
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

// Which pictures a re-purposing experiment uses, and as what: whole groups are drawn by the seed, so that no group has two uses.

/** What an experiment uses. */
export interface Choice {
  /** Listed pictures first; those that come last leave a list that is poisoned. Then bystanders. */
  readonly ordinary: readonly ChosenPicture[];
  /** Photographs of locations, where the dataset has them. */
  readonly photographs: readonly ChosenPicture[];
  /** Locations that are drawn, where the dataset is the generated one. */
  readonly drawn: readonly DrawnLocation[];
  readonly sha256: string;
  readonly notes: readonly string[];
}

/** The choice. A UserError where there are too few pictures or locations. */
export function choosePictures(dataset: Dataset, experiment: RepurposingExperiment, limit?: number): Choice {
  const { seed, locations, kinds } = experiment;
  const kept = limit === undefined ? dataset.pictures : subsample(dataset.pictures, { seed, limit });
  const isDrawn = dataset.name === 'generated';
  const places = isDrawn ? new Map<string, Picture[]>() : labelledLocations(kept, experiment);
  const names = isDrawn ? drawnNames(experiment) : [...places.keys()].sort();
  if (names.length < 4)
    throw new UserError(
      `Dataset '${dataset.name}' has ${names.length} locations of at least ${locations.labelled.leastPhotographs} photographs, and 4 are needed: take a smaller /locations/labelled/leastPhotographs, or other kinds`,
    );
  const splits = splitLocations(names, locations.calibrationShare, seed);
  const photographs = labelledPhotographs(places, experiment, splits);
  const shown = new Set(photographs.map(({ group }) => group));
  const ordinary = listAndBystanders(
    kept.filter(({ kind, group, topic }) => !shown.has(group) && !places.has(topic) && (kinds?.includes(kind) ?? true)),
    experiment,
    dataset.name,
  );
  return {
    ordinary,
    photographs,
    drawn: isDrawn ? drawnLocations(experiment, splits) : [],
    sha256: digestOf([...ordinary, ...photographs]),
    notes: [
      ...(kept.length < dataset.pictures.length
        ? [`${kept.length} of ${dataset.pictures.length} pictures were drawn, in whole groups.`]
        : []),
      isDrawn
        ? `${names.length} locations were drawn, ${locations.drawn.photographs} photographs each (version ${locationVersion}).`
        : `Labels of the dataset stand for locations: ${names.join(', ')}.`,
    ],
  };
}

/** One picture a group for the list, then bystanders of other groups: half of the groups for calibration, half to be scored. */
function listAndBystanders(
  pictures: readonly Picture[],
  { seed, list }: RepurposingExperiment,
  name: string,
): ChosenPicture[] {
  const sorted = [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
  const groups = seededRng(seed, 'list').shuffle([...groupsOf(sorted).values()]);
  if (groups.length < list.entries + 20)
    throw new UserError(
      `Dataset '${name}' has ${groups.length} groups of ordinary pictures, too few for a list of ${list.entries} and 20 bystanders; use more pictures or a shorter list`,
    );
  const listed = groups.slice(0, list.entries).map((group): ChosenPicture => {
    const picture = group[0]!;
    return { ...picture, part: { group: picture.group, use: 'listed', split: 'evaluation' } };
  });
  const bystanders = groups.slice(list.entries, list.entries + list.bystanders);
  const calibration = Math.floor(bystanders.length / 2);
  return [
    ...listed,
    ...bystanders.flatMap((group, i): ChosenPicture[] =>
      group.map((picture) => ({
        ...picture,
        part: { group: picture.group, use: 'bystander', split: i < calibration ? 'calibration' : 'evaluation' },
      })),
    ),
  ];
}
