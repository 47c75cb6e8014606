/** An equality run: calibration pictures → bits → hashes of the others, of miniatures and of a table → metrics, each step kept as it is done. */
import type { Picture } from '../../dataset/dataset.ts';
import { miniatureVersion } from '../../dataset/generated/miniature.ts';
import { type Detectors, withOpenDetectors } from '../../harness/detectors/detectors.ts';
import { setSpecs } from '../../harness/edit-preset.ts';
import { choosePictures } from '../../harness/hashes/choose.ts';
import type { Run } from '../../harness/kind.ts';
import { openNamedDataset } from '../../harness/open-dataset.ts';
import type { RunOptions } from '../../harness/run-options.ts';
import type { NetworksUsed } from '../../harness/scoring/probe.ts';
import { type Phase, phaseTimings, runSteps, type Step, type StepPlan } from '../../harness/step-run.ts';
import { everyRow, ofType } from '../../schema/row.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { withEdits } from './check.ts';
import type { EqualityExperiment, Family } from './experiment.ts';
import type { Fit, FitInput } from './fit.ts';
import type { EqualityMetrics } from './metrics.ts';
import { hashesOf, readTable, unrelatedRow } from './read-table.ts';
import type { EqualityFeaturesRow, EqualityFitRow, EqualityPictureRow, EqualityRunRow } from './rows.ts';
import { countAccidents } from './score-accidents.ts';
import { designsOf, longest } from './score-designs.ts';
import { evaluationPictures, evaluationSource, miniatureSource, sourcesOf, tableSource } from './score-sources.ts';
import type { EditedResult, FeaturesTask, HashTask, MiniaturesTask, NetworkFacts, NetworkTask } from './tasks.ts';

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = [
  'subsample/…',
  'parts/calibration',
  'calibration',
  'edited',
  'network/…',
  'hyperplanes/…',
  'edit/…',
  'pairs/…',
  'banding/…',
  'miniature/…',
  'order/…',
  'recall…',
  'second …',
];

/** Miniatures that one task draws. */
const batch = 250;

/** What a step leaves beside its rows. */
interface Memo {
  readonly networks: readonly NetworkFacts[];
}

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runEquality: Run<EqualityExperiment, EqualityRunRow, EqualityMetrics> = async (given, kind) => {
  const options = { ...given, experiment: await withEdits(given.experiment) };
  return withOpenDetectors(options, (detectors) =>
    runSteps<EqualityExperiment, EqualityRunRow, EqualityMetrics, Memo>(options, kind, {
      uses: (experiment) => ({ ...networksOf(experiment), networkFiles: detectors.networks }),
      plan: () => planOf(options, detectors),
      timings: (phases) => phaseTimings(phases),
      networks(memos) {
        const networks = memos.flatMap((memo) => memo.networks);
        return {
          models: [...detectors.models, ...networks.map(({ name, sha256 }) => ({ name, sha256 }))],
          classifierBackend: networks.find(({ backend }) => backend)?.backend ?? 'none',
        };
      },
    }),
  );
};

/** Networks that families look through, and the deep hash of a second check. */
const networksOf = ({ families, network }: EqualityExperiment): NetworksUsed => ({
  classifiers: [...new Set(families.flatMap((family) => (family.of === 'embedding' ? [family.network] : [])))],
  deepHashes: network ? [network.hash] : [],
});

