/** An equality run: calibration pictures → bits → hashes of the others, of miniatures and of a table → metrics, each step kept as it is done. */
import { isAbsolute, resolve } from 'node:path';
import type { Picture } from '../../dataset/dataset.ts';
import { miniatureVersion } from '../../dataset/generated/miniature.ts';
import { openDataset } from '../../dataset/open.ts';
import { projectRoot } from '../../disk/project.ts';
import { readIfThere } from '../../disk/read.ts';
import { choosePictures, setSpecs, withPresets } from '../../harness/hashes/choose.ts';
import type { Finished } from '../../harness/kind.ts';
import { openingDataset, type RunOptions } from '../../harness/run-context.ts';
import { type Phase, phaseTimings, runSteps, type Step } from '../../harness/step-run.ts';
import { hashes as registered } from '../../hash/index.ts';
import type { PerceptualHash } from '../../hash/perceptual-hash.ts';
import type { Observation } from '../../schema/observation.ts';
import { canonicalJson, sha256Hex } from '../../util/digest.ts';
import { MissingError, UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { designsOf, longest } from './designs.ts';
import type { EqualityExperiment, Family } from './experiment.ts';
import type { Fit, FitInput } from './fit.ts';
import type { EqualityMetrics } from './metrics.ts';
import type { EqualityFeaturesRow, EqualityFitRow, EqualityPictureRow, EqualityUnrelatedRow } from './rows.ts';
import { equalityMetrics } from './score.ts';
import { countAccidents } from './score-accidents.ts';
import { evaluationPictures, evaluationSource, miniatureSource, sourcesOf, tableSource } from './score-sources.ts';
import type { EditedResult, FeaturesTask, HashTask, MiniaturesTask, NetworkTask } from './tasks.ts';

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

type Options = RunOptions<EqualityExperiment>;

/** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export async function runEquality(given: Options): Promise<Finished<EqualityMetrics>> {
  const experiment = await withPresets(given.experiment);
  const options: Options = { ...given, experiment };
  const networks = experiment.families.flatMap((family) => (family.of === 'embedding' ? [family.network] : []));
  return runSteps<EqualityExperiment, EqualityMetrics, null>(options, {
    uses: () => ({ classifiers: networks, ...(experiment.network ? { deepHashes: [experiment.network.hash] } : {}) }),
    async plan() {
      const { seed, dataset: asked } = experiment;
      const dataset = await openDataset(asked.name, {
        seed,
        ...(asked.pictures === undefined ? {} : { pictures: asked.pictures }),
        ...openingDataset(options),
        orient: asked.orient,
      });
      if (asked.sha256 !== undefined && asked.sha256 !== dataset.sha256)
        throw new UserError(
          `Expected dataset ${asked.sha256} for experiment '${experiment.name}' but '${dataset.name}' has sha256 ${dataset.sha256}; use the pictures that it names, or take the line out`,
        );
      const { pictures, sha256, notes } = choosePictures(dataset, experiment, options.limit);
      const calibration = seededRng(seed, 'calibration')
        .shuffle(pictures.filter(({ part }) => part === 'calibration'))
        .slice(0, experiment.calibrationPictures);
      const evaluation = pictures.filter(({ part }) => part === 'evaluation');
      const edited = seededRng(seed, 'edited').shuffle(evaluation).slice(0, experiment.editedPictures);
      const families = drawnFor(experiment, [calibration, edited]);
      const table = await readTable(experiment, options.limit);
      const miniatures = Math.min(experiment.unrelated.miniatures, options.limit ?? Number.POSITIVE_INFINITY);
      const { name } = dataset;
      return {
        dataset: { name, sha256: sha256Hex(canonicalJson({ sha256, miniatureVersion, table: table?.sha256 ?? null })) },
        notes: [
          ...dataset.notices,
          ...notes,
          ...(table ? [`The table of photographs has sha256 ${table.sha256}.`] : []),
        ],
        refused: dataset.refused,
        streams,
        phases: [
          { name: 'calibration', steps: calibration.map((picture) => calibrationStep(picture, experiment, families)) },
          { name: 'fitting', steps: (rows) => experiment.families.map((family) => fitStep(family, experiment, rows)) },
          {
            name: 'hashing',
            steps: (rows) =>
              evaluation.map((picture) =>
                hashStep(picture, experiment, {
                  sets: edited.includes(picture) ? setSpecs(experiment) : [],
                  families: families(picture),
                  fits: fitsOf(rows),
                }),
              ),
          },
          { name: 'miniatures', steps: (rows) => miniatureSteps(miniatures, experiment, fitsOf(rows)) },
          {
            name: 'table',
            steps: table ? [{ name: 'table', work: async () => ({ rows: [table.row], memo: null }) }] : [],
          },
          ...(experiment.network ? [networkPhase(experiment, experiment.network, evaluation)] : []),
        ],
      };
    },
    metrics: (rows, { dataset, notes }) =>
      equalityMetrics(rows, {
        experiment,
        dataset,
        notes,
        onProgress: (done, total) => options.onProgress('comparing', done, total),
      }),
    timings: (phases) => phaseTimings(phases),
  });
}

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

const fileOf = ({ id, path, sha256, orient }: Picture): FeaturesTask['picture'] => ({
  id,
  path,
  sha256,
  ...(orient === undefined ? {} : { orient }),
});

function calibrationStep(
  picture: Picture,
  experiment: EqualityExperiment,
  families: (picture: Picture) => Family[],
): Step<null> {
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
function fitStep(family: Family, experiment: EqualityExperiment, rows: readonly Observation[]): Step<null> {
  const { name } = family;
  const pictures = rows.flatMap((row): FitInput['pictures'][number][] => {
    if (row.row !== 'equality-features') return [];
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

const fitsOf = (rows: readonly Observation[]): EqualityFitRow[] =>
  rows.filter((row): row is EqualityFitRow => row.row === 'equality-fit');

/** The registered hashes that are computed of every picture. */
function hashesOf({ hashes, banded, families, unrelated, second }: EqualityExperiment): string[] {
  const fitted = new Set(families.map(({ name }) => name));
  const all = [
    ...hashes,
    ...banded.map(({ of }) => of),
    unrelated.apart.hash,
    ...second.checks.map(({ hash }) => hash),
  ];
  return [...new Set(all)].filter((name) => !fitted.has(name));
}

function hashStep(
  picture: Picture,
  experiment: EqualityExperiment,
  how: Pick<HashTask, 'sets' | 'families' | 'fits'>,
): Step<null> {
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
      const result = await pool.run<EditedResult<EqualityPictureRow['renderings'][number]>>('equalityHashes', task);
      if (result.state === 'refused') return refusedStep(id, result.reason);
      const renderings = [...result.renderings];
      return { rows: [{ row: 'equality-picture', picture: id, group, topic, kind, renderings }], memo: null };
    },
  };
}

