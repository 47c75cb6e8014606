/** An evasion experiment in steps: working copies hashed, and scored by the network; then every attack on every picture chosen from them. */

import type { PictureFile } from '../../dataset/picture-file.ts';
import { type Detectors, withOpenDetectors } from '../../harness/detectors/detectors.ts';
import { type ChosenPicture, choosePictures } from '../../harness/hashes/choose.ts';
import type { Run } from '../../harness/kind.ts';
import { openNamedDataset } from '../../harness/open-dataset.ts';
import type { Pool } from '../../harness/pool.ts';
import type { RunOptions } from '../../harness/run-options.ts';
import { indexOfLabel } from '../../harness/scenario/check.ts';
import { phaseTimings, runSteps, type Step, type StepPlan } from '../../harness/step-run.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import type { ClassifyRow } from '../../schema/observation.ts';
import { everyRow, type RowSource } from '../../schema/row.ts';
import type { Timings } from '../../schema/run-record.ts';
import { idOf } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { firstOfEach } from '../../util/group-by.ts';
import { seededRng } from '../../util/rng.ts';
import { withEvasionDetectors } from './detectors.ts';
import { type AttackSpec, type Evasion, hashesOf } from './experiment.ts';
import type { EvasionMetrics } from './metrics.ts';
import type { EvasionRow } from './rows.ts';
import { furthest, labelled, pairs, type Source, sources, trusted, withThresholds } from './score-choose.ts';
import type { AttackResult, AttackTask, NetworkFacts, ScoredCopy } from './tasks.ts';

/** What a step leaves beside its rows. */
interface Memo {
  readonly network?: NetworkFacts;
  /** Of attacks: the target, and the time of a query on it. */
  readonly target?: string;
  readonly queryMillis?: number;
}

/** Random streams that are drawn from the seed; … stands for a name. */
const streams = [
  'subsample/…',
  'parts/…',
  'sources',
  'scored',
  'evasion/…/…/…',
  'furthest/…/…/…',
  'collision/…/…/…',
  'pairs/…',
  'resisting',
];

/** Runs it; see runSteps. */
export const runEvasion: Run<Evasion, EvasionRow, EvasionMetrics> = async (given, kind) => {
  const options = { ...given, experiment: await withEvasionDetectors(given.experiment) };
  return withOpenDetectors(options, (detectors) =>
    runSteps<Evasion, EvasionRow, EvasionMetrics, Memo>(options, kind, {
      uses: ({ classifier }) => ({
        ...(classifier ? { classifiers: [classifier.name] } : {}),
        networkFiles: detectors.networks,
      }),
      plan: () => planOf(options, detectors),
      timings: timingsOf,
      networks(memos) {
        const networks = memos.flatMap(({ network }) => (network ? [network] : []));
        const models = new Map(networks.map(({ name, sha256 }) => [sha256, { name, sha256 }]));
        return {
          models: [...detectors.models, ...models.values()],
          classifierBackend: networks[0]?.backend ?? 'none',
        };
      },
    }),
  );
};