async function planOf(
  options: RunOptions<EqualityExperiment>,
  detectors: Detectors,
): Promise<StepPlan<Memo, EqualityRunRow>> {
  const { experiment, limit } = options;
  const { seed } = experiment;
  const dataset = await openNamedDataset(experiment, options);
  const { pictures, sha256, notes } = choosePictures(dataset, experiment, limit);
  const calibration = seededRng(seed, 'calibration')
    .shuffle(pictures.filter(({ part }) => part === 'calibration'))
    .slice(0, experiment.calibrationPictures);
  const evaluation = pictures.filter(({ part }) => part === 'evaluation');
  const edited = seededRng(seed, 'edited').shuffle(evaluation).slice(0, experiment.editedPictures);
  const families = drawnFor(experiment, [calibration, edited]);
  const table = await readTable(experiment, limit);
  const miniatures = Math.min(experiment.unrelated.miniatures, limit ?? Number.POSITIVE_INFINITY);
  return {
    dataset: {
      name: dataset.name,
      sha256: sha256Hex(canonicalJson({ sha256, miniatureVersion, table: table?.sha256 ?? null })),
    },
    notes: [...dataset.notices, ...notes, ...(table ? [`The table of photographs has sha256 ${table.sha256}.`] : [])],
    refused: dataset.refused,
    streams,
    phases: [
      { name: 'networks', steps: [networksStep(networksOf(experiment))] },
      { name: 'calibration', steps: calibration.map((picture) => calibrationStep(picture, experiment, families)) },
      {
        name: 'fitting',
        steps: async (source) => {
          const rows = await everyRow(source);
          return experiment.families.map((family) => fitStep(family, experiment, rows));
        },
      },
      {
        name: 'hashing',
        steps: async (rows) => {
          const fits = await everyRow(rows, 'equality-fit');
          return evaluation.map((picture) =>
            hashStep(picture, experiment, detectors, {
              sets: edited.includes(picture) ? setSpecs(experiment) : [],
              families: families(picture),
              fits,
            }),
          );
        },
      },
      {
        name: 'miniatures',
        steps: async (rows) => miniatureSteps(miniatures, experiment, await everyRow(rows, 'equality-fit'), detectors),
      },
      {
        name: 'table',
        steps: table ? [{ name: 'table', work: async () => ({ rows: [table.row], memo: null }) }] : [],
      },
      ...(experiment.network ? [networkPhase(experiment, experiment.network, evaluation)] : []),
    ],
  };
}

/** Asks a worker which networks it loads: for the record. */
const networksStep = (used: NetworksUsed): Step<Memo> => ({
  name: 'networks',
  work: async (pool) => ({ rows: [], memo: { networks: await pool.run<NetworkFacts[]>('equalityNetworks', used) } }),
});

/** The families that look at a picture: frequencies at every one, a network at some of each part only, drawn by the seed. */
function drawnFor(
  { families, seed }: EqualityExperiment,
  parts: readonly (readonly Picture[])[],
): (picture: Picture) => Family[] {
  const drawn = new Map(
    families.flatMap((family) => {
      if (family.of === 'frequencies') return [];
      const most = Math.ceil(family.pictures / parts.length);
      const some = parts.flatMap((part) => seededRng(seed, `network/${family.name}`).shuffle(part).slice(0, most));
      return [[family.name, new Set(some.map(({ id }) => id))]];
    }),
  );
  return ({ id }) => families.filter(({ name }) => drawn.get(name)?.has(id) ?? true);
}

const fileOf = ({ id, location, sha256, orient }: Picture): FeaturesTask['picture'] => ({
  id,
  location,
  sha256,
  ...(orient === undefined ? {} : { orient }),
});

function calibrationStep(
  picture: Picture,
  experiment: EqualityExperiment,
  families: (picture: Picture) => Family[],
): Step<Memo> {
  const { id, group } = picture;
  return {
    name: `calibration ${id}`,
    async work(pool) {
      const task: FeaturesTask = {
        picture: fileOf(picture),
        seed: experiment.seed,
        sets: setSpecs(experiment),
        families: families(picture),
      };
      const result = await pool.run<EditedResult<EqualityFeaturesRow['renderings'][number]>>('equalityFeatures', task);
      if (result.state === 'refused') return refusedStep(id, result.reason);
      return {
        rows: [{ row: 'equality-features', picture: id, group, renderings: [...result.renderings] }],
        memo: null,
      };
    },
  };
}

const refusedStep = (picture: string, reason: string) => ({
  rows: [{ row: 'refused' as const, picture, reason }],
  memo: null,
});

/** The bits of a family from what calibration pictures and their edits look like to it. */
function fitStep(family: Family, experiment: EqualityExperiment, rows: readonly EqualityRunRow[]): Step<Memo> {
  const { name } = family;
  const pictures = ofType(rows, 'equality-features').flatMap((row): FitInput['pictures'][number][] => {
    const seen = row.renderings.flatMap(({ transform, outcome }) => {
      const features = outcome.state === 'seen' ? outcome.features[name] : undefined;
      return features ? [{ transform, features: Float64Array.from(features) }] : [];
    });
    const original = seen.find(({ transform }) => transform === 'none');
    if (!original) return [];
    const edits = seen.filter((each) => each !== original).map(({ features }) => features);
    return [{ group: row.group, original: original.features, edits }];
  });
  if (pictures.length < 2)
    throw new UserError(`Fewer than two calibration pictures could be looked at by '${name}'; take more pictures`);
  const bits = longest(experiment);
  const discriminant = family.of === 'frequencies';
  return {
    name: `fit ${name}`,
    async work(pool) {
      const input: FitInput = { seed: experiment.seed, family: name, bits, discriminant, pictures };
      const { projections, chosen, medians } = await pool.run<Fit>('fitEquality', input);
      const row: EqualityFitRow = {
        row: 'equality-fit',
        family: name,
        pictures: pictures.length,
        edits: pictures.reduce((sum, { edits }) => sum + edits.length, 0),
        projections,
        planes: discriminant ? [] : chosen,
        medians,
      };
      return { rows: [row], memo: null };
    },
  };
}

