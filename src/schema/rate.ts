/** Rates and intervals: every estimate includes its counts. */

import { type Static, Type } from 'typebox';

/** A proportion k/n with an interval. `method` states the interval and the treatment of dependence. */
export const Rate = Type.Object({
  k: Type.Integer({ minimum: 0 }),
  n: Type.Integer({ minimum: 0 }),
  estimate: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
    description: 'k/n; null when n is 0',
  }),
  low: Type.Number({ minimum: 0, maximum: 1 }),
  high: Type.Number({ minimum: 0, maximum: 1 }),
  method: Type.String(),
});
export type Rate = Static<typeof Rate>;

/** A rate with clustered trials (edits of one picture, bursts): it has the bootstrap interval by cluster in addition to the exact one. */
export const ClusteredRate = Type.Object({
  ...Rate.properties,
  clusters: Type.Integer({ minimum: 0 }),
  clusterLow: Type.Number({ minimum: 0, maximum: 1 }),
  clusterHigh: Type.Number({ minimum: 0, maximum: 1 }),
});
export type ClusteredRate = Static<typeof ClusteredRate>;

/** A rate with or without clustered trials. */
export const AnyRate = Type.Union([ClusteredRate, Rate]);

/** An estimate that is not a proportion, with its 95 % interval. */
export const Interval = Type.Object({
  estimate: Type.Number(),
  low: Type.Number(),
  high: Type.Number(),
  method: Type.String(),
});
export type Interval = Static<typeof Interval>;

/** An interval that a run may not have measured. */
export const MeasuredInterval = Type.Union([Interval, Type.Null()], { description: 'null: not measured' });
export type MeasuredInterval = Static<typeof MeasuredInterval>;

/** The difference between two detectors' rates on the same trials. */
export const PairedDifference = Type.Object({
  ...Interval.properties,
  estimate: Type.Union([Type.Number(), Type.Null()], { description: 'null when n is 0' }),
  n: Type.Integer(),
  onlyFirst: Type.Integer(),
  onlySecond: Type.Integer(),
  mcnemar: Type.Number({ description: "exact two-sided p-value of McNemar's test, trials taken as independent" }),
  clusters: Type.Integer(),
  clusterLow: Type.Number(),
  clusterHigh: Type.Number(),
});
export type PairedDifference = Static<typeof PairedDifference>;
