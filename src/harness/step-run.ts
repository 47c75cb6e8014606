/**
 * The engine of every run. A run consists of steps. Each step's rows are stored when it is done, so that a killed run resumes after the
 * last one.
 */

import { backendNamed } from '../classify/backend.ts';
import { type Row, type RowSource, sourceOf } from '../schema/row.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import { UserError } from '../util/errors.ts';
import { inOrder } from './in-order.ts';
import { inferenceOf, mustInferAlike } from './inference.ts';
import type { Finished, Kept, Kind } from './kind.ts';
import { RunLog } from './log.ts';
import { phaseTimer, type Timed } from './phases.ts';
import { type Pool, startPool } from './pool.ts';
import { type Begun, finishRun, inRunFolder, openRecord } from './recording.ts';
import { partialFolder } from './run-folder.ts';
import type { RunOptions } from './run-options.ts';
import { mustWork, type NetworksUsed } from './scoring/probe.ts';

/** One entry of the log. T: additional data of a step beyond its rows, such as times. */
export interface Step<T> {
  /** Unique in the run, and the same when it is resumed. */
  readonly name: string;
  /** How long it takes beside the others of its phase, default 1: longer ones are started first. */
  readonly weight?: number;
  work(pool: Pool): Promise<{ readonly rows: readonly Row[]; readonly memo: T | null }>;
}

/** Consecutive steps under one name. */
export interface Phase<T, R extends Row = Row> {
  /** Name in progress messages and timings. */
  readonly name: string;
  /** The steps; if they depend on earlier results, a function of all rows so far. */
  readonly steps: readonly Step<T>[] | ((rows: RowSource<R>) => readonly Step<T>[] | Promise<readonly Step<T>[]>);
  /** Number of steps per worker that are started before the first of them is done, default 3; an interrupted run waits for them. */
  readonly ahead?: number;
  /** Number of finished steps whose rows may wait for those of an earlier one, default 0. */
  readonly held?: number;
}

/** The work of a run. */
export interface StepPlan<T, R extends Row = Row> {
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** Notes from choosing the pictures. */
  readonly notes: readonly string[];
  /** Names of the random streams; … stands for a name. */
  readonly streams: readonly string[];
  /** Files that the reader of the dataset refused. */
  readonly refused?: readonly { readonly picture: string; readonly reason: string }[];
  /** The curator's list, if there is one. */
  readonly list?: NonNullable<RunRecord['list']>;
  readonly phases: readonly Phase<T, R>[];
}

/** What a kind of experiment adds to its steps. */
interface StepKind<E, T, R extends Row> {
  /** The networks that it uses, which are probed before anything else; default none. */
  uses?(experiment: E): NetworksUsed;
  /** Plans the work. Slow preparations before the first step, such as a list, are timed as a phase by `timed`. */
  plan(options: RunOptions<E>, pool: Pool, timed: Timed): Promise<StepPlan<T, R>>;
  timings(phases: Readonly<Record<string, number>>, memos: readonly T[]): Timings;
  /** The networks that were used, and their backends; default none. */
  networks?(memos: readonly T[]): Pick<RunRecord, 'models' | 'heads' | 'classifierBackend'>;
}

/** Runs all steps. Throws an InterruptedError if `signal` aborts; finished work is stored, and `resume` continues from there. */
export const runSteps = <E extends { readonly seed: number }, R extends Row, M, T>(
  options: RunOptions<E>,
  kind: Kind<E, R, M>,
  steps: StepKind<E, T, R>,
): Promise<Finished<M>> => inRunFolder(options, (begun) => stepIn(begun, options, kind, steps));

async function stepIn<E extends { readonly seed: number }, R extends Row, M, T>(
  begun: Begun,
  options: RunOptions<E>,
  kind: Kind<E, R, M>,
  work: StepKind<E, T, R>,
): Promise<Finished<M>> {
  const { out, onProgress } = options;
  const { phases, timed } = phaseTimer();
  const backend = backendNamed(options.backend);
  const pool = startPool(options.threads, kind.tasks, { context: options.transport?.connect, backend });
  try {
    const loaded = await mustWork(pool, work.uses?.(options.experiment) ?? {});
    if (loaded.length === 0 && options.backend !== undefined)
      throw new UserError(`--backend is for experiments that use a network; this one uses none`);
    const inference = loaded.length > 0 ? await inferenceOf(backend, loaded) : undefined;
    mustInferAlike(begun.before?.inference, inference, out);
    const plan = await timed('dataset', () => work.plan(options, pool, timed));
    const record = await openRecord(begun, { ...options, ...plan, inference, threads: pool.threads });
    const log = await RunLog.open({ folder: out, partial: partialFolder(out), types: kind.rows });
    const refused = plan.refused ?? [];
    if (log.done.length === 0 && refused.length > 0)
      await log.append(
        'refused by the reader',
        refused.map(({ picture, reason }) => ({ row: 'refused', picture, reason })) as Row[] as R[],
        null,
      );
    for (const phase of plan.phases) await timed(phase.name, () => runPhase(phase, { ...options, log, pool }));
    const memos = log.done.flatMap(({ memo }) => (memo ? [memo as T] : []));
    const kept: Kept<E> = {
      folder: out,
      experiment: options.experiment,
      record,
      onProgress: (done, total) => onProgress('deriving metrics', done, total),
    };
    const metrics = await timed('metrics', async () => kind.score(sourceOf(await log.readBack()), kept));
    const finished: RunRecord = { ...record, ...work.networks?.(memos) };
    const timings = work.timings(phases, memos);
    return await finishRun(out, log, { metrics, record: finished, timings });
  } finally {
    await pool.close();
  }
}

/** Inputs of a phase. */
interface Means<R extends Row> extends Pick<RunOptions<unknown>, 'onProgress' | 'signal'> {
  readonly log: RunLog<R>;
  readonly pool: Pool;
}

/** Runs the unfinished steps of a phase concurrently, and records each in order. */
export async function runPhase<T, R extends Row>(
  { name, steps, ahead = 3, held }: Phase<T, R>,
  { log, pool, onProgress, signal }: Means<R>,
): Promise<void> {
  const all = typeof steps === 'function' ? await steps(sourceOf(await log.readBack())) : steps;
  const already = new Set(log.done.map(({ task }) => task));
  const left = all.filter((step) => !already.has(step.name));
  let count = all.length - left.length;
  onProgress(name, count, all.length);
  await inOrder(
    left,
    pool.threads * ahead,
    (step) => step.work(pool),
    async ({ rows, memo }, step) => {
      await log.append(step.name, rows as readonly R[], memo);
      onProgress(name, ++count, all.length);
    },
    signal,
    { held, weight: (step) => step.weight ?? 1 },
  );
}

/** Timings that consist of the phases only. */
export const phaseTimings = (phases: Readonly<Record<string, number>>): Timings => ({
  phases: { ...phases },
  perMessageMillis: {},
  hashMillis: {},
  classifyMillis: null,
  decodeMillis: 0,
});
