/**
 * The engine of every run: steps done in phases by worker threads, their rows in the spool, and at the end the rows in columns and the metrics.
 * Interrupted and resumed, a run writes the same bytes. So it does if several processes share the steps: each is a shard, and whoever has all
 * steps assembles the rows in the order of the plan.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { backendNamed } from '../classify/backend.ts';
import type { Row, RowSource } from '../schema/row.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import { InterruptedError, UserError } from '../util/errors.ts';
import { inOrder } from './in-order.ts';
import { inferenceOf, mustInferAlike } from './inference.ts';
import type { Finished, Kept, Kind } from './kind.ts';
import { phaseTimer, type Timed } from './phases.ts';
import { type Pool, startPool } from './pool.ts';
import type { Worker } from './queue/crew.ts';
import type { StepFrame } from './queue/queue.ts';
import { type Begun, finishRun, inRunFolder, openRecord } from './recording.ts';
import { partialFolder, RunFolder } from './run-folder.ts';
import type { RunOptions, Shard } from './run-options.ts';
import { assembleRows } from './run-rows.ts';
import { mustWork, type NetworksUsed } from './scoring/probe.ts';
import { logOf, PartDone, shardDone } from './shard.ts';
import { frameOf, Spool, wholeRun } from './spool.ts';

/** One entry of the spool. T: additional data of a step beyond its rows, such as times. */
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

/**
 * Runs all steps. Throws an InterruptedError if `signal` aborts; finished work is stored, and `resume` continues from there. As a shard it does its
 * part of the steps, and as a worker those that it is given; then it throws a PartDone that says what is left.
 */
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
  const { out, shard, coordinator, worker, onProgress } = options;
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
    if (worker) return await workFor(worker, plan, { ...options, pool });
    const spool = await Spool.open<R>(partialFolder(out), shard ? logOf(shard) : wholeRun);
    await coordinator?.begin(record.runId);
    const order = await allSteps(plan, { ...options, spool, pool, timed });
    if (shard) {
      await spool.refresh();
      const left = order.filter((step) => !spool.has(step)).length;
      await spool.sync();
      throw shardDone(shard, out, left === 0 ? 'all' : { left });
    }
    // Workers keep hundreds of megabytes, and what follows needs none of them.
    await pool.close();
    const types = kind.rows;
    const folder = new RunFolder(out);
    const wrong = (why: string) => folder.damage('its rows', why);
    const observations = await timed('rows', () => assembleRows(spool.source(order).of(), types, { out, wrong }));
    const kept: Kept<E> = {
      folder: out,
      experiment: options.experiment,
      record,
      onProgress: (done, total) => onProgress('deriving metrics', done, total),
    };
    const metrics = await timed('metrics', () => kind.score(folder.rows(types, observations), kept));
    const memos = (await spool.memos(order)) as T[];
    const finished: RunRecord = { ...record, ...work.networks?.(memos), observations };
    await coordinator?.end();
    return await finishRun(out, spool, { metrics, record: finished, timings: work.timings(phases, memos) });
  } finally {
    await pool.close();
  }
}

/** What phases work with. */
interface Means<R extends Row>
  extends Pick<RunOptions<unknown>, 'onProgress' | 'onNotice' | 'signal' | 'out' | 'coordinator'> {
  readonly spool: Spool<R>;
  readonly pool: Pool;
  readonly shard?: Shard | undefined;
}

/** Name of the step with the files that the reader of the dataset refused. */
const readersStep = 'refused by the reader';

/** All phases of a plan. The first one records the files that the reader of the dataset refused. */
function phasesOf<T, R extends Row>({ refused = [], phases }: StepPlan<T, R>): readonly Phase<T, R>[] {
  if (refused.length === 0) return phases;
  const rows = refused.map(({ picture, reason }) => ({ row: 'refused', picture, reason }));
  return [{ name: 'dataset', steps: [{ name: readersStep, work: async () => ({ rows, memo: null }) }] }, ...phases];
}

/** Does all steps of a plan, or those of the shard; returns the names of all, in the order of the plan. */
async function allSteps<T, R extends Row>(
  plan: StepPlan<T, R>,
  { timed, ...means }: Means<R> & { readonly timed: Timed },
): Promise<string[]> {
  const order: string[] = [];
  for (const [place, phase] of phasesOf(plan).entries())
    await timed(phase.name, () => runPhase(phase, order, { ...means, place }));
  return order;
}

/** Steps of a job where steps are short. */
const stepsOfJob = 8;

