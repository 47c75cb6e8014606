/** Starts, resumes and finishes a run in its folder. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJson } from '../disk/write.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import { canonicalJson } from '../util/digest.ts';
import { InterruptedError, UserError } from '../util/errors.ts';
import { recordVersion } from './damaged.ts';
import type { Finished } from './kind.ts';
import type { RunLog } from './log.ts';
import { type Surroundings, surroundings } from './record.ts';
import { lockFile, metricsDigest, nothingToResume, partialName, RunFolder, runFiles } from './run-folder.ts';
import type { RunOptions } from './run-options.ts';
import { checkFound, checkResumed } from './same-run.ts';

/** State of the folder when a run starts or resumes. */
export interface Begun {
  /** The record, if the run is resumed. */
  readonly before: RunRecord | undefined;
  readonly now: Surroundings;
}

/** Does the work of a run in its folder, which must be new or contain a resumable run. Otherwise throws a UserError with the obstacle. */
export async function inRunFolder<T>(options: RunOptions<unknown>, work: (begun: Begun) => Promise<T>): Promise<T> {
  const { out, resume, held = false } = options;
  const folder = new RunFolder(out);
  const begin = async (): Promise<T> => {
    const begun = await makeFolder(options);
    try {
      return await work(begun);
    } catch (error) {
      // A run without a record cannot be resumed; an interrupted one may have drawn a corpus.
      if (!(error instanceof InterruptedError) && !(await folder.hasRun()))
        await rm(folder.partial, { recursive: true, force: true });
      throw error;
    }
  };
  return held ? begin() : folder.alone(begin, resume);
}

async function makeFolder(options: RunOptions<unknown>): Promise<Begun> {
  const { out, resume } = options;
  const folder = new RunFolder(out);
  const names = await readdir(out);
  const [used, unfinished] = [names.includes(runFiles.record), names.includes(partialName)];
  if (used && !resume)
    throw new UserError(
      `${out} already holds a run; choose another --out${unfinished ? ', or continue it with --resume' : ''}`,
    );
  if (resume && used && !unfinished) throw new UserError(`The run in ${out} is finished; there is nothing to resume`);
  if (resume && !used && !unfinished) throw nothingToResume(out);
  const now = await surroundings();
  if (used) {
    const before = await folder.record();
    checkResumed(before, options, now);
    return { before, now };
  }
  // Left by a run that ended before it wrote its record.
  const own = [lockFile, partialName, `${runFiles.record}.part`];
  const foreign = names.find((name) => !own.includes(name) && !name.startsWith('.'));
  if (foreign !== undefined)
    throw new UserError(
      `${out} is not empty: it holds ${foreign}, which a run could overwrite; choose a new folder for --out`,
    );
  await rm(folder.partial, { recursive: true, force: true });
  await mkdir(folder.partial);
  return { before: undefined, now };
}

/** Facts of a run for its record, in addition to its surroundings. */
interface RunFacts
  extends Pick<
    RunOptions<{ readonly seed: number }>,
    'experiment' | 'out' | 'command' | 'created' | 'asPassed' | 'transport' | 'limit'
  > {
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
  /** Names of the run's random streams. */
  readonly streams: readonly string[];
  /** The curator's list, if there is one. */
  readonly list?: RunRecord['list'];
  /** Where its networks are computed, if it uses any. */
  readonly inference: RunRecord['inference'];
  readonly threads: number;
}

/** Writes the record of a new run; for a resumed run, checks that its inputs are the same. */
export async function openRecord({ before, now }: Begun, facts: RunFacts): Promise<RunRecord> {
  const { experiment, dataset, notes, list, transport, limit, out } = facts;
  const found = {
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    notes: [...notes],
    ...(list ? { list: { entries: list.entries, root: list.root } } : {}),
  };
  if (before) {
    checkFound(before, out, found);
    // Killed after it was finished, but before the cleanup: it is finished again.
    const { observations: _, metrics: __, ...kept } = before;
    const resumed: RunRecord = { ...kept, resumed: true };
    await writeJson(join(out, runFiles.record), resumed);
    return resumed;
  }
  const record: RunRecord = {
    schemaVersion: recordVersion,
    runId: createHash('sha256')
      .update(`${facts.created} ${canonicalJson(experiment)}`)
      .digest('hex')
      .slice(0, 12),
    created: facts.created,
    command: facts.command,
    seed: experiment.seed,
    streams: [...facts.streams],
    models: [],
    ...found,
    ...now,
    threads: facts.threads,
    ...(transport ? { transport: transport.name } : {}),
    ...(limit === undefined ? {} : { limit }),
    resumed: false,
    classifierBackend: 'none',
    ...(facts.inference ? { inference: facts.inference } : {}),
    experimentAsPassed: facts.asPassed,
    experimentResolved: experiment,
  };
  await writeJson(join(out, runFiles.record), record);
  return record;
}

/** Writes the results of a finished run. Its record is written last, with the digests of rows and metrics; then the run is finished. */
export async function finishRun<M>(
  out: string,
  log: RunLog,
  { metrics, record, timings }: { metrics: M; record: RunRecord; timings: Timings },
): Promise<Finished<M>> {
  await log.sync();
  const finished: RunRecord = { ...record, observations: log.seal, metrics: { sha256: metricsDigest(metrics) } };
  await writeJson(join(out, runFiles.metrics), metrics);
  await writeJson(join(out, runFiles.timings), timings);
  await writeJson(join(out, runFiles.record), finished);
  await log.close();
  return { folder: out, metrics, record: finished, timings };
}
