/** A run, from experiment to metrics: dataset → list → pictures → strategies → metrics, each step kept as it is done. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AssignedPicture, assign } from '../dataset/assign.ts';
import { type Dataset, digestOf } from '../dataset/dataset.ts';
import { openDataset } from '../dataset/open.ts';
import { hashByName } from '../hash/index.ts';
import { binary } from '../match/format/binary.ts';
import { hashList } from '../match/hash-list.ts';
import { check } from '../schema/check.ts';
import type { Experiment } from '../schema/experiment.ts';
import type { Metrics } from '../schema/metrics.ts';
import { RunRecord, type Timings } from '../schema/run-record.ts';
import { wallClock } from '../util/clock.ts';
import { canonicalJson } from '../util/digest.ts';
import { reasonOf, UserError } from '../util/errors.ts';
import { fromHex } from '../util/hex.ts';
import { inOrder } from './in-order.ts';
import { observationsFile, RunLog, readObservations } from './log.ts';
import type { Hashed, PictureResult } from './picture-task.ts';
import { cellId, type PictureTask, pictureTasks, planMessages } from './plan.ts';
import { type Pool, startPool } from './pool.ts';
import { surroundings } from './record.ts';
import { pictureRows, type ReadyList, ready } from './rows.ts';
import { metricsOf } from './score/metrics.ts';
import { classifierThreshold, hashThreshold } from './score/thresholds.ts';
import type { StrategyResult, StrategyTask } from './strategy-task.ts';
import { type PictureMemo, type StrategyMemo, timingsOf } from './timings.ts';

/** What to run, and where. */
export interface RunOptions {
  readonly experiment: Experiment;
  /** The experiment file's text, for the record. */
  readonly asPassed: string;
  /** Folder of the run. */
  readonly out: string;
  /** Go on with what is there. */
  readonly resume: boolean;
  /** Keep at most so many pictures. */
  readonly limit?: number | undefined;
  readonly threads?: number | undefined;
  /** The command line, for the record. */
  readonly command: string;
  /** Start of the run, ISO 8601. */
  readonly created: string;
  readonly onProgress: (phase: string, done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** A finished run. */
export interface FinishedRun {
  readonly folder: string;
  readonly metrics: Metrics;
  readonly record: RunRecord;
  readonly timings: Timings;
}

const files = { record: 'run.json', metrics: 'metrics.json', timings: 'timings.json', list: 'list.presend' } as const;

export { files as runFiles };

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export async function runExperiment(options: RunOptions): Promise<FinishedRun> {
  const { experiment, out, onProgress } = options;
  const partial = join(out, 'partial');
  await makeFolder(options, partial);
  const phases: Record<string, number> = {};
  const timed = async <R>(phase: string, work: () => Promise<R>): Promise<R> => {
    const start = wallClock();
    const result = await work();
    phases[phase] = wallClock() - start;
    return result;
  };

  const dataset = await timed('dataset', () =>
    openDataset(experiment.dataset.name, {
      seed: experiment.seed,
      ...(experiment.dataset.pictures === undefined ? {} : { pictures: experiment.dataset.pictures }),
      onProgress: (done, total) => onProgress('making pictures', done, total),
    }),
  );
  checkDigest(experiment, dataset);
  const { seed, assignment } = experiment;
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  const { pictures, notes } = assign(dataset.pictures, { seed, ...assignment, ...limit });
  const tasks = pictureTasks(experiment, pictures, partial);
  const pool = startPool(options.threads);
  try {
    const lists = await timed('list', () => buildLists(experiment, pictures, pool, options));
    const list = lists.get(experiment.messages.hash)!.list;
    const log = await RunLog.open(out, partial);
    const context: Context = { ...options, dataset, digest: digestOf(pictures), notes, log, pool, lists };
    const record = await startRecord(context);
    await writeFile(join(out, files.list), binary.write(list));
    const done = await timed('pictures', () => runPictures(context, tasks));
    if (done.length === 0) throw new UserError(`None of the ${tasks.length} pictures of the dataset could be decoded`);
    const models = [...new Map(done.map(({ model }) => [model.sha256, model])).values()];
    const label = labelIndex(experiment, models[0]!.labels);
    await timed('strategies', () => runStrategies(context, tasks, done, label));
    const rows = await readObservations(out);
    const metrics = await timed('metrics', async () =>
      metricsOf(rows, {
        experiment,
        dataset: { name: dataset.name, sha256: dataset.sha256 },
        label,
        listEntries: list.entries.length,
        listBytes: (await stat(join(out, files.list))).size,
        notes,
      }),
    );
    const finished: RunRecord = {
      ...record,
      models: models.map(({ sha256 }) => ({ name: experiment.messages.classifier, sha256 })),
      classifierBackend: [...new Set(models.map(({ backend }) => backend))].join(', '),
    };
    const timings = timingsOf(
      phases,
      log.done.map(({ task, memo }) => ({ task, memo })),
    );
    await writeJson(join(out, files.metrics), metrics);
    await writeJson(join(out, files.timings), timings);
    await writeJson(join(out, files.record), finished);
    await log.close();
    return { folder: out, metrics, record: finished, timings };
  } finally {
    await pool.close();
  }
}

interface Context extends RunOptions {
  readonly dataset: Dataset;
  /** SHA-256 over the pictures that are used: all of the dataset, or those that a limit left. */
  readonly digest: string;
  readonly notes: readonly string[];
  readonly log: RunLog;
  readonly pool: Pool;
  readonly lists: ReadonlyMap<string, ReadyList>;
}

async function makeFolder({ out, resume }: RunOptions, partial: string): Promise<void> {
  const used = existsSync(join(out, files.record)) || existsSync(join(out, observationsFile));
  if (used && !resume)
    throw new UserError(`${out} holds a run already; choose another --out, or go on with it by --resume`);
  if (resume && used && !existsSync(partial))
    throw new UserError(`The run in ${out} is finished; there is nothing to resume`);
  await mkdir(partial, { recursive: true });
}

function checkDigest(experiment: Experiment, dataset: Dataset): void {
  const wanted = experiment.dataset.sha256;
  if (wanted !== undefined && wanted !== dataset.sha256)
    throw new UserError(
      `Expected dataset ${wanted} for experiment '${experiment.name}' but '${dataset.name}' has sha256 ${dataset.sha256}; use the pictures that it names, or take the line out`,
    );
}

/** The curator's lists: the original file of every listed picture, under every hash. */
async function buildLists(
  experiment: Experiment,
  pictures: readonly AssignedPicture[],
  pool: Pool,
  { onProgress, signal }: RunOptions,
): Promise<Map<string, ReadyList>> {
  const listed = pictures.filter(({ content }) => content === 'listed');
  const hashed: { id: string; hashes: Record<string, Hashed> }[] = [];
  await inOrder(
    listed,
    pool.threads * 2,
    (picture) => pool.run<Record<string, Hashed>>('hashOriginal', { picture, hashes: experiment.grid.hash }),
    async (hashes, { id }) => {
      hashed.push({ id, hashes });
      onProgress('hashing the list', hashed.length, listed.length);
    },
    signal,
  );
  return new Map(
    experiment.grid.hash.map((name) => {
      const entries = hashed.flatMap(({ id, hashes }) => {
        const found = hashes[name]!;
        return found.state === 'hashed' ? [{ id, hash: fromHex(found.hex) }] : [];
      });
      const facts = { name: `${experiment.name} list`, algorithm: name, bits: hashByName(name).bits };
      return [name, ready(hashList(facts, entries))];
    }),
  );
}

/** Writes the record of a run that starts; of one that goes on, checks that it is the same. */
async function startRecord(context: Context): Promise<RunRecord> {
  const { experiment, dataset, out, log, lists } = context;
  const path = join(out, files.record);
  const before = existsSync(path) ? check(RunRecord, JSON.parse(await readFile(path, 'utf8')), path) : undefined;
  if (before) {
    const same =
      canonicalJson(before.experimentResolved) === canonicalJson(experiment) &&
      before.dataset.sha256 === dataset.sha256 &&
      // Under another limit the list may be the same: the notes say how many pictures were drawn.
      canonicalJson(before.notes ?? []) === canonicalJson(context.notes) &&
      before.list.root === lists.get(experiment.messages.hash)!.list.root;
    if (!same)
      throw new UserError(
        `The run in ${out} is of another experiment, dataset or limit; resume it with what it was started with`,
      );
    const resumed = { ...before, resumed: before.resumed || log.done.length > 0 };
    await writeJson(path, resumed);
    return resumed;
  }
  const { list } = lists.get(experiment.messages.hash)!;
  const record: RunRecord = {
    schemaVersion: 1,
    runId: createHash('sha256')
      .update(`${context.created} ${canonicalJson(experiment)}`)
      .digest('hex')
      .slice(0, 12),
    created: context.created,
    command: context.command,
    seed: experiment.seed,
    streams,
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    models: [],
    list: { entries: list.entries.length, root: list.root },
    ...(await surroundings()),
    threads: context.pool.threads,
    resumed: false,
    classifierBackend: 'none',
    notes: [...context.notes],
    experimentAsPassed: context.asPassed,
    experimentResolved: experiment,
  };
  await writeJson(path, record);
  return record;
}

/** Random streams that are drawn from the seed of an experiment; … stands for a name. */
const streams = [
  'assign/…',
  'copies/…',
  'edit/…',
  'messages',
  'keys/…',
  'orders',
  'report/…',
  'abort/…',
  'attack/…',
  'bootstrap/…',
  'tradeoff',
];

/** Does the work on all pictures that is not done yet; returns what is known of those that could be used. */
async function runPictures(context: Context, tasks: readonly PictureTask[]): Promise<PictureMemo[]> {
  const { log, pool, experiment, dataset, digest, onProgress, signal } = context;
  const cells = new Map<string, string>();
  const cell = (of: Record<string, unknown>): string => {
    const key = canonicalJson(of);
    const id = cells.get(key) ?? cellId(experiment, digest, of);
    cells.set(key, id);
    return id;
  };
  if (log.done.length === 0 && dataset.refused.length > 0) {
    const rows = dataset.refused.map(({ picture, reason }) => ({ row: 'refused', picture, reason }) as const);
    await log.append('refused by the reader', rows, null);
  }
  const already = log.done.filter(({ task }) => task.startsWith('picture ')).length;
  let count = already;
  onProgress('scanning pictures', count, tasks.length);
  type Outcome = PictureResult | { readonly state: 'failed'; readonly error: string };
  await inOrder(
    tasks.slice(already),
    pool.threads * 3,
    (task): Promise<Outcome> =>
      pool.run<PictureResult>('workOnPicture', task).catch((error) => ({ state: 'failed', error: reasonOf(error) })),
    async (result, task) => {
      const rows = pictureRows(task, result, context.lists, cell);
      const memo: PictureMemo | null =
        result.state === 'done'
          ? {
              index: result.index,
              model: result.model,
              decodeMillis: result.decodeMillis,
              hashMillis: result.hashMillis,
              classifyMillis: result.sendables.map(({ classifyMillis }) => classifyMillis),
            }
          : null;
      await log.append(`picture ${task.picture.id}`, rows, memo);
      onProgress('scanning pictures', ++count, tasks.length);
    },
    signal,
  );
  return log.done.flatMap(({ task, memo }) => (task.startsWith('picture ') && memo ? [memo as PictureMemo] : []));
}

/** Runs every strategy that is not done yet. */
async function runStrategies(
  context: Context,
  tasks: readonly PictureTask[],
  done: readonly PictureMemo[],
  label: number,
): Promise<void> {
  const { experiment, digest, log, pool, out, onProgress, signal } = context;
  const usable = new Set(done.map(({ index }) => index));
  const rows = await readObservations(out);
  const shared = {
    experiment,
    thresholdBits: hashThreshold(rows, experiment, experiment.messages.hash, true).bits,
    thresholdScore: classifierThreshold(rows, experiment, label).score,
    label,
    listPath: join(out, files.list),
    scratch: join(out, 'partial'),
    messages: planMessages(
      experiment,
      tasks.filter(({ index }) => usable.has(index)),
    ),
    pictures: Object.fromEntries(
      tasks.map(({ index, picture: { id, group, topic, content, split } }) => [
        index,
        { id, group, topic, content, split },
      ]),
    ),
  };
  const already = log.done.filter(({ task }) => task.startsWith('strategy ')).length;
  let count = already;
  onProgress('running strategies', count, experiment.grid.strategy.length);
  await inOrder(
    experiment.grid.strategy.slice(already),
    pool.threads,
    (strategy) => {
      const cell = cellId(experiment, digest, { strategy });
      return pool.run<StrategyResult>('runStrategy', { ...shared, cell, strategy } satisfies StrategyTask);
    },
    async ({ rows: found, senderMillis, otherMillis }, strategy) => {
      const memo: StrategyMemo = { strategy, senderMillis, otherMillis };
      await log.append(`strategy ${strategy}`, found, memo);
      onProgress('running strategies', ++count, experiment.grid.strategy.length);
    },
    signal,
  );
}

function labelIndex(experiment: Experiment, labels: readonly string[]): number {
  const { label, classifier } = experiment.messages;
  const index = labels.findIndex((each) => each.toLowerCase() === label.toLowerCase());
  if (index < 0)
    throw new UserError(`Expected one of ${labels.join(', ')} for the label of ${classifier} but received '${label}'`);
  return index;
}

/** Written beside its place and then renamed: a kill leaves the old file or the new one, never half of one. */
async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path}.part`, path);
}