async function planOf(
  { experiment, limit, ...options }: RunOptions<Evasion>,
  detectors: Detectors,
): Promise<StepPlan<Memo, EvasionRow>> {
  const dataset = await openNamedDataset(experiment, { ...options, limit });
  const choice = choosePictures(dataset, experiment, limit);
  const files = new Map(
    choice.pictures.map(({ id, location, sha256: own, orient }) => [id, { id, location, sha256: own, orient }]),
  );
  const toScore = picturesToScore(choice.pictures, experiment);
  const { classifier } = experiment;
  const notes =
    classifier && toScore.every(({ topic }) => topic !== classifier.label)
      ? [`No picture is labelled ${classifier.label}: the classifier was not attacked.`]
      : [];
  return {
    dataset: { name: dataset.name, sha256: choice.sha256 },
    notes: [...dataset.notices, ...choice.notes, ...notes],
    streams,
    refused: dataset.refused,
    phases: [
      { name: 'hashing', steps: choice.pictures.map((picture) => hashStep(picture, experiment, detectors)) },
      ...(notes.length > 0
        ? []
        : [{ name: 'scoring', steps: toScore.map((picture) => scoreStep(picture, experiment)) }]),
      {
        name: 'evasion',
        steps: async (rows: RowSource<EvasionRow>) => evasionSteps(await everyRow(rows), experiment, files, detectors),
      },
      {
        name: 'as far as it goes',
        steps: async (rows: RowSource<EvasionRow>) => furthestSteps(await everyRow(rows), experiment, files, detectors),
      },
      {
        name: 'collision',
        steps: async (rows: RowSource<EvasionRow>) =>
          collisionSteps(await everyRow(rows), experiment, files, detectors),
      },
      {
        name: 'evasion of the classifier',
        steps: async (rows: RowSource<EvasionRow>) =>
          classifierSteps(await everyRow(rows), experiment, files, detectors),
      },
    ],
  };
}

function hashStep(
  { id, location, sha256, orient, group, topic, kind, part }: ChosenPicture,
  experiment: Evasion,
  detectors: Detectors,
): Step<Memo> {
  return {
    name: `hashes ${id}`,
    async work(pool) {
      const task = { picture: { id, location, sha256, orient }, side: experiment.side, hashes: hashesOf(experiment) };
      const outcome = await detectors.run<HashedRow['outcome']>(pool, 'hashWorkingCopy', task);
      const row: HashedRow = {
        row: 'hashed',
        picture: id,
        group,
        topic,
        kind,
        part,
        set: 'working copy',
        transform: 'none',
        outcome,
      };
      return { rows: [row], memo: null };
    },
  };
}

/** Some calibration pictures of other labels, and enough of the attacked one: one a group, drawn by the seed. */
function picturesToScore(pictures: readonly ChosenPicture[], { classifier, seed }: Evasion): ChosenPicture[] {
  if (!classifier) return [];
  const drawn = seededRng(seed, 'scored').shuffle(firstOfEach(pictures, ({ group }) => group));
  const others = drawn.filter(({ part, topic }) => part === 'calibration' && topic !== classifier.label);
  const own = drawn.filter(({ part, topic }) => part === 'evaluation' && topic === classifier.label);
  // Not every picture of the label is found: more than are wanted are asked.
  return [...others.slice(0, classifier.calibration), ...own.slice(0, 4 * classifier.pictures)];
}

function scoreStep(
  { id, location, sha256, orient, group, topic, part }: ChosenPicture,
  { classifier, side }: Evasion,
): Step<Memo> {
  const { name, label } = classifier!;
  return {
    name: `scores ${id}`,
    async work(pool) {
      const task = { picture: { id, location, sha256, orient }, side, classifier: name };
      const scored = await pool.run<ScoredCopy | undefined>('scoreWorkingCopy', task);
      // The row of its hashes says why.
      if (!scored) return { rows: [], memo: null };
      const { scores, network } = scored;
      const row: ClassifyRow = {
        row: 'classify',
        cell: idOf({ classifier: name, side }),
        picture: id,
        group,
        topic,
        content: topic === label ? 'new' : 'innocent',
        split: part === 'calibration' ? 'calibration' : 'evaluation',
        transform: 'none',
        classifier: name,
        outcome: { state: 'scored', scores: [...scores] },
      };
      return { rows: [row], memo: { network } };
    },
  };
}

type Files = ReadonlyMap<string, PictureFile>;
type Spending = { readonly frequencies: number; readonly queries: number };

