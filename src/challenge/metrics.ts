/** What a challenge says of a detector. */
import { type Static, Type } from 'typebox';
import { CopyDetectionMetrics } from '../experiment/copy-detection/metrics.ts';
import { PairRate } from '../schema/hashed.ts';
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

/** Hashes in protocols that can only test for equality. */
export const ProtocolRow = Type.Object({
  design: Type.String(),
  equalBits: Type.Integer({ description: 'bits that must be equal: of a table, if there are several' }),
  elements: Type.Integer({ description: 'of the protocol, for each picture and for each entry' }),
  bytesPerPicture: Type.Integer({ description: 'that a device sends at least: its blinded elements' }),
  bytesPerEntry: Type.Integer({ description: 'of the blinded list' }),
  protocols: Type.Array(Type.String(), { description: 'strategies that could carry it' }),
  recall: ClusteredRate,
  falseMatches: Type.Object({ ...PairRate.properties }, { description: 'pairs of unrelated pictures that agree' }),
});
export type ProtocolRow = Static<typeof ProtocolRow>;

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
    quality: Nullable(
      Type.Object(
        {
          least: Type.Integer({ description: '--min-quality' }),
          below: Type.Integer({ description: 'hashes below it: they count as refused' }),
          median: Type.Number(),
        },
        { description: 'null: the answers state no quality' },
      ),
    ),
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
  protocols: Nullable(
    Type.Object({
      near: Type.Array(Type.String(), {
        description: 'strategies that compare distances: they take the hashes as they are',
      }),
      equality: Type.Array(ProtocolRow),
    }),
  ),
});
export type ChallengeMetrics = Static<typeof ChallengeMetrics>;
