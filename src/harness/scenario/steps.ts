/**
 * The steps of a run on messages: the curator's lists, then one step for each picture, then one for each strategy. The trade-off and
 * leakage experiments consist of these steps; the power experiment adds its own.
 */
import { join } from 'node:path';
import { type AssignedPicture, assign } from '../../dataset/assign.ts';
import { digestOf } from '../../dataset/dataset.ts';
import type { HashUse } from '../../role/world.ts';
import type { ClipScene } from '../../schema/clip-scene.ts';
import type { Row, RowSource } from '../../schema/row.ts';
import type { RunRecord } from '../../schema/run-record.ts';
import type { Scenario } from '../../schema/scenario.ts';
import type { WithDetectors } from '../../score/hash-facts.ts';
import { calibrationOf, classifierDetectors, type Detector, usedPictures } from '../../score/thresholds.ts';
import { strategyByName } from '../../strategy/index.ts';
import { canonicalJson } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { clipStreams } from '../clips/plan.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { type Detectors, withOpenDetectors } from '../detectors/detectors.ts';
import type { Finished, Kind } from '../kind.ts';
import { type OnPictures, openNamedDataset } from '../open-dataset.ts';
import type { Timed } from '../phases.ts';
import type { Pool } from '../pool.ts';
import { partialFolder, runFiles } from '../run-folder.ts';
import type { RunOptions } from '../run-options.ts';
import { type Phase, runSteps, type Step, type StepPlan } from '../step-run.ts';
import { labelIndex } from './check.ts';
import { clipPhases } from './clip-phases.ts';
import {
  type Cohort,
  cohortNotes,
  cohortsMustFit,
  cohortTask,
  everybody,
  maxMessages,
  planCohorts,
} from './cohorts.ts';
import { openScorers } from './detectors.ts';
import { headPhases, headStreams, partsOf } from './head-phase.ts';
import { buildLists, type ReadyLists, writeLists } from './lists.ts';
import type { ScoreRule } from './message-store.ts';
import type { PictureResult } from './picture-task.ts';
import { cellId, messageHashes, type PictureTask, type PlannedMessage } from './plan.ts';
import { pictureRows } from './rows.ts';
import type { StrategyTask } from './run-deployment.ts';
import type { StrategyResult } from './strategy-task.ts';
import { type PictureMemo, type ScenarioMemo, type StrategyMemo, timingsOf } from './timings.ts';

/** State before the first step. */
export interface Prepared {
  readonly pictures: readonly AssignedPicture[];
  readonly lists: ReadyLists;
  readonly detectors: Detectors;
  /** Id of a cell of the grid. */
  cell(of: Readonly<Record<string, unknown>>): string;
  /** Digests of the networks that this process has noted with a picture: once, not with each of a million. */
  readonly noted: Set<string>;
  /** Facts for the record of the run. */
  readonly found: Required<Pick<StepPlan<unknown>, 'dataset' | 'notes' | 'refused' | 'list'>>;
}

/** What a run works with. */
export interface Means {
  readonly pool: Pool;
  readonly timed: Timed;
  readonly detectors: Detectors;
}

/** Opens the dataset, assigns its pictures and hashes the lists, under `hashes` and those that strategies match with. */
export async function prepare(
  options: RunOptions<OnPictures & WithDetectors>,
  scenario: Scenario,
  hashes: readonly string[],
  { pool, timed, detectors }: Means,
): Promise<Prepared> {
  const { experiment } = options;
  const { seed, assignment, messages } = scenario;
  const dataset = await openNamedDataset(experiment, options);
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  const { pictures, notes } = assign(dataset.pictures, { seed, ...assignment, ...limit });
  const { head } = messages;
  // Too few pictures for a head show before anything is computed.
  if (head) partsOf(pictures, { head, seed });
  const names = [...new Set([...hashes, ...Object.values(messageHashes(scenario))])];
  const sources = { name: `${experiment.name} list`, pictures, hashes: names };
  const lists = await timed('list', () => buildLists(sources, { pool, detectors }, options));
  const { list } = lists.get(messages.hash)!;
  const digest = digestOf(pictures);
  const cells = new Map<string, string>();
  return {
    pictures,
    lists,
    detectors,
    cell(of) {
      const key = canonicalJson(of);
      const id = cells.get(key) ?? cellId(scenario, digest, of);
      cells.set(key, id);
      return id;
    },
    noted: new Set(),
    found: {
      dataset: { name: dataset.name, sha256: dataset.sha256 },
      notes: [...dataset.notices, ...notes],
      refused: dataset.refused,
      list: { entries: list.entries.length, root: list.root },
    },
  };
}

/** Writes the lists that strategies match with, each to the path of its use. */
export const listPhase = (
  { lists }: Prepared,
  scenario: Scenario,
  paths: Readonly<Record<HashUse, string>>,
): Phase<never> => ({
  name: 'list',
  steps: [
    {
      name: 'list',
      async work() {
        await writeLists(lists, messageHashes(scenario), paths);
        return { rows: [], memo: null };
      },
    },
  ],
});

