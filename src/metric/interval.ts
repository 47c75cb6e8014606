/** The two shapes in which numbers leave this room; they are the schema's Rate and Interval. */

/** k successes of n trials, with an interval; `method` says which. */
export interface Proportion {
  readonly k: number;
  readonly n: number;
  /** k/n; null when n is 0. */
  readonly estimate: number | null;
  readonly low: number;
  readonly high: number;
  readonly method: string;
}

/** An estimate that is no proportion, with its 95 % interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly method: string;
}

/** Successes k of n trials; { k: 0, n: 0 } says that the question does not arise. */
export interface Counts {
  readonly k: number;
  readonly n: number;
}
