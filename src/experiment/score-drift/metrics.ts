/** The metrics of score-drift runs: derived from observations by pure functions, no wall time inside. */

import { type Static, Type } from 'typebox';
import { metricsOf } from '../../schema/parts.ts';
import { MeasuredInterval, Rate } from '../../schema/rate.ts';
import { ScorerRow } from '../../schema/scored.ts';
import { FlippingAlarm } from './experiment.ts';

/** How far one alarm's score moves. */
export const AlarmDrift = Type.Object({
  alarm: Type.String(),
  mean: MeasuredInterval,
  sd: Type.Union([Type.Number(), Type.Null()], {
    description: 'standard deviation of the difference; null of fewer than two',
  }),
  p95: MeasuredInterval,
  flips: Rate,
  raised: Type.Integer({ description: 'flips from no alarm to alarm' }),
  atRisk: Type.Integer({ description: 'pictures that raise the alarm before or after' }),
});
export type AlarmDrift = Static<typeof AlarmDrift>;

/** One edit, or one way to decode and scale, against the picture before. */
export const Drift = Type.Object({
  edit: Type.String({ description: 'label' }),
  title: Type.String({ description: 'what its source calls it' }),
  pictures: Type.Integer(),
  failed: Type.Integer(),
  distance: Type.Object(
    { mean: MeasuredInterval, p95: MeasuredInterval },
    { description: 'total variation between the two vectors of scores: half the sum of differences' },
  ),
  alarms: Type.Array(AlarmDrift),
});
export type Drift = Static<typeof Drift>;

export const ScoreDriftMetrics = metricsOf('score-drift', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    pictures: Type.Integer(),
    refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
  }),
  scorer: ScorerRow,
  alarms: Type.Array(
    Type.Object({
      ...FlippingAlarm.properties,
      raised: Type.Object({ ...Rate.properties }, { description: 'on the pictures as stored' }),
    }),
  ),
  sets: Type.Array(Type.Object({ set: Type.String(), source: Type.String(), drifts: Type.Array(Drift) })),
});
export type ScoreDriftMetrics = Static<typeof ScoreDriftMetrics>;
