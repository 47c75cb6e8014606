/** The folder of a run: what lies in it, who may start or go on there, and the record of what is run. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from '../schema/check.ts';
import { RunRecord } from '../schema/run-record.ts';
import { canonicalJson } from '../util/digest.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { observationsFile } from './log.ts';
import { surroundings } from './record.ts';
import type { RunContext, RunOptions } from './run-context.ts';
import { inProcess } from './transport.ts';

/** Files of a run beside its observations. */
export const runFiles = {
  record: 'run.json',
  metrics: 'metrics.json',
  timings: 'timings.json',
  list: 'list.presend',
  equalityList: 'equality-list.presend',
  secondList: 'second-list.presend',
} as const;

/** Folder inside a run's folder that holds what only an unfinished run needs. */
export const partialFolder = (out: string): string => join(out, 'partial');

/** Makes the folder, or makes sure that the run in it may go on. Throws a UserError that says which of the two is wrong. */
export async function makeFolder({ experiment, out, resume }: RunOptions<unknown>): Promise<void> {
  const partial = partialFolder(out);
  const used = existsSync(join(out, runFiles.record)) || existsSync(join(out, observationsFile));
  if (used && !resume)
    throw new UserError(`${out} holds a run already; choose another --out, or go on with it by --resume`);
  if (resume && !used) throw new MissingError(`No run in ${out} to resume; leave --resume out to start one there`);
  if (resume && !existsSync(partial)) throw new UserError(`The run in ${out} is finished; there is nothing to resume`);
  if (resume && existsSync(join(out, runFiles.record))) {
    const before = await recordOf(out);
    if (canonicalJson(before.experimentResolved) !== canonicalJson(experiment)) throw anotherRun(out);
  }
  await mkdir(partial, { recursive: true });
}

/** What the record of a run says of it, beside its surroundings. */
export interface RunFacts
  extends Pick<
    RunOptions<{ readonly seed: number }>,
    'experiment' | 'out' | 'command' | 'created' | 'asPassed' | 'transport'
  > {
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
  /** Names of the random streams that the run draws from. */
  readonly streams: readonly string[];
  /** The curator's list, where there is one. */
  readonly list?: RunRecord['list'];
  readonly threads: number;
  /** Whether some of its work is done already. */
  readonly begun: boolean;
}

/** The record of a run that scans messages: of `experiment`, drawing from `more` streams beside those of a trade-off. */
export function startRecord(
  context: RunContext,
  experiment: { readonly seed: number },
  more: readonly string[] = [],
): Promise<RunRecord> {
  const { list } = context.lists.get(context.experiment.messages.hash)!;
  return openRecord({
    ...context,
    experiment,
    streams: [...streams, ...more],
    list: { entries: list.entries.length, root: list.root },
    threads: context.pool.threads,
    begun: context.log.done.length > 0,
  });
}

/** Writes the record of a run that starts; of one that goes on, checks that it is the same. */
export async function openRecord(facts: RunFacts): Promise<RunRecord> {
  const { experiment, dataset, notes, list, transport } = facts;
  const path = join(facts.out, runFiles.record);
  if (existsSync(path)) {
    const before = await recordOf(facts.out);
    const same =
      canonicalJson(before.experimentResolved) === canonicalJson(experiment) &&
      before.dataset.sha256 === dataset.sha256 &&
      // Under another limit the list may be the same: the notes say how many pictures were drawn.
      canonicalJson(before.notes ?? []) === canonicalJson(notes) &&
      before.list?.root === list?.root;
    if (!same) throw anotherRun(facts.out);
    const began = before.transport ?? inProcess.name;
    if (began !== (transport ?? inProcess).name)
      throw new UserError(`The run in ${facts.out} was started with --transport ${began}; resume it with that`);
    const resumed = { ...before, resumed: before.resumed || facts.begun };
    await writeJson(path, resumed);
    return resumed;
  }
  const record: RunRecord = {
    schemaVersion: 1,
    runId: createHash('sha256')
      .update(`${facts.created} ${canonicalJson(experiment)}`)
      .digest('hex')
      .slice(0, 12),
    created: facts.created,
    command: facts.command,
    seed: experiment.seed,
    streams: [...facts.streams],
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    models: [],
    ...(list ? { list } : {}),
    ...(await surroundings()),
    threads: facts.threads,
    ...(transport ? { transport: transport.name } : {}),
    resumed: false,
    classifierBackend: 'none',
    notes: [...notes],
    experimentAsPassed: facts.asPassed,
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

const recordOf = async (out: string): Promise<RunRecord> =>
  check(RunRecord, JSON.parse(await readFile(join(out, runFiles.record), 'utf8')), join(out, runFiles.record));

const anotherRun = (out: string): UserError =>
  new UserError(
    `The run in ${out} is of another experiment, dataset or limit; resume it with what it was started with`,
  );

/** Written beside its place and then renamed: a kill leaves the old file or the new one, never half of one. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path}.part`, path);
}
