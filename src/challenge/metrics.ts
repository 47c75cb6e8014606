/** What a challenge says of a detector. */
import { type Static, Type } from 'typebox';
import { CopyDetectionMetrics } from '../experiment/copy-detection/metrics.ts';
import { metricsOf, Nullable } from '../schema/parts.ts';
import { ClusteredRate, MeasuredInterval, Rate } from '../schema/rate.ts';

/** False positives of a picture against a list. */
const ListRate = Type.Object({
  size: Type.Integer(),
  state: Type.Enum(['measured', 'bounded', 'not known']),
  estimate: Nullable(Type.Number()),
  low: Type.Number(),
  high: Type.Number(),
});

/** One threshold, chosen on the calibration half and scored on the other. */
const Point = Type.Object({
  target: Nullable(
    Type.Number({ description: 'false-positive rate that it was chosen for; null: decisions, nothing is chosen' }),
  ),
  threshold: Nullable(Type.Number({ description: 'a match is distance <= threshold; null: nothing matches' })),
  calibration: Nullable(Rate),
  fpr: ClusteredRate,
  recall: ClusteredRate,
  edits: Type.Array(Type.Object({ edit: Type.String(), title: Type.String(), recall: ClusteredRate })),
  lists: Type.Array(ListRate),
  unrelated: Nullable(
    Type.Integer({ description: 'unrelated pictures that were all compared for the lists; null: listed pairs only' }),
  ),
});
export type Point = Static<typeof Point>;

export const ChallengeMetrics = metricsOf('challenge', {
  detector: Type.String(),
  form: Type.Enum(['hash', 'vector', 'distance', 'score', 'match']),
  metric: Type.Enum(['hamming', 'cosine', 'l2', 'given']),
  commitment: Type.String({ description: 'SHA-256 of the key' }),
  dataset: Type.Object({ name: Type.String(), sha256: Type.String() }),
  edits: Type.String({ description: 'name of the set of edits' }),
  files: Type.Object({
    originals: Type.Integer(),
    copies: Type.Integer(),
    decoys: Type.Integer(),
    duplicates: Type.Integer(),
  }),
  answers: Type.Object({
    sha256: Type.String(),
    asked: Type.Integer({ description: 'files, or pairs' }),
    answered: Type.Integer(),
    refused: Type.Integer({ description: 'with an empty value' }),
    missing: Type.Integer({ description: 'without a line that can be used' }),
    mistakes: Type.Object({ count: Type.Integer(), first: Type.Array(Type.String()) }),
  }),
  consistency: Type.Object({
    same: Rate,
    largest: Nullable(
      Type.Number({
        description:
          'largest difference between two answers on one file: their distance, or the difference of their distances',
      }),
    ),
  }),
  pairs: Type.Object({
    genuine: Type.Integer(),
    impostors: Type.Integer(),
    unanswered: Type.Object({ genuine: Type.Integer(), impostors: Type.Integer() }),
    auc: MeasuredInterval,
    roc: Type.Array(Type.Object({ threshold: Type.Number(), tpr: Type.Number(), fpr: Type.Number() })),
    points: Type.Array(Point),
  }),
  copyDetection: Nullable(CopyDetectionMetrics),
});
export type ChallengeMetrics = Static<typeof ChallengeMetrics>;
