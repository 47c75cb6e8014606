/** A finished run, read back: its metrics are derived anew from the raw observations, never copied. */
import { relative } from 'node:path';
import { resumeCommand, typed, wordsOf } from '../disk/command-line.ts';
import type { Finished } from '../harness/kind.ts';
import { RunFolder, runFiles } from '../harness/run-folder.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { UserError } from '../util/errors.ts';
import { checkAny } from './experiment-file.ts';
import type { AnyMetrics } from './index.ts';
import { kindOf } from './run.ts';

/** Opens a finished run. A MissingError where there is none, a UserError where it is unfinished or damaged. */
export async function openFinished(folder: string) {
  const run = new RunFolder(folder);
  const record = await run.record();
  if (await run.isUnfinished())
    throw new UserError(`The run in ${folder} is unfinished; continue with: ${goOnCommand(record, folder)}`);
  const { kind: scored } = (record.experimentResolved ?? {}) as { kind?: unknown };
  if (scored === 'challenge')
    throw new UserError(
      `The run in ${folder} is a scored challenge, which keeps no rows; score it again with: ${record.command}`,
    );
  const experiment = run.undamaged(runFiles.record, () => checkAny(record.experimentResolved, 'experimentResolved'));
  const { observations } = record;
  if (!observations) throw run.damage(runFiles.record, 'it says nothing of the rows of the run');
  return { run, record, experiment, kind: kindOf(experiment), observations };
}

/** Reads a run and derives its metrics. Throws as `openFinished` does. */
export async function reloadRun(folder: string): Promise<Finished<AnyMetrics>> {
  const { run, record, experiment, kind, observations } = await openFinished(folder);
  const timings = await run.timings();
  const metrics = await kind.score(run.rows(kind.rows, observations, { checked: true }), {
    folder,
    experiment,
    record,
  });
  return { folder, metrics, record, timings };
}

/** The command that goes on with an unfinished run: the one that began it, with its folder. */
export function goOnCommand({ command }: RunRecord, folder: string): string {
  const words = wordsOf(command.replace(/^presend /, ''));
  // Whatever shards have left, one process can do.
  if (words.includes('--shard')) return typed(['merge', relative('', folder) || folder]);
  // Other commands, such as reproduce, go on by themselves.
  return words[0] === 'run' ? resumeCommand(words, relative('', folder) || folder) : typed(words);
}
