/** A run that scans messages, from experiment to metrics: dataset → list → pictures → strategies → metrics, each step kept as it is done. */

import { join } from 'node:path';
import { type AssignedPicture, assign } from '../../dataset/assign.ts';
import { type Dataset, digestOf } from '../../dataset/dataset.ts';
import { openDataset } from '../../dataset/open.ts';
import { writeWhole } from '../../disk/write.ts';
import type { Experiment } from '../../experiment/tradeoff/experiment.ts';
import { hashByName } from '../../hash/index.ts';
import { binary } from '../../match/format/binary.ts';
import { hashList } from '../../match/hash-list.ts';
import type { Row } from '../../schema/row.ts';
import type { RunRecord } from '../../schema/run-record.ts';
import { classifierThreshold, hashThreshold } from '../../score/thresholds.ts';
import { canonicalJson } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { fromHex } from '../../util/hex.ts';
import { inOrder } from '../in-order.ts';
import type { Finished, Kind } from '../kind.ts';
import { RunLog } from '../log.ts';
import { phaseTimer } from '../phases.ts';
import { type Pool, startPool } from '../pool.ts';
import { openingDataset, type RunContext, type RunOptions } from '../run-context.ts';
import { type Begun, finishRun, inRunFolder, partialFolder, runFiles, startRecord } from '../run-folder.ts';
import { mustWork } from '../scoring/probe.ts';
import { type PictureMemo, type StrategyMemo, timingsOf } from '../timings.ts';
import { labelIndex } from './check.ts';
import type { Hashed, PictureResult } from './picture-task.ts';
import { cellId, messageHashes, type PictureTask, type PlannedMessage, planMessages } from './plan.ts';
import type { StrategyTask } from './play.ts';
import { pictureRows, type ReadyList, ready } from './rows.ts';
import type { StrategyResult } from './strategy-task.ts';

/** What a kind of experiment on messages decides for itself. E: the experiment, M: its metrics. */
export interface ScanKind<E> {
  /** What is scanned and sent, in the words of a trade-off. */
  scan(experiment: E): Experiment;
  /** The work on the pictures; `scratch` is for what later phases read again. */
  tasks(experiment: E, pictures: readonly AssignedPicture[], scratch: string): readonly PictureTask[];
  /** What is done with every strategy; as a trade-off does it, where left out. */
  work?(experiment: E): (usable: readonly PictureTask[]) => StrategyWork;
  /** Random streams that are drawn from the seed, beside those of a trade-off; … stands for a name. */
  readonly streams?: readonly string[];
}

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runScan = <E extends { readonly seed: number }, R extends Row, M>(
  options: RunOptions<E>,
  kind: Kind<E, R, M>,
  scan: ScanKind<E>,
): Promise<Finished<M>> => inRunFolder(options, (begun) => scanIn(begun, options, kind, scan));