/** One picture: edited, hashed, compressed, classified, and compared with the lists. */
export const pictureStep = (
  task: PictureTask,
  { lists, detectors, cell, noted }: Pick<Prepared, 'lists' | 'detectors' | 'cell' | 'noted'>,
): Step<PictureMemo> => ({
  name: `picture ${task.picture.id}`,
  async work(pool) {
    const result = await detectors.run<PictureResult>(pool, 'workOnPicture', task);
    const rows = pictureRows(task, result, lists, cell);
    if (result.state === 'refused') return { rows, memo: null };
    const { index, model, decodeMillis, hashMillis, sendables } = result;
    const classifyMillis = sendables.flatMap((each) => each.classifyMillis ?? []);
    const isNoted = noted.has(model.sha256);
    noted.add(model.sha256);
    return { rows, memo: { index, decodeMillis, hashMillis, classifyMillis, ...(isNoted ? {} : { model }) } };
  },
});

/** The tasks with usable pictures, according to the rows. Throws a UserError if there are none. */
export async function usableTasks(source: RowSource, tasks: readonly PictureTask[]): Promise<PictureTask[]> {
  const name = tasks[0]?.classifier;
  const used = name === undefined ? new Set<string>() : await usedPictures(source, name);
  if (used.size === 0) throw new UserError(`None of the ${tasks.length} pictures of the dataset could be decoded`);
  return tasks.filter(({ picture }) => used.has(picture.id));
}

/** The operating point of a scenario, chosen on the rows of calibration pictures. */
export async function operatingPoint(
  source: RowSource,
  scenario: Scenario,
): Promise<Pick<StrategyTask, 'thresholdBits' | 'deciding' | 'untrained'>> {
  const { hash, secondHash } = scenario.messages;
  const { deciding, untrained } = classifierDetectors(scenario.messages, labelIndex(scenario));
  const calibration = await calibrationOf(source, [deciding, untrained], scenario);
  const other = scenario.messages.scorer ? 'program' : 'head';
  const rule = (detector: Detector): ScoreRule => ({
    by: detector === untrained ? detector.label : other,
    threshold: calibration.classifierThreshold(scenario, detector).score,
  });
  return {
    thresholdBits: {
      near: calibration.hashThreshold(scenario, hash, true).bits,
      equality: 0,
      second: calibration.hashThreshold(scenario, secondHash, true).bits,
    },
    deciding: rule(deciding),
    untrained: rule(untrained),
  };
}

/** One strategy on a cohort's messages, the same ones as all others; `worker` is the task that deploys it. `taskOf` makes its input. */
export const strategyStep = (
  worker: string,
  strategy: string,
  taskOf: () => object,
  { number, of }: Pick<Cohort, 'number' | 'of'> = { number: 1, of: 1 },
): Step<StrategyMemo> => ({
  name: number === 1 ? `strategy ${strategy}` : `strategy ${strategy} cohort ${number}`,
  // Many cohorts keep all workers busy by themselves. Those of a slow strategy, started first, would only wait for all others to be taken.
  weight: of > 1 ? 1 : (strategyByName(strategy).weight ?? 1),
  async work(pool) {
    const { rows, millis } = await pool.run<StrategyResult>(worker, taskOf());
    return { rows, memo: millis ? { strategy, millis } : null };
  },
});

/** The networks that classified pictures, the head that was trained on their embeddings, and the detectors. */
export function classifiersUsed(
  name: string,
  memos: readonly ScenarioMemo[],
  detectors: Pick<Detectors, 'models'>,
): Pick<RunRecord, 'models' | 'heads' | 'classifierBackend'> {
  const heads = memos.flatMap((memo) => ('head' in memo ? [memo.head] : []));
  const models = [
    ...new Map(
      memos.flatMap((memo) => ('model' in memo && memo.model ? [[memo.model.sha256, memo.model]] : [])),
    ).values(),
  ];
  return {
    models: [...models.map(({ sha256 }) => ({ name, sha256 })), ...detectors.models],
    ...(heads.length > 0 ? { heads } : {}),
    classifierBackend: [...new Set(models.map(({ backend }) => backend))].join(', ') || 'none',
  };
}

// A run that deploys every strategy once, with one plan of messages: used by the trade-off and leakage experiments.

/** Parts that each experiment on messages defines itself. */
interface DeploymentKind<E> {
  scenario(experiment: E): Scenario;
  /** Names of the hashes of additional lists, beyond those that strategies match with. */
  hashes(experiment: E): readonly string[];
  /** The work on the pictures; `scratch` is the folder for files that strategies read. */
  tasks(experiment: E, pictures: readonly AssignedPicture[], scratch: string): readonly PictureTask[];
  /** The work for every strategy, on one cohort of accounts; default: that of a trade-off, on as many as there are. */
  work?(experiment: E, usable: readonly PictureTask[]): StrategyWork;
  /** Clips that every strategy is given too. */
  clips?(experiment: E): ClipScene | undefined;
  /** Random streams in addition to those of a trade-off; … stands for a name. */
  readonly streams?: readonly string[];
}

