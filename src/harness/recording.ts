/** Starts, resumes and finishes a run in its folder. */
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders, writeJson } from '../disk/write.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import { canonicalJson } from '../util/digest.ts';
import { InterruptedError, UserError } from '../util/errors.ts';
import { recordVersion } from './damaged.ts';
import { mustInferAlike } from './inference.ts';
import type { Finished } from './kind.ts';
import { type Surroundings, surroundings } from './record.ts';
import { lockFile, metricsDigest, nothingToResume, partialName, RunFolder, runFiles } from './run-folder.ts';
import type { RunOptions } from './run-options.ts';
import { checkFound, checkResumed } from './same-run.ts';
import { shardsAtWork, takeShard } from './shard.ts';
import type { Spool } from './spool.ts';

/** State of the folder when a run starts or resumes. */
export interface Begun {
  /** The record, if the run is resumed. */
  readonly before: RunRecord | undefined;
  readonly now: Surroundings;
}

/**
 * Does the work of a run in its folder, which must be new or contain a resumable run. Otherwise throws a UserError with the obstacle. A shard goes on
 * with the run of its folder, or begins it; it has the folder to itself only at its start, and then its own lock, which keeps others from the same
 * shard and from finishing the run under it.
 */
export async function inRunFolder<T>(options: RunOptions<unknown>, work: (begun: Begun) => Promise<T>): Promise<T> {
  const { out, resume, shard, worker, held = false } = options;
  const folder = new RunFolder(out);
  // The coordinator of a worker has the folder to itself.
  if (worker) return work(await makeFolder({ ...options, resume: true }, false));
  if (shard) {
    const { begun, lock } = await folder.inTurn(async () => ({
      begun: await makeFolder({ ...options, resume: true }, true),
      lock: await takeShard(folder.partial, shard),
    }));
    try {
      return await work(begun);
    } finally {
      await lock.release();
    }
  }
  const begin = async (): Promise<T> => {
    const begun = await makeFolder(options, false);
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

/** The state of the folder; creates what a new run needs. `begins`: whether a run that is to be resumed may also begin. */
async function makeFolder(options: RunOptions<unknown>, begins: boolean): Promise<Begun> {
  const { out, resume } = options;
  const folder = new RunFolder(out);
  const names = await readdir(out);
  const [used, unfinished] = [names.includes(runFiles.record), names.includes(partialName)];
  if (used && !resume)
    throw new UserError(
      `${out} already holds a run; choose another --out${unfinished ? ', or continue it with --resume' : ''}`,
    );
  if (resume && used && !unfinished)
    throw new UserError(`The run in ${out} is finished; there is nothing to ${begins ? 'do' : 'resume'}`);
  if (resume && !used && !unfinished && !begins) throw nothingToResume(out);
  if (unfinished && !begins && !options.worker) await shardsAtWork(folder.partial);
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
  // Another shard may be planning the run.
  if (!begins) await rm(folder.partial, { recursive: true, force: true });
  await makeFolders(folder.partial);
  return { before: undefined, now };
}

/** Facts of a run for its record, in addition to its surroundings. */
interface RunFacts
  extends Pick<
    RunOptions<{ readonly seed: number }>,
    | 'experiment'
    | 'out'
    | 'resume'
    | 'command'
    | 'created'
    | 'asPassed'
    | 'transport'
    | 'limit'
    | 'backend'
    | 'shard'
    | 'worker'
    | 'onProgress'
    | 'signal'
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

/** Writes the record of a new run; for a resumed run, checks that its inputs are the same. Of several shards, the first one writes it; a worker finds it. */
export async function openRecord(begun: Begun, facts: RunFacts): Promise<RunRecord> {
  if (facts.worker && begun.before) return checked(begun.before, begun, facts);
  if (!facts.shard) return writeRecord(begun, facts);
  const folder = new RunFolder(facts.out);
  return folder.inTurn(async () => {
    const before = await folder.recordIfThere();
    return before ? checked(before, begun, facts) : writeRecord(begun, facts);
  });
}

/** The record that another process wrote. Throws a UserError if this process does not work with the same inputs. */
function checked(before: RunRecord, { now }: Begun, facts: RunFacts): RunRecord {
  checkResumed(before, facts, now);
  mustInferAlike(before.inference, facts.inference, facts.out);
  checkFound(before, facts.out, foundOf(facts));
  return before;
}

/** What a run found, and must find again when it is resumed. */
const foundOf = ({ dataset, notes, list }: RunFacts): Pick<RunRecord, 'dataset' | 'notes' | 'list'> => ({
  dataset: { name: dataset.name, sha256: dataset.sha256 },
  notes: [...notes],
  ...(list ? { list: { entries: list.entries, root: list.root } } : {}),
});

async function writeRecord({ before, now }: Begun, facts: RunFacts): Promise<RunRecord> {
  const { experiment, transport, limit, out } = facts;
  const found = foundOf(facts);
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
  spool: Pick<Spool, 'remove'>,
  { metrics, record, timings }: { metrics: M; record: RunRecord; timings: Timings },
): Promise<Finished<M>> {
  const finished: RunRecord = { ...record, metrics: { sha256: metricsDigest(metrics) } };
  await writeJson(join(out, runFiles.metrics), metrics);
  await writeJson(join(out, runFiles.timings), timings);
  await writeJson(join(out, runFiles.record), finished);
  await spool.remove();
  return { folder: out, metrics, record: finished, timings };
}
