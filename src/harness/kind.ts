/** The interface of a kind of experiment: one value, in `src/experiment/<kind>/kind.ts`, from which everything else about it is derived. */
import type { TSchema } from 'typebox';
import type { Parts, Report } from '../report/parts.ts';
import type { Row, RowSource, RowType } from '../schema/row.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import type { KeepsRows } from './memory-check.ts';
import type { RunOptions } from './run-options.ts';

/** A finished run. */
export interface Finished<M> {
  readonly folder: string;
  readonly metrics: M;
  readonly record: RunRecord;
  readonly timings: Timings;
}

/** A run with all its rows in its folder. */
export interface Kept<E> {
  readonly folder: string;
  /** The executed experiment, with its presets resolved. */
  readonly experiment: E;
  readonly record: RunRecord;
  /** Receives the progress of a long computation. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Amount of work of an experiment. */
export interface Extent {
  /** As printed by `presend validate`: a word, and a count. */
  readonly facts: readonly (readonly [string, string | number])[];
  /** The same for machines. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Columns of `presend ls experiments`. */
  readonly hashes: number;
  readonly edits: number;
  readonly strategies: number;
}

/** Runs an experiment of a kind. Throws an InterruptedError if `signal` aborts; finished work is stored, and `resume` continues from there. */
export type Run<E, R extends Row, M> = (options: RunOptions<E>, kind: Kind<E, R, M>) => Promise<Finished<M>>;

/** Renders metrics: the parts of a report, or a whole report if a kind has its own layout. */
type DrawReport<M> = (metrics: M, timings?: Timings) => Parts | Report;

/**
 * A kind of experiment. E: its experiments, R: its rows, M: its metrics. Heavy modules are imported on demand, so that `presend --version`,
 * `ls` and `validate` start quickly.
 */
export interface Kind<E, R extends Row, M> {
  /** The `kind` in experiment files, and the name of its folder. */
  readonly name: string;
  readonly experiment: TSchema;
  readonly rows: readonly RowType<R>[];
  readonly metrics: TSchema;
  /** Usual share of each phase in the time of a run, by its name in progress, in their order; for an estimate of the whole. */
  phaseShares?(experiment: E): Readonly<Record<string, number>>;
  /** Whether it reads a dataset, which the command line can then override. */
  readonly onPictures: boolean;
  /** Whether it deploys strategies, so that their transport can be chosen. */
  readonly deploys?: true;
  /** Address of the module with its worker functions. If the kind deploys strategies, their second argument is the connection. */
  readonly tasks: URL;
  /** The validated experiment. Throws a UserError with the place of the first mistake. */
  check(value: unknown, what: string): E;
  extent(experiment: E): Extent | Promise<Extent>;
  /** The memory of a kind that scores with all rows at once; left out where rows are counted batch by batch, or where there are no pictures. */
  readonly keepsRows?: KeepsRows;
  /** Computes metrics from the raw rows of a finished run. */
  score(rows: RowSource<R>, kept: Kept<E>): Promise<M>;
  report(): Promise<DrawReport<M>>;
  run(): Promise<Run<E, R, M>>;
}

/** Runs an experiment of this kind. */
export const runKind = async <E, R extends Row, M>(kind: Kind<E, R, M>, options: RunOptions<E>): Promise<Finished<M>> =>
  (await kind.run())({ ...options, keepsRows: kind.keepsRows }, kind);
