/** The metrics of copy detection: derived from rows by pure functions, no wall time inside. */
import { type Static, Type } from 'typebox';
import { MetricVector, PairRate, Unrelated } from '../../schema/hashed.ts';
import { Distance, metricsOf, Nullable, RefusedFiles } from '../../schema/parts.ts';
import { AnyRate, ClusteredRate, MeasuredInterval, Rate } from '../../schema/rate.ts';

const Tuned = { threshold: Distance, precision: Nullable(Type.Number()) };

/** One edit under one hash. */
export const EditMetrics = Type.Object({
  edit: Type.String({ description: 'label of the edit' }),
  title: Type.String({ description: 'what its source calls it' }),
  meanBits: Nullable(Type.Number({ description: 'mean distance to the original' })),
  sdBits: Nullable(Type.Number()),
  maxBits: Nullable(Distance),
  asPublished: Type.Object({ ...Tuned, recall: AnyRate }),
  corrected: AnyRate,
  atPairFpr: Type.Array(AnyRate),
  atAuthors: Nullable(AnyRate),
  auc: MeasuredInterval,
  eer: Nullable(Type.Object({ rate: Type.Number(), threshold: Type.Number() })),
});
export type EditMetrics = Static<typeof EditMetrics>;

/** One hash on one set of edits. */
export const SetMetrics = Type.Object({
  set: Type.String(),
  originals: Type.Integer({ description: 'originals with a hash' }),
  copies: Type.Integer({ description: 'edited pictures' }),
  belowQuality: Type.Integer({ description: "renderings below the authors' least quality" }),
  refused: Type.Integer(),
  failed: Type.Integer(),
  asPublished: Type.Object({
    ...Tuned,
    recall: ClusteredRate,
  }),
  corrected: Type.Object({
    threshold: Distance,
    rule: Type.String(),
    originals: Type.Integer({ description: 'originals of the evaluation split, which the queries are compared with' }),
    recall: ClusteredRate,
    precision: ClusteredRate,
  }),
  unrelated: Unrelated,
  tails: Type.Array(Type.Object({ threshold: Distance, rate: PairRate })),
  atPairFpr: Type.Array(
    Type.Object({
      target: Type.Number(),
      threshold: Distance,
      calibration: Rate,
      fpr: PairRate,
      recall: ClusteredRate,
    }),
  ),
  atAuthors: Nullable(Type.Object({ threshold: Distance, fpr: PairRate, recall: ClusteredRate })),
  roc: Type.Array(Type.Object({ threshold: Distance, tpr: Type.Number(), fpr: Type.Number() })),
  edits: Type.Array(EditMetrics),
});
export type SetMetrics = Static<typeof SetMetrics>;

export const CopyDetectionMetrics = metricsOf('copy-detection', {
  quality: Type.String(),
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    pictures: Type.Object({ calibration: Type.Integer(), evaluation: Type.Integer() }),
    groups: Type.Integer(),
    refused: RefusedFiles,
  }),
  precision: Type.Number(),
  hashes: Type.Array(
    Type.Object({
      name: Type.String(),
      bits: Type.Integer(),
      vector: MetricVector,
      authorsThreshold: Nullable(Distance),
      deep: Type.Boolean(),
      sets: Type.Array(SetMetrics),
    }),
  ),
});
export type CopyDetectionMetrics = Static<typeof CopyDetectionMetrics>;
