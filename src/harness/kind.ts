/** What a kind of experiment is, for every file that adds one. */
import type { Observation } from '../schema/observation.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import type { RunOptions } from './run-context.ts';

/** A finished run. */
export interface Finished<M> {
  readonly folder: string;
  readonly metrics: M;
  readonly record: RunRecord;
  readonly timings: Timings;
}

/** A finished run as it lies in its folder. */
export interface Kept<E> {
  readonly folder: string;
  readonly experiment: E;
  readonly record: RunRecord;
}

/** How much work an experiment asks for. */
export interface Extent {
  /** As `presend validate` prints it: a word, and what is counted. */
  readonly facts: readonly (readonly [string, string | number])[];
  /** The same for machines. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Columns of `presend ls experiments`. */
  readonly hashes: number;
  readonly edits: number;
  readonly strategies: number;
}

/** A kind of experiment: files whose `kind` is its name. E: the experiment, M: its metrics. */
export interface Kind<E, M> {
  /** Whether it reads a dataset, which the command line may then change. */
  readonly onPictures: boolean;
  /** Whether it deploys strategies, so that a transport can be chosen for what crosses. */
  readonly deploys?: true;
  /** The checked experiment. Throws a UserError that names the place of the first mistake. */
  check(value: unknown, what: string): E;
  /** Runs it. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
  run(options: RunOptions<E>): Promise<Finished<M>>;
  /** Metrics, derived from the raw rows of a finished run. */
  metrics(rows: readonly Observation[], kept: Kept<E>): M | Promise<M>;
  extent(experiment: E): Extent | Promise<Extent>;
}
