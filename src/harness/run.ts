/** A run, from experiment to metrics: dataset → list → pictures → strategies → metrics, each step kept as it is done. */

import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assign } from '../dataset/assign.ts';
import { type Dataset, digestOf } from '../dataset/dataset.ts';
import { openDataset } from '../dataset/open.ts';
import { binary } from '../match/format/binary.ts';
import type { Experiment } from '../schema/experiment.ts';
import type { Metrics } from '../schema/metrics.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { UserError } from '../util/errors.ts';
import { labelIndex } from './check-experiment.ts';
import type { Finished } from './kind.ts';
import { RunLog, readObservations } from './log.ts';
import { phaseTimer } from './phases.ts';
import { pictureTasks } from './plan.ts';
import { startPool } from './pool.ts';
import type { RunContext, RunOptions } from './run-context.ts';
import { makeFolder, partialFolder, runFiles, startRecord, writeJson } from './run-folder.ts';
import { buildLists } from './run-list.ts';
import { runPictures } from './run-pictures.ts';
import { runStrategies } from './run-strategies.ts';
import { metricsOf } from './score/metrics.ts';
import { timingsOf } from './timings.ts';

/** Runs an experiment. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export async function runExperiment(options: RunOptions): Promise<Finished<Metrics>> {
  const { experiment, out, onProgress } = options;
  const partial = partialFolder(out);
  await makeFolder(options);
  const { phases, timed } = phaseTimer();

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
    const context: RunContext = { ...options, dataset, digest: digestOf(pictures), notes, log, pool, lists };
    const record = await startRecord(context);
    const { hash, equalityHash, secondHash } = experiment.messages;
    for (const [file, name] of [
      [runFiles.list, hash],
      [runFiles.equalityList, equalityHash],
      [runFiles.secondList, secondHash],
    ] as const)
      await writeFile(join(out, file), binary.write(lists.get(name)!.list));
    const done = await timed('pictures', () => runPictures(context, tasks));
    if (done.length === 0) throw new UserError(`None of the ${tasks.length} pictures of the dataset could be decoded`);
    const models = [...new Map(done.map(({ model }) => [model.sha256, model])).values()];
    const label = labelIndex(experiment);
    await timed('strategies', () => runStrategies(context, tasks, done, label));
    const rows = await readObservations(out);
    const metrics = await timed('metrics', async () =>
      metricsOf(rows, {
        experiment,
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
    await writeJson(join(out, runFiles.metrics), metrics);
    await writeJson(join(out, runFiles.timings), timings);
    await writeJson(join(out, runFiles.record), finished);
    await log.close();
    return { folder: out, metrics, record: finished, timings };
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
