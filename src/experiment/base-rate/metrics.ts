/** The metrics of base-rate runs: derived from observations by pure functions, no wall time inside. */

import { type Static, Type } from 'typebox';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { ClusteredRate, Interval, Rate } from '../../schema/rate.ts';
import { ScorerRow } from '../../schema/scored.ts';
import { Alarm, Prevalence } from './experiment.ts';

const Score = Type.Number({ minimum: 0, description: 'a picture is flagged when its score is at least this' });
const Bounds = Type.Object({
  estimate: Nullable(Type.Number()),
  low: Type.Number({ minimum: 0, maximum: 1 }),
  high: Type.Number({ minimum: 0, maximum: 1 }),
});

/** A detection rate: measured, or assumed. */
export const Tpr = Type.Union([Rate, Type.Object({ assumed: Type.Number() })]);
export type Tpr = Static<typeof Tpr>;

/** False alarms of a part of the innocent pictures, at every threshold of the experiment. */
export const Slice = Type.Object({
  by: Type.Enum(['topic', 'kind']),
  name: Type.String(),
  rates: Type.Array(Rate),
});
export type Slice = Static<typeof Slice>;

/** False alarms after an edit, at every threshold, beside those of the same pictures unedited. */
export const EditedSlice = Type.Object({
  transform: Type.String(),
  rates: Type.Array(Rate),
  unedited: Type.Array(Rate),
});
export type EditedSlice = Static<typeof EditedSlice>;

/** What a wanted PPV asks for, and what the pictures of the run say of it. */
export const Wanted = Type.Object({
  prevalence: Type.Number(),
  precision: Type.Number(),
  neededFpr: Type.Number({ description: 'largest FPR that gives it, at the detection rate at the chosen score' }),
  score: Nullable(
    Type.Number({
      description:
        'smallest score that gives it on calibration pictures, by its lower bound or failing that by its estimate; null: none does',
    }),
  ),
  tpr: Tpr,
  fpr: Rate,
  ppv: Bounds,
  certified: Type.Boolean({ description: 'whether the lower bound of the PPV on evaluation pictures reaches it' }),
  toCertify: Type.Number({ description: 'innocent pictures without one false alarm that would certify it' }),
});
export type Wanted = Static<typeof Wanted>;

/** The tail of innocent scores, and its extrapolation. */
export const ScoreTail = Type.Object({
  innocents: Type.Integer({ description: 'one picture a group' }),
  measured: Type.Array(Type.Object({ score: Score, rate: Rate })),
  fit: Nullable(
    Type.Object({
      cut: Score,
      share: Type.Number({ description: 'share of innocent pictures above the cut, to which the tail is fitted' }),
      shape: Type.Number(),
      scale: Type.Number({ description: 'in steps of the logit' }),
      points: Type.Array(Type.Object({ score: Score, beyond: Type.Boolean(), rate: Interval }), {
        description: 'beyond: rarer than one in all pictures, so extrapolated',
      }),
    }),
  ),
});
export type ScoreTail = Static<typeof ScoreTail>;

/** One alarm of one classifier. */
export const AlarmMetrics = Type.Object({
  alarm: Alarm,
  innocents: Type.Object({ pictures: Type.Integer(), groups: Type.Integer() }),
  fpr: Type.Array(ClusteredRate, { description: 'at every threshold, all innocent pictures' }),
  slices: Type.Array(Slice),
  edited: Type.Array(EditedSlice),
  tail: ScoreTail,
  points: Type.Array(
    Type.Object({
      threshold: Score,
      tpr: Tpr,
      fpr: Rate,
      ppv: Type.Array(Bounds, { description: 'at every prevalence of the experiment' }),
    }),
    { description: 'one picture a group, so that trials are independent' },
  ),
  wanted: Type.Array(Wanted),
});
export type AlarmMetrics = Static<typeof AlarmMetrics>;

/** A way to read a claimed accuracy. */
export const Reading = Type.Object({
  reading: Type.String(),
  tpr: Type.Number(),
  fpr: Type.Number(),
  ppv: Nullable(Type.Number()),
  perBillion: Type.Number({ description: 'false alarms among 10⁹ pictures' }),
  toCertify: Type.Number(),
});
export type Reading = Static<typeof Reading>;

export const BaseRateMetrics = metricsOf('base-rate', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    pictures: Type.Integer(),
    groups: Type.Integer(),
    edited: Type.Integer(),
    refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
  }),
  thresholds: Type.Array(Type.Number()),
  prevalences: Type.Array(Prevalence),
  classifiers: Type.Array(Type.Object({ scorer: ScorerRow, failed: Type.Integer(), alarms: Type.Array(AlarmMetrics) })),
  accuracy: Type.Object({ value: Type.Number(), source: Type.String(), readings: Type.Array(Reading) }),
  volume: Type.Object({
    picturesPerDay: Type.Number(),
    secondsPerReview: Type.Number(),
    hoursPerYear: Type.Number(),
    tpr: Type.Number(),
    prevalence: Type.Number(),
    rows: Type.Array(
      Type.Object({
        fpr: Type.Number(),
        measured: Nullable(
          Type.Object(
            { classifier: Type.String(), alarm: Type.String(), threshold: Type.Number(), rate: ClusteredRate },
            { description: 'where the rate was measured; null: a round number' },
          ),
        ),
        perBillion: Type.Number(),
        perYear: Type.Number(),
        ppv: Nullable(Type.Number()),
        reviewers: Type.Number(),
      }),
    ),
  }),
});
export type BaseRateMetrics = Static<typeof BaseRateMetrics>;
