/** A finished run, read back: its metrics are derived anew from the raw observations, never copied. */
import { relative } from 'node:path';
import type { TSchema } from 'typebox';
import { resumeCommand, typed, wordsOf } from '../disk/command-line.ts';
import { readBytes, undamaged } from '../harness/damaged.ts';
import type { Finished } from '../harness/kind.ts';
import { readObservations } from '../harness/rows-file.ts';
import { isUnfinished, readRecord, runFiles } from '../harness/run-folder.ts';
import { check } from '../schema/check.ts';
import { type RunRecord, Timings } from '../schema/run-record.ts';
import { UserError } from '../util/errors.ts';
import { checkAny } from './experiment-file.ts';
import type { AnyExperiment, AnyMetrics } from './index.ts';
import { kindOf } from './run.ts';

/** Reads a run and derives its metrics. A MissingError where there is none, a UserError where it is unfinished or damaged. */
export async function reloadRun(folder: string): Promise<Finished<AnyMetrics>> {
  const record = await readRecord(folder);
  if (await isUnfinished(folder))
    throw new UserError(`The run in ${folder} is unfinished; go on with: ${goOnCommand(record, folder)}`);
  const experiment = experimentOf(folder, record);
  const timings = await readJson(folder, runFiles.timings, Timings);
  const kind = kindOf(experiment);
  const rows = await readObservations(folder, kind.rows, { seal: record.observations, checked: true });
  const metrics = await kind.score(rows, { folder, experiment, record });
  return { folder, metrics, record, timings };
}

/** The command that goes on with an unfinished run: the one that began it, with its folder. */
export function goOnCommand({ command }: RunRecord, folder: string): string {
  const words = wordsOf(command.replace(/^presend /, ''));
  // Other commands, such as reproduce, go on by themselves.
  return words[0] === 'run' ? resumeCommand(words, relative('', folder) || folder) : typed(words);
}

/** What is to be said of a run that was made before rows were counted and digested; undefined of all others. */
export const unsealed = ({ observations }: RunRecord): string | undefined =>
  observations ? undefined : 'run.json has no digest of the rows: rows that are gone or altered cannot be noticed';

async function readJson<S extends TSchema>(folder: string, file: string, schema: S) {
  const text = new TextDecoder().decode(await readBytes(folder, file));
  return undamaged(folder, file, () => check(schema, JSON.parse(text), 'its content'));
}

function experimentOf(folder: string, record: RunRecord): AnyExperiment {
  return undamaged(folder, runFiles.record, () => checkAny(record.experimentResolved, 'experimentResolved'));
}