/** The work for every strategy: the messages to send, and the worker's task. */
interface StrategyWork {
  readonly worker: string;
  readonly messages: readonly PlannedMessage[];
  /** Additional input of the worker, beyond a StrategyTask. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Random streams of the seed; … stands for a name. */
const streams = [
  'assign/…',
  'copies/…',
  'edit/…',
  'messages',
  'keys/…',
  'orders',
  'cohorts',
  'cohorts/attacked',
  'report/…',
  'abort/…',
  'attack/…',
  'bootstrap/…',
  'tradeoff',
];

/**
 * Runs an experiment whose detectors were read. Throws an InterruptedError if `signal` aborts; finished work is stored, and `resume` continues from
 * there.
 */
export async function runDeployments<E extends OnPictures & WithDetectors, R extends Row, M>(
  options: RunOptions<E>,
  kind: Kind<E, R, M>,
  deployments: DeploymentKind<E>,
): Promise<Finished<M>> {
  const scenario = deployments.scenario(options.experiment);
  const { classifier } = scenario.messages;
  const work = (detectors: Detectors) =>
    runSteps<E, R, M, ScenarioMemo>(options, kind, {
      uses: () => ({ classifiers: [classifier], networkFiles: detectors.networks }),
      plan: (_, pool, timed) => planOf(options, deployments, { pool, timed, detectors }),
      timings: timingsOf,
      networks: (memos) => classifiersUsed(classifier, memos, detectors),
    });
  return withOpenDetectors(options, work, await openScorers(scenario, options));
}

async function planOf<E extends OnPictures & WithDetectors, R extends Row>(
  options: RunOptions<E>,
  kind: DeploymentKind<E>,
  means: Means,
): Promise<StepPlan<ScenarioMemo, R>> {
  const { experiment, out } = options;
  const scenario = kind.scenario(experiment);
  const prepared = await prepare(options, scenario, kind.hashes(experiment), means);
  const scratch = partialFolder(out);
  const tasks = kind.tasks(experiment, prepared.pictures, scratch);
  const clips = kind.clips?.(experiment);
  const listPaths = {
    near: join(out, runFiles.list),
    equality: join(out, runFiles.equalityList),
    second: join(out, runFiles.secondList),
  };
  const most = options.cohortMessages ?? maxMessages;
  const cohortsOf = (pictures: readonly PictureTask[], work: StrategyWork | undefined): readonly Cohort[] =>
    work ? [everybody(scenario, work.messages)] : planCohorts(scenario, pictures, most);
  // At most these: pictures that turn out to be unusable are not sent.
  cohortsMustFit(cohortsOf(tasks, kind.work?.(experiment, tasks)), scenario, means.pool.threads);
  const strategySteps = async (source: RowSource): Promise<Step<ScenarioMemo>[]> => {
    const usable = await usableTasks(source, tasks);
    const work = kind.work?.(experiment, usable);
    const cohorts = cohortsOf(usable, work);
    const shared: Omit<StrategyTask, 'strategy' | 'cell' | 'messages' | 'pictures'> = {
      scenario,
      ...(await operatingPoint(source, scenario)),
      listPaths,
      scratch,
    };
    return scenario.strategies.flatMap((strategy) =>
      cohorts.map((cohort) => {
        // Made when it is sent to a worker: together, the tasks of all cohorts would be large.
        const taskOf = (): StrategyTask => {
          // What planning, and the tasks before this one, leave behind grows with the pictures, and the messages of every worker come on top of it.
          if (cohort.of > 1) collectGarbage();
          return {
            ...shared,
            ...cohortTask(cohort, scenario, tasks),
            strategy,
            cell: prepared.cell({ strategy }),
            ...work?.extra,
          };
        };
        return strategyStep(work?.worker ?? 'runStrategy', strategy, taskOf, cohort);
      }),
    );
  };
  return {
    ...prepared.found,
    notes: [...prepared.found.notes, ...(kind.work ? [] : cohortNotes(tasks, most))],
    streams: [
      ...new Set([
        ...streams,
        ...(scenario.messages.head ? headStreams : []),
        ...(clips ? clipStreams : []),
        ...(kind.streams ?? []),
      ]),
    ],
    phases: [
      listPhase(prepared, scenario, listPaths),
      { name: 'pictures', steps: tasks.map((task) => pictureStep(task, prepared)) },
      ...headPhases(scenario, {
        usable: (source) => usableTasks(source, tasks),
        cell: prepared.cell,
        scratch,
        keep: clips !== undefined,
      }),
      { name: 'strategies', steps: strategySteps, ahead: 1, held: 12 },
      ...clipPhases(clips, scenario, { scratch, point: (source) => operatingPoint(source, scenario) }),
    ],
  };
}
