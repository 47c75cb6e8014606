/** A finished run, read back: its metrics are derived anew from the raw observations, never copied. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { hashByName } from '../hash/index.ts';
import { binary } from '../match/format/binary.ts';
import { check } from '../schema/check.ts';
import type { Experiment } from '../schema/experiment.ts';
import { Observation } from '../schema/observation.ts';
import { RunRecord, Timings } from '../schema/run-record.ts';
import { MissingError, reasonOf, UserError } from '../util/errors.ts';
import { type AnyExperiment, checkAny, isBenchmark, isThreshold, labelIndex } from './experiment-file.ts';
import { observationsFile } from './log.ts';
import type { FinishedAny } from './run-any.ts';
import { partialFolder, runFiles } from './run-folder.ts';
import { benchmarkMetrics } from './score/benchmark.ts';
import { metricsOf } from './score/metrics.ts';
import { thresholdMetrics } from './score/threshold.ts';

/** Reads a run and derives its metrics. A MissingError where there is none, a UserError where it is unfinished or damaged. */
export async function reloadRun(folder: string): Promise<FinishedAny> {
  if (!existsSync(join(folder, runFiles.record)))
    throw new MissingError(`No run in ${folder}: it has no ${runFiles.record}; 'presend run tradeoff' makes a run`);
  const record = await readJson(folder, runFiles.record, RunRecord);
  const experiment = experimentOf(folder, record);
  if (existsSync(partialFolder(folder)))
    throw new UserError(
      `The run in ${folder} is unfinished; go on with: presend run ${experiment.name} --out ${folder} --resume`,
    );
  const timings = await readJson(folder, runFiles.timings, Timings);
  const rows = await readRows(folder);
  if (isThreshold(experiment)) return { folder, metrics: thresholdMetrics(rows, experiment), record, timings };
  if (isBenchmark(experiment)) {
    const { dataset, notes = [] } = record;
    return { folder, metrics: benchmarkMetrics(rows, { experiment, dataset, notes }), record, timings };
  }
  const bytes = await readBytes(folder, runFiles.list);
  const { list } = listOf(folder, bytes, experiment);
  if (list.root !== record.list?.root)
    throw damaged(folder, runFiles.list, `its root is not the one in ${runFiles.record}`);
  const metrics = metricsOf(rows, {
    experiment,
    dataset: record.dataset,
    label: labelIndex(experiment),
    listEntries: list.entries.length,
    listBytes: bytes.length,
    notes: record.notes ?? [],
  });
  return { folder, metrics, record, timings };
}

const damaged = (folder: string, file: string, why: string): UserError =>
  new UserError(`The run in ${folder} is damaged: ${file}: ${why}; run the experiment again`);

async function readBytes(folder: string, file: string): Promise<Uint8Array> {
  return readFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
    throw damaged(folder, file, error.code === 'ENOENT' ? 'it is missing' : reasonOf(error));
  });
}

async function readJson<S extends TSchema>(folder: string, file: string, schema: S) {
  const text = new TextDecoder().decode(await readBytes(folder, file));
  return checked(folder, file, () => check(schema, JSON.parse(text), 'its content'));
}

function experimentOf(folder: string, record: RunRecord): AnyExperiment {
  return checked(folder, runFiles.record, () => checkAny(record.experimentResolved, 'experimentResolved'));
}

/** Every observation, each checked: a row that was cut or altered is named by its line. */
async function readRows(folder: string): Promise<Observation[]> {
  const text = new TextDecoder().decode(await readBytes(folder, observationsFile));
  const lines = text.split('\n');
  if (lines.pop() !== '') throw damaged(folder, observationsFile, 'its last line is cut');
  return lines.map((line, i) =>
    checked(folder, `${observationsFile} line ${i + 1}`, () => check(Observation, JSON.parse(line), 'the row')),
  );
}

const listOf = (folder: string, bytes: Uint8Array, { messages }: Experiment) =>
  checked(folder, runFiles.list, () =>
    binary.read(bytes, { name: '', algorithm: messages.hash, bits: hashByName(messages.hash).bits }),
  );

/** The result, or the sentence that says which file of the run is damaged. */
function checked<T>(folder: string, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(folder, file, 'it is no JSON');
    if (error instanceof UserError) throw damaged(folder, file, error.message);
    throw error;
  }
}