function hashStep(
  picture: Picture,
  experiment: EqualityExperiment,
  detectors: Detectors,
  how: Pick<HashTask, 'sets' | 'families' | 'fits'>,
): Step<Memo> {
  const { id, group, topic, kind } = picture;
  const { seed, second } = experiment;
  return {
    name: `picture ${id}`,
    async work(pool) {
      const task: HashTask = {
        picture: fileOf(picture),
        seed,
        ...how,
        hashes: hashesOf(experiment),
        second: { derivative: second.derivative, hashes: second.checks.map(({ hash }) => hash) },
      };
      const result = await detectors.run<EditedResult<EqualityPictureRow['renderings'][number]>>(
        pool,
        'equalityHashes',
        task,
      );
      if (result.state === 'refused') return refusedStep(id, result.reason);
      const renderings = [...result.renderings];
      return { rows: [{ row: 'equality-picture', picture: id, group, topic, kind, renderings }], memo: null };
    },
  };
}

function miniatureSteps(
  count: number,
  experiment: EqualityExperiment,
  fits: readonly EqualityFitRow[],
  detectors: Detectors,
): Step<Memo>[] {
  const { seed, families } = experiment;
  return Array.from({ length: Math.ceil(count / batch) }, (_, i): Step<Memo> => {
    const from = i * batch;
    const pictures = Math.min(batch, count - from);
    // A network looks at whole batches, or at none of a batch.
    const looking = families.filter((family) => family.of === 'frequencies' || from + pictures <= family.miniatures);
    return {
      name: `miniatures ${from} to ${from + pictures - 1}`,
      async work(pool) {
        const task: MiniaturesTask = {
          seed,
          from,
          count: pictures,
          families: looking,
          fits,
          hashes: hashesOf(experiment),
        };
        const made = await detectors.run<Record<string, (string | null)[]>>(pool, 'equalityMiniatures', task);
        return { rows: [unrelatedRow(miniatureSource, from, pictures, made)], memo: null };
      },
    };
  });
}

/** Asks a network about accidental matches: at most so many of each design, drawn by the seed, in pictures that can be read again. */
function networkPhase(
  experiment: EqualityExperiment,
  { hash, pairs: most }: NonNullable<EqualityExperiment['network']>,
  evaluation: readonly Picture[],
): Phase<Memo, EqualityRunRow> {
  const { seed, second } = experiment;
  return {
    name: 'second network',
    async steps(source) {
      const rows = await everyRow(source);
      const files = new Map(evaluation.map((picture) => [picture.id, fileOf(picture)]));
      const ids = evaluationPictures(rows).map(({ picture }) => picture);
      const sources = sourcesOf(rows, experiment).filter(({ name }) => name !== tableSource);
      return designsOf(experiment).flatMap((design) =>
        sources.flatMap((source) => {
          const pictures = source.byHash.get(design.of);
          if (!pictures) return [];
          const { some } = countAccidents(design, pictures, {
            ...(source.isCopy ? { isCopy: source.isCopy } : {}),
            copies: 0,
            checks: [],
            order: pictures.numbers.map((_, i) => i),
            sizes: [],
          });
          const asked = seededRng(seed, `network pairs/${design.name}/${source.name}`).shuffle(some).slice(0, most);
          return asked.map((places): Step<Memo> => {
            const [a, b] = places.map((place) => pictures.numbers[place]!) as [number, number];
            const file = (each: number) => (source.name === evaluationSource ? files.get(ids[each]!)! : each);
            return {
              name: `network ${design.name}, ${source.name}: ${a}, ${b}`,
              async work(pool) {
                const task: NetworkTask = { seed, hash, derivative: second.derivative, pair: [file(a), file(b)] };
                const distanceBits = await pool.run<number | null>('equalityNetwork', task);
                const row = {
                  source: source.name,
                  design: design.name,
                  pair: [a, b] as [number, number],
                  distanceBits,
                };
                return { rows: [{ row: 'equality-network', ...row }], memo: null };
              },
            };
          });
        }),
      );
    },
  };
}