function miniatureSteps(count: number, experiment: EqualityExperiment, fits: readonly EqualityFitRow[]): Step<null>[] {
  const { seed, families } = experiment;
  return Array.from({ length: Math.ceil(count / batch) }, (_, i): Step<null> => {
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
        const made = await pool.run<Record<string, (string | null)[]>>('equalityMiniatures', task);
        return { rows: [unrelatedRow(miniatureSource, from, pictures, made)], memo: null };
      },
    };
  });
}

/** Hashes of consecutive pictures in one row; one below the least quality is written as zeros, and named. */
function unrelatedRow(
  source: string,
  from: number,
  pictures: number,
  all: Readonly<Record<string, readonly (string | null)[]>>,
): EqualityUnrelatedRow {
  return {
    row: 'equality-unrelated',
    source,
    from,
    pictures,
    hashes: Object.fromEntries(
      Object.entries(all).map(([name, texts]) => {
        const width = texts.find((each) => each !== null)?.length ?? 0;
        return [
          name,
          {
            hex: texts.map((each) => each ?? '0'.repeat(width)).join(''),
            none: texts.flatMap((each, i) => (each === null ? [from + i] : [])),
          },
        ];
      }),
    ),
  };
}

/** The table of hashes of more pictures. A MissingError where there is none, a UserError where it is none. */
async function readTable(
  experiment: EqualityExperiment,
  limit: number | undefined,
): Promise<{ sha256: string; row: EqualityUnrelatedRow } | undefined> {
  const name = experiment.unrelated.table;
  if (name === undefined) return undefined;
  const path = isAbsolute(name) ? name : resolve(projectRoot, name);
  const text = await readIfThere(path);
  if (text === undefined) throw new MissingError(`No table of hashes in ${path}; name a CSV file at /unrelated/table`);
  const [head, ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const wanted = hashesOf(experiment);
  const columns = head!.flatMap((title, at) => {
    const hash = title.replaceAll('_', '-');
    return wanted.includes(hash) ? [{ hash, at }] : [];
  });
  if (!columns.some(({ hash }) => hash === experiment.unrelated.apart.hash))
    throw new UserError(
      `${path} has no column ${experiment.unrelated.apart.hash}, by which copies are told; its columns are ${head!.join(', ')}`,
    );
  const kept = lines.slice(0, limit);
  const all = Object.fromEntries(
    columns.map(({ hash, at }) => {
      const { bits, minQuality } = (registered as Readonly<Record<string, PerceptualHash>>)[hash]!;
      const quality = head!.indexOf(`${head![at]}_quality`);
      return [
        hash,
        kept.map((cells, i) => {
          const hex = cells[at] ?? '';
          if (!new RegExp(`^[0-9a-f]{${bits / 4}}$`).test(hex))
            throw new UserError(`Line ${i + 2} of ${path} has no ${hash} of ${bits / 4} hexadecimal digits: '${hex}'`);
          return quality >= 0 && Number(cells[quality]) < minQuality ? null : hex;
        }),
      ];
    }),
  );
  return { sha256: sha256Hex(text), row: unrelatedRow(tableSource, 0, kept.length, all) };
}

/** Asks a network about accidental matches: at most so many of each design, drawn by the seed, in pictures that can be read again. */
function networkPhase(
  experiment: EqualityExperiment,
  { hash, pairs: most }: NonNullable<EqualityExperiment['network']>,
  evaluation: readonly Picture[],
): Phase<null> {
  const { seed, second } = experiment;
  return {
    name: 'second network',
    steps(rows) {
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
          return asked.map((places): Step<null> => {
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