async function scanIn<E extends { readonly seed: number }, R extends Row, M>(
  begun: Begun,
  options: RunOptions<E>,
  kind: Kind<E, R, M>,
  scan: ScanKind<E>,
): Promise<Finished<M>> {
  const { out } = options;
  const experiment = scan.scan(options.experiment);
  const scanning: RunOptions = { ...options, experiment };
  const partial = partialFolder(out);
  const { phases, timed } = phaseTimer();

  const dataset = await timed('dataset', () =>
    openDataset(experiment.dataset.name, {
      seed: experiment.seed,
      ...(experiment.dataset.pictures === undefined ? {} : { pictures: experiment.dataset.pictures }),
      ...openingDataset(options),
      orient: experiment.dataset.orient,
    }),
  );
  checkDigest(experiment, dataset);
  const { seed, assignment } = experiment;
  const limit = options.limit === undefined ? {} : { limit: options.limit };
  const { pictures, notes: drawn } = assign(dataset.pictures, { seed, ...assignment, ...limit });
  const notes = [...dataset.notices, ...drawn];
  const tasks = scan.tasks(options.experiment, pictures, partial);
  const pool = startPool(options.threads, kind.tasks, options.transport?.connect);
  try {
    // A network that is missing or gives no scores is found out before the work on all pictures, not after it.
    await mustWork(pool, { classifiers: [experiment.messages.classifier] });
    const lists = await timed('list', () => buildLists(experiment, pictures, pool, scanning));
    const found = { ...scanning, dataset, digest: digestOf(pictures), notes, pool, lists };
    const record = await startRecord(begun, found, options.experiment, scan.streams);
    const log = await RunLog.open<Row>({ folder: out, partial, types: kind.rows });
    const context: RunContext = { ...found, log };
    const { hash, equalityHash, secondHash } = experiment.messages;
    for (const [file, name] of [
      [runFiles.list, hash],
      [runFiles.equalityList, equalityHash],
      [runFiles.secondList, secondHash],
    ] as const)
      await writeWhole(join(out, file), binary.write(lists.get(name)!.list));
    const done = await timed('pictures', () => runPictures(context, tasks));
    if (done.length === 0) throw new UserError(`None of the ${tasks.length} pictures of the dataset could be decoded`);
    const models = [...new Map(done.map(({ model }) => [model.sha256, model])).values()];
    const label = labelIndex(experiment);
    await timed('strategies', () => runStrategies(context, tasks, done, label, scan.work?.(options.experiment)));
    const metrics = await timed('metrics', async () =>
      kind.score((await log.readBack()) as R[], { folder: out, experiment: options.experiment, record }),
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
    return await finishRun(out, log, { metrics, record: finished, timings });
  } finally {
    await pool.close();
  }
}

function checkDigest(experiment: Experiment, dataset: Dataset): void {
  const wanted = experiment.dataset.sha256;
  if (wanted !== undefined && wanted !== dataset.sha256)
    throw new UserError(
      `Expected dataset ${wanted} for experiment '${experiment.name}' but '${dataset.name}' has sha256 ${dataset.sha256}; use the pictures that it names, or take the line out`,
    );
}

// The first phase of a run: the curator's lists.

/** The curator's lists: the original file of every listed picture, under every hash. */
export async function buildLists(
  experiment: Experiment,
  pictures: readonly AssignedPicture[],
  pool: Pool,
  { onProgress, signal }: RunOptions,
): Promise<Map<string, ReadyList>> {
  const listed = pictures.filter(({ content }) => content === 'listed');
  const names = [...new Set([...experiment.grid.hash, ...Object.values(messageHashes(experiment))])];
  const hashed: { id: string; hashes: Record<string, Hashed> }[] = [];
  await inOrder(
    listed,
    pool.threads * 2,
    (picture) => pool.run<Record<string, Hashed>>('hashOriginal', { picture, hashes: names }),
    async (hashes, { id }) => {
      hashed.push({ id, hashes });
      onProgress('hashing the list', hashed.length, listed.length);
    },
    signal,
  );
  return new Map(
    names.map((name) => {
      const entries = hashed.flatMap(({ id, hashes }) => {
        const found = hashes[name]!;
        return found.state === 'hashed' ? [{ id, hash: fromHex(found.hex) }] : [];
      });
      const facts = { name: `${experiment.name} list`, algorithm: name, bits: hashByName(name).bits };
      return [name, ready(hashList(facts, entries))];
    }),
  );
}

// The second phase of a run: all pictures, edited, hashed, compressed, classified.

/** Does the work on all pictures that is not done yet; returns what is known of those that could be used. */
export async function runPictures(context: RunContext, tasks: readonly PictureTask[]): Promise<PictureMemo[]> {
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
  await inOrder(
    tasks.slice(already),
    pool.threads * 3,
    (task) => pool.run<PictureResult>('workOnPicture', task),
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

// The third phase of a run: every strategy, on the same messages.

/** What is done with every strategy: which messages are sent, and by which of the worker's tasks. */
export interface StrategyWork {
  readonly worker: string;
  readonly messages: readonly PlannedMessage[];
  /** What the worker is told beside a StrategyTask. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Runs every strategy that is not done yet; `workOn` says what is done with it on the pictures that could be used. */
export async function runStrategies(
  context: RunContext,
  tasks: readonly PictureTask[],
  done: readonly PictureMemo[],
  label: number,
  workOn: (usable: readonly PictureTask[]) => StrategyWork = (usable) => ({
    worker: 'runStrategy',
    messages: planMessages(context.experiment, usable),
  }),
): Promise<void> {
  const { experiment, digest, log, pool, out, onProgress, signal } = context;
  const usable = new Set(done.map(({ index }) => index));
  const work = workOn(tasks.filter(({ index }) => usable.has(index)));
  const rows = await log.readBack();
  const shared = {
    experiment,
    thresholdBits: {
      near: hashThreshold(rows, experiment, experiment.messages.hash, true).bits,
      equality: 0,
      second: hashThreshold(rows, experiment, experiment.messages.secondHash, true).bits,
    },
    thresholdScore: classifierThreshold(rows, experiment, label).score,
    label,
    listPaths: {
      near: join(out, runFiles.list),
      equality: join(out, runFiles.equalityList),
      second: join(out, runFiles.secondList),
    },
    scratch: partialFolder(out),
    messages: work.messages,
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
      const task: StrategyTask = { ...shared, cell, strategy };
      return pool.run<StrategyResult>(work.worker, { ...task, ...work.extra });
    },
    async ({ rows: found, senderMillis, otherMillis }, strategy) => {
      const memo: StrategyMemo = { strategy, senderMillis, otherMillis };
      await log.append(`strategy ${strategy}`, found, memo);
      onProgress('running strategies', ++count, experiment.grid.strategy.length);
    },
    signal,
  );
}
