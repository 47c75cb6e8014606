/**
 * The engine of every run. A run is made of steps: each gives rows and is kept as it is done, so that a run that was killed goes on after the
 * last one.
 */
import type { Row } from '../schema/row.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import { inOrder } from './in-order.ts';
import type { Finished, Kept, Kind } from './kind.ts';
import { RunLog } from './log.ts';
import { phaseTimer, type Timed } from './phases.ts';
import { type Pool, startPool } from './pool.ts';
import { type Begun, finishRun, inRunFolder, openRecord } from './recording.ts';
import type { RunOptions } from './run-context.ts';
import { partialFolder } from './run-folder.ts';
import { mustWork, type NetworksUsed } from './scoring/probe.ts';

/** One entry of the log. T: what a step leaves beside its rows, such as times. */
export interface Step<T> {
  /** Unique in the run, and the same when it is resumed. */
  readonly name: string;
  work(pool: Pool): Promise<{ readonly rows: readonly Row[]; readonly memo: T | null }>;
}

/** Steps that follow each other under one name. */
export interface Phase<T, R extends Row = Row> {
  /** As progress and timings call it. */
  readonly name: string;
  /** The steps; where they depend on what was found before, a function of all rows so far. */
  readonly steps: readonly Step<T>[] | ((rows: readonly R[]) => readonly Step<T>[] | Promise<readonly Step<T>[]>);
  /** Steps for each worker that are started before the first of them is done, 3 by default: an interrupted run still waits for them. */
  readonly ahead?: number;
}

/** What there is to do. */
export interface StepPlan<T, R extends Row = Row> {
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** What was noted while the pictures were chosen. */
  readonly notes: readonly string[];
  /** Names of the random streams that are drawn from the seed; … stands for a name. */
  readonly streams: readonly string[];
  /** Files that the reader of the dataset turned away. */
  readonly refused?: readonly { readonly picture: string; readonly reason: string }[];
  /** The curator's list, where there is one. */
  readonly list?: NonNullable<RunRecord['list']>;
  readonly phases: readonly Phase<T, R>[];
}

/** What a kind of experiment adds to the steps. */
export interface StepKind<E, T, R extends Row> {
  /** The networks that it uses, which are tried before anything else; none by default. */
  uses?(experiment: E): NetworksUsed;
  /** What there is to do. What takes its time before the first step, such as a list, is timed as a phase by `timed`. */
  plan(options: RunOptions<E>, pool: Pool, timed: Timed): Promise<StepPlan<T, R>>;
  timings(phases: Readonly<Record<string, number>>, memos: readonly T[]): Timings;
  /** Networks that were used, and where they ran; none by default. */
  networks?(memos: readonly T[]): Pick<RunRecord, 'models' | 'heads' | 'classifierBackend'>;
}

/** Runs all steps. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
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
  const pool = startPool(options.threads, kind.tasks, options.transport?.connect);
  try {
    await mustWork(pool, work.uses?.(options.experiment) ?? {});
    const plan = await timed('dataset', () => work.plan(options, pool, timed));
    const record = await openRecord(begun, { ...options, ...plan, threads: pool.threads });
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
    const metrics = await timed('metrics', async () => kind.score(await log.readBack(), kept));
    const finished: RunRecord = { ...record, ...work.networks?.(memos) };
    const timings = work.timings(phases, memos);
    return await finishRun(out, log, { metrics, record: finished, timings });
  } finally {
    await pool.close();
  }
}

/** What a phase works with. */
interface Means<R extends Row> extends Pick<RunOptions<unknown>, 'onProgress' | 'signal'> {
  readonly log: RunLog<R>;
  readonly pool: Pool;
}

/** Does the steps of a phase that are not done yet, side by side, and writes down each in its turn. */
export async function runPhase<T, R extends Row>(
  { name, steps, ahead = 3 }: Phase<T, R>,
  { log, pool, onProgress, signal }: Means<R>,
): Promise<void> {
  const all = typeof steps === 'function' ? await steps(await log.readBack()) : steps;
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
  );
}

/** Timings of which only the phases are known. */
export const phaseTimings = (phases: Readonly<Record<string, number>>): Timings => ({
  phases: { ...phases },
  perMessageMillis: {},
  hashMillis: {},
  classifyMillis: null,
  decodeMillis: 0,
});
