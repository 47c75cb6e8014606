/** A run that scans messages, from experiment to metrics: dataset → list → pictures → strategies → metrics, each step kept as it is done. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AssignedPicture, assign } from '../dataset/assign.ts';
import { type Dataset, digestOf } from '../dataset/dataset.ts';
import { openDataset } from '../dataset/open.ts';
import { writeWhole } from '../disk/write.ts';
import { binary } from '../match/format/binary.ts';
import type { Experiment } from '../schema/experiment.ts';
import type { Observation } from '../schema/observation.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { UserError } from '../util/errors.ts';
import { labelIndex } from './check-experiment.ts';
import type { Finished } from './kind.ts';
import { RunLog } from './log.ts';
import { phaseTimer } from './phases.ts';
import type { PictureTask } from './plan.ts';
import { startPool } from './pool.ts';
import { openingDataset, type RunContext, type RunOptions } from './run-context.ts';
import { type Begun, finishRun, inRunFolder, partialFolder, runFiles, startRecord } from './run-folder.ts';
import { buildLists } from './run-list.ts';
import { runPictures } from './run-pictures.ts';
import { runStrategies, type StrategyWork } from './run-strategies.ts';
import type { MetricsContext } from './score/metrics.ts';
import type { NetworksUsed } from './scoring/probe.ts';
import { timingsOf } from './timings.ts';

/** What a kind of experiment on messages decides for itself. E: the experiment, M: its metrics. */
export interface ScanKind<E, M> {
  /** What is scanned and sent, in the words of a trade-off. */
  scan(experiment: E): Experiment;
  /** The work on the pictures; `scratch` is for what later phases read again. */
  tasks(experiment: E, pictures: readonly AssignedPicture[], scratch: string): readonly PictureTask[];
  /** What is done with every strategy; as a trade-off does it, where left out. */
  work?(experiment: E): (usable: readonly PictureTask[]) => StrategyWork;
  /** Random streams that are drawn from the seed, beside those of a trade-off; … stands for a name. */
  readonly streams?: readonly string[];
  metrics(rows: readonly Observation[], experiment: E, facts: Omit<MetricsContext, 'experiment'>): M;
}

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export const runScan = <E extends { readonly seed: number }, M>(
  options: RunOptions<E>,
  kind: ScanKind<E, M>,
): Promise<Finished<M>> => inRunFolder(options, (begun) => scanIn(begun, options, kind));

async function scanIn<E extends { readonly seed: number }, M>(
  begun: Begun,
  options: RunOptions<E>,
  kind: ScanKind<E, M>,
): Promise<Finished<M>> {
  const { out } = options;
  const experiment = kind.scan(options.experiment);
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
  const tasks = kind.tasks(options.experiment, pictures, partial);
  const pool = startPool(options.threads, options.transport?.worker);
  try {
    // A network that is missing or gives no scores is found out before the work on all pictures, not after it.
    await pool.run('probeNetworks', { classifiers: [experiment.messages.classifier] } satisfies NetworksUsed);
    const lists = await timed('list', () => buildLists(experiment, pictures, pool, scanning));
    const list = lists.get(experiment.messages.hash)!.list;
    const found = { ...scanning, dataset, digest: digestOf(pictures), notes, pool, lists };
    const record = await startRecord(begun, found, options.experiment, kind.streams);
    const log = await RunLog.open(out, partial);
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
    await timed('strategies', () => runStrategies(context, tasks, done, label, kind.work?.(options.experiment)));
    const rows = await log.readBack();
    const metrics = await timed('metrics', async () =>
      kind.metrics(rows, options.experiment, {
        dataset: { name: dataset.name, sha256: dataset.sha256 },
        label,
        listEntries: list.entries.length,
        listBytes: (await stat(join(out, runFiles.list))).size,
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