function attackStep(
  detectors: Detectors,
  { seed, side, l2 }: Pick<Evasion, 'seed' | 'side' | 'l2'>,
  { frequencies, queries }: Spending,
  attacks: readonly AttackSpec[],
  about: Pick<AttackTask, 'goal' | 'target' | 'picture' | 'aim' | 'replacement'>,
): Step<Memo> {
  const { goal, target, picture } = about;
  return {
    name: `${goal} ${target.name} ${picture.id}`,
    async work(pool: Pool) {
      const task: AttackTask = { seed, side, l2, frequencies, queries, attacks, ...about };
      const { rows, queryMillis } = await detectors.run<AttackResult>(pool, 'attackPicture', task);
      return { rows, memo: { target: target.name, queryMillis } };
    },
  };
}

const own = (source: Source, files: Files): AttackTask['picture'] => ({
  ...files.get(source.picture)!,
  group: source.group,
  topic: source.topic,
});

function evasionSteps(
  rows: readonly EvasionRow[],
  experiment: Evasion,
  files: Files,
  detectors: Detectors,
): Step<Memo>[] {
  const { targets, attacks } = experiment.evasion;
  const all = trusted(rows, experiment);
  const chosen = sources(rows, experiment);
  if (chosen.length === 0)
    throw new UserError(
      `No picture of the evaluation part has hashes of the quality that their authors require; use more pictures, or others`,
    );
  return chosen.flatMap((source) =>
    targets.map((spending) =>
      attackStep(detectors, experiment, spending, attacks, {
        goal: 'evasion',
        target: { type: 'hash', name: spending.hash },
        picture: own(source, files),
        replacement: files.get(furthest(source, all, spending.hash).picture)!,
      }),
    ),
  );
}

/** The same pictures once more, by an attack that knows no threshold, within the quoted budget of L2. */
function furthestSteps(
  rows: readonly EvasionRow[],
  experiment: Evasion,
  files: Files,
  detectors: Detectors,
): Step<Memo>[] {
  const { resistance, quoted } = experiment;
  return sources(rows, experiment).flatMap((source) =>
    withThresholds(experiment).map((spending) =>
      attackStep(detectors, { ...experiment, l2: [quoted] }, spending, [resistance.attack], {
        goal: 'furthest',
        target: { type: 'hash', name: spending.hash },
        picture: own(source, files),
      }),
    ),
  );
}

function collisionSteps(
  rows: readonly EvasionRow[],
  experiment: Evasion,
  files: Files,
  detectors: Detectors,
): Step<Memo>[] {
  const { collision } = experiment;
  if (!collision) return [];
  return pairs(rows, experiment).flatMap(({ source, aim }) =>
    collision.targets.map((spending) =>
      attackStep(detectors, experiment, spending, collision.attacks, {
        goal: 'collision',
        target: { type: 'hash', name: spending.hash },
        picture: own(source, files),
        aim: files.get(aim.picture)!,
        replacement: files.get(aim.picture)!,
      }),
    ),
  );
}

function classifierSteps(
  rows: readonly EvasionRow[],
  experiment: Evasion,
  files: Files,
  detectors: Detectors,
): Step<Memo>[] {
  const { classifier } = experiment;
  const known = labelled(rows, experiment, classifier && indexOfLabel(classifier.label, classifier.name));
  if (!classifier || !known?.lowest) return [];
  const { index, threshold, found, lowest } = known;
  return found.map(({ picture, group, topic }) =>
    attackStep(detectors, experiment, classifier, classifier.attacks, {
      goal: 'evasion',
      target: { type: 'classifier', name: classifier.name, label: index, threshold: threshold.score },
      picture: { ...files.get(picture)!, group, topic },
      replacement: files.get(lowest.picture)!,
    }),
  );
}

/** The time of one query on each target: rendering the alteration and asking. */
function timingsOf(phases: Readonly<Record<string, number>>, memos: readonly Memo[]): Timings {
  const targets = [...new Set(memos.flatMap(({ target }) => target ?? []))];
  const of = (name: string): number =>
    medianOrZero(memos.flatMap(({ target, queryMillis }) => (target === name ? (queryMillis ?? []) : [])));
  return { ...phaseTimings(phases), hashMillis: Object.fromEntries(targets.map((name) => [name, of(name)])) };
}
