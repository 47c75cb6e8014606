/** What a kind of experiment is: one value, in `src/experiment/<kind>/kind.ts`, from which everything else about it is derived. */
import type { TSchema } from 'typebox';
import type { Parts, Report } from '../report/parts.ts';
import type { Row, RowType } from '../schema/row.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import type { RunOptions } from './run-options.ts';

/** A finished run. */
export interface Finished<M> {
  readonly folder: string;
  readonly metrics: M;
  readonly record: RunRecord;
  readonly timings: Timings;
}

/** A run whose rows are all there, as it lies in its folder. */
export interface Kept<E> {
  readonly folder: string;
  /** As it was run: presets are read. */
  readonly experiment: E;
  readonly record: RunRecord;
  /** Is told how far a long computation is. */
  readonly onProgress?: (done: number, total: number) => void;
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

/** Runs an experiment of a kind. Throws an InterruptedError when `signal` aborts; what was done is kept and `resume` goes on from there. */
export type Run<E, R extends Row, M> = (options: RunOptions<E>, kind: Kind<E, R, M>) => Promise<Finished<M>>;

/** Draws metrics: the parts of a report, or a whole report where a kind has its own layout. */
type DrawReport<M> = (metrics: M, timings?: Timings) => Parts | Report;

/**
 * A kind of experiment. E: its experiments, R: its rows, M: its metrics. What is heavy is imported when it is asked for, so that
 * `presend --version`, `ls` and `validate` start at once.
 */
export interface Kind<E, R extends Row, M> {
  /** The `kind` of experiment files, and the name of its folder. */
  readonly name: string;
  readonly experiment: TSchema;
  readonly rows: readonly RowType<R>[];
  readonly metrics: TSchema;
  /** Whether it reads a dataset, which the command line may then change. */
  readonly onPictures: boolean;
  /** Whether it deploys strategies, so that a transport can be chosen for what crosses. */
  readonly deploys?: true;
  /** Address of the module with the functions that its worker threads run. One that deploys takes how to connect as its second argument. */
  readonly tasks: URL;
  /** The checked experiment. Throws a UserError that names the place of the first mistake. */
  check(value: unknown, what: string): E;
  extent(experiment: E): Extent | Promise<Extent>;
  /** Metrics, derived from the raw rows of a finished run. */
  score(rows: readonly R[], kept: Kept<E>): M | Promise<M>;
  report(): Promise<DrawReport<M>>;
  run(): Promise<Run<E, R, M>>;
}

/** Runs an experiment of this kind. */
export const runKind = async <E, R extends Row, M>(kind: Kind<E, R, M>, options: RunOptions<E>): Promise<Finished<M>> =>
  (await kind.run())(options, kind);
