/** The two shapes in which numbers leave this layer; they are the schema's Rate and Interval. */

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

/** An estimate that is not a proportion, with its 95 % interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly method: string;
}

/** Successes k of n trials; n is 0 where nobody tried, and then nothing is known of the rate. */
export interface Counts {
  readonly k: number;
  readonly n: number;
}

/** What a run says of a rate: its counts, or that the design allows no success at all, which is a rate of exactly 0. */
export type Evident = Counts | { readonly ruledOut: true };

/** A rate that a design rules out. */
export const ruledOut = { ruledOut: true } as const;

/** Whether a design allows no success. */
export const isRuledOut = (rate: Evident): rate is typeof ruledOut => 'ruledOut' in rate;

/** Whether a rate was counted: neither ruled out by design nor never tried. */
export const isCounted = (rate: Evident): rate is Counts => !isRuledOut(rate) && rate.n > 0;

/** Whether nothing is known of a rate: it is not ruled out, and nobody tried. */
export const isUntried = (rate: Evident): rate is Counts => !isRuledOut(rate) && rate.n === 0;