/** Does jobs for a coordinator. The steps of a phase are planned when its first job comes: then all earlier steps are in the spool. */
async function workFor<T, R extends Row>(
  worker: Worker,
  plan: StepPlan<T, R>,
  { out, pool, signal }: Pick<RunOptions<unknown>, 'out' | 'signal'> & { readonly pool: Pool },
): Promise<never> {
  const phases = phasesOf(plan);
  const spool = await Spool.reading<R>(partialFolder(out));
  const planned: (readonly Step<T>[])[] = [];
  const order: string[] = [];
  const planUpTo = async (phase: number): Promise<void> => {
    for (let at = planned.length; at <= phase; at = planned.length) {
      const { steps } = phases[at]!;
      if (typeof steps === 'function') await spool.refresh();
      const all = typeof steps === 'function' ? await steps(spool.source(order)) : steps;
      planned.push(all);
      order.push(...all.map(({ name }) => name));
    }
  };
  let planning = Promise.resolve();
  const { jobs } = await worker.serve(
    pool.threads,
    async ({ phase, from, to }) => {
      planning = planning.then(() => planUpTo(phase));
      await planning;
      const frames: StepFrame[] = [];
      for (const step of planned[phase]!.slice(from, to)) {
        const { rows, memo } = await step.work(pool);
        frames.push({ step: step.name, rows: rows.length, bytes: await frameOf(rows), memo: JSON.stringify(memo) });
      }
      return frames;
    },
    signal,
  );
  if (signal.aborted) throw new InterruptedError('interrupted');
  throw new PartDone(`${out}: ${jobs} ${jobs === 1 ? 'job' : 'jobs'} done`);
}

/** Milliseconds between two looks at the logs of other shards. */
const interval = 1000;

/** Runs the unfinished steps of a phase concurrently, and records each in order. Adds the names of all its steps to `order`. */
export async function runPhase<T, R extends Row>(
  { name, steps, ahead = 3, held }: Phase<T, R>,
  order: string[],
  {
    spool,
    pool,
    shard,
    coordinator,
    place = 0,
    out,
    onProgress,
    onNotice,
    signal,
  }: Means<R> & { readonly place?: number },
): Promise<void> {
  if (typeof steps === 'function' && shard) await othersToo(order, { spool, shard, out, signal });
  const all = typeof steps === 'function' ? await steps(spool.source(order)) : steps;
  order.push(...all.map((step) => step.name));
  const own = shard ? all.filter((_, i) => i % shard.of === shard.index - 1) : all;
  const left = own.filter((step) => !spool.has(step.name));
  let count = own.length - left.length;
  onProgress(name, count, own.length);
  if (coordinator) {
    const left = (): number[] => all.flatMap((step, i) => (spool.has(step.name) ? [] : [i]));
    await coordinator.does(
      { phase: place, left, perJob: ahead > 1 ? stepsOfJob : 1 },
      {
        async take(frames) {
          for (const { step, memo, ...frame } of frames) {
            if (spool.has(step)) continue;
            await spool.appendFrame(step, frame, JSON.parse(memo));
            onProgress(name, ++count, own.length);
          }
          await spool.sync();
        },
        say: (sentence) => onNotice?.(sentence),
        signal,
      },
    );
    return;
  }
  await inOrder(
    left,
    pool.threads * ahead,
    (step) => step.work(pool),
    async ({ rows, memo }, step) => {
      await spool.append(step.name, rows as readonly R[], memo);
      onProgress(name, ++count, own.length);
    },
    signal,
    { held, weight: (step) => step.weight ?? 1 },
  );
}

/** Returns when all of some steps are finished, by whichever shard. A shard that does not wait stops here instead. */
async function othersToo(
  steps: readonly string[],
  {
    spool,
    shard,
    out,
    signal,
  }: { readonly spool: Spool; readonly shard: Shard; readonly out: string; readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    await spool.refresh();
    const left = steps.filter((step) => !spool.has(step)).length;
    if (left === 0) return;
    if (!shard.wait) {
      await spool.sync();
      throw shardDone(shard, out, { left });
    }
    if (signal.aborted) throw new InterruptedError('interrupted');
    await pause(interval, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** Timings that consist of the phases only. */
export const phaseTimings = (phases: Readonly<Record<string, number>>): Timings => ({
  phases: { ...phases },
  perMessageMillis: {},
  hashMillis: {},
  classifyMillis: null,
  decodeMillis: 0,
});
