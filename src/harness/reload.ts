/** A finished run, read back: its metrics are derived anew from the raw observations, never copied. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { check } from '../schema/check.ts';
import { Observation } from '../schema/observation.ts';
import { RunRecord, Timings } from '../schema/run-record.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { damage, readBytes, undamaged } from './damaged.ts';
import { checkAny } from './experiment-file.ts';
import type { Finished } from './kind.ts';
import { type AnyExperiment, type AnyMetrics, kindOf } from './kinds.ts';
import { observationsFile } from './log.ts';
import { partialFolder, runFiles } from './run-folder.ts';

/** Reads a run and derives its metrics. A MissingError where there is none, a UserError where it is unfinished or damaged. */
export async function reloadRun(folder: string): Promise<Finished<AnyMetrics>> {
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
  const metrics = await kindOf(experiment).metrics(rows, { folder, experiment, record });
  return { folder, metrics, record, timings };
}

async function readJson<S extends TSchema>(folder: string, file: string, schema: S) {
  const text = new TextDecoder().decode(await readBytes(folder, file));
  return undamaged(folder, file, () => check(schema, JSON.parse(text), 'its content'));
}

function experimentOf(folder: string, record: RunRecord): AnyExperiment {
  return undamaged(folder, runFiles.record, () => checkAny(record.experimentResolved, 'experimentResolved'));
}

/** Every observation, each checked: a row that was cut or altered is named by its line. */
async function readRows(folder: string): Promise<Observation[]> {
  const text = new TextDecoder().decode(await readBytes(folder, observationsFile));
  const lines = text.split('\n');
  if (lines.pop() !== '') throw damage(folder, observationsFile, 'its last line is cut');
  return lines.map((line, i) =>
    undamaged(folder, `${observationsFile} line ${i + 1}`, () => check(Observation, JSON.parse(line), 'the row')),
  );
}
