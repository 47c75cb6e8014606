/** The metrics of benchmarks: derived from observations by pure functions, no wall time inside. */

import { type Static, Type } from 'typebox';
import { PairRate, Unrelated } from '../../schema/hashed.ts';
import { Bits, Nullable } from '../../schema/parts.ts';
import { ClusteredRate, Interval, MeasuredInterval, Rate } from '../../schema/rate.ts';

const AnyRate = Type.Union([ClusteredRate, Rate]);
const Tuned = { threshold: Bits, precision: Nullable(Type.Number()) };

/** One edit under one hash. */
export const EditMetrics = Type.Object({
  edit: Type.String({ description: 'label of the edit' }),
  title: Type.String({ description: 'what its source calls it' }),
  meanBits: Nullable(Type.Number({ description: 'mean distance to the original' })),
  sdBits: Nullable(Type.Number()),
  maxBits: Nullable(Bits),
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
    threshold: Bits,
    rule: Type.String(),
    originals: Type.Integer({ description: 'originals of the evaluation split, which the queries are compared with' }),
    recall: ClusteredRate,
    precision: ClusteredRate,
  }),
  unrelated: Unrelated,
  tails: Type.Array(Type.Object({ threshold: Bits, rate: PairRate })),
  atPairFpr: Type.Array(
    Type.Object({ target: Type.Number(), threshold: Bits, calibration: Rate, fpr: PairRate, recall: ClusteredRate }),
  ),
  atAuthors: Nullable(Type.Object({ threshold: Bits, fpr: PairRate, recall: ClusteredRate })),
  roc: Type.Array(Type.Object({ threshold: Bits, tpr: Type.Number(), fpr: Type.Number() })),
  edits: Type.Array(EditMetrics),
});
export type SetMetrics = Static<typeof SetMetrics>;

const common = {
  schemaVersion: Type.Literal(1),
  experiment: Type.String(),
  question: Type.String(),
  seed: Type.Integer(),
  quality: Type.String(),
};
const Refused = Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() }));

export const CopyDetectionMetrics = Type.Object(
  {
    ...common,
    kind: Type.Literal('copy-detection'),
    dataset: Type.Object({
      name: Type.String(),
      sha256: Type.String(),
      pictures: Type.Object({ calibration: Type.Integer(), evaluation: Type.Integer() }),
      groups: Type.Integer(),
      refused: Refused,
    }),
    precision: Type.Number(),
    hashes: Type.Array(
      Type.Object({
        name: Type.String(),
        bits: Type.Integer(),
        authorsThreshold: Nullable(Bits),
        deep: Type.Boolean(),
        sets: Type.Array(SetMetrics),
      }),
    ),
    limits: Type.Array(Type.String()),
  },
  { title: 'presend copy-detection metrics' },
);
export type CopyDetectionMetrics = Static<typeof CopyDetectionMetrics>;

/** False positives per query at one list size; what was not measured says so. */
export const ListSizeRow = Type.Union([
  Type.Object({ size: Type.Integer(), status: Type.Literal('measured'), rate: Rate, wilson: Rate }),
  Type.Object({
    size: Type.Integer(),
    status: Type.Literal('extrapolated'),
    from: Type.Integer({ description: 'largest list measured' }),
    decades: Type.Number({ description: 'how far beyond it' }),
    byEffectiveBits: Interval,
    byExtremeValue: Interval,
    tailDecades: Type.Object({ effectiveBits: Type.Number(), extremeValue: Type.Number() }),
  }),
  Type.Object({ size: Type.Integer(), status: Type.Literal('not supported'), reason: Type.String() }),
]);
export type ListSizeRow = Static<typeof ListSizeRow>;

const Check = Type.Object({
  predicted: Interval,
  ratio: Nullable(Type.Number({ description: 'predicted / measured' })),
  verdict: Type.Enum(['agrees', 'too low', 'too high']),
});

/** The rate at the whole list, predicted from a tenth of it. */
export const PredictionCheck = Type.Object({
  from: Type.Integer(),
  size: Type.Integer(),
  measured: Rate,
  byEffectiveBits: Check,
  byExtremeValue: Check,
  byScaling: Check,
});
export type PredictionCheck = Static<typeof PredictionCheck>;

/** One hash at one threshold. */
export const TailThreshold = Type.Object({
  bits: Bits,
  authors: Type.Boolean({ description: "whether it is the authors' threshold" }),
  rows: Type.Array(ListSizeRow),
  check: Nullable(PredictionCheck),
  hard: Type.Array(
    Type.Object({
      topic: Type.String(),
      againstList: Rate,
      amongThemselves: PairRate,
    }),
  ),
});
export type TailThreshold = Static<typeof TailThreshold>;

export const FalsePositiveTailMetrics = Type.Object(
  {
    ...common,
    kind: Type.Literal('false-positive-tail'),
    dataset: Type.Object({
      name: Type.String(),
      sha256: Type.String(),
      list: Type.Integer({ description: 'pictures listed' }),
      queries: Type.Integer({ description: 'pictures asked for' }),
      hard: Type.Integer({ description: 'hard negatives asked for' }),
      refused: Refused,
    }),
    hashes: Type.Array(
      Type.Object({
        name: Type.String(),
        bits: Type.Integer(),
        authorsThreshold: Bits,
        belowQuality: Type.Integer(),
        unrelated: Type.Object({ ...Unrelated.properties, queries: Type.Integer(), entries: Type.Integer() }),
        tail: Nullable(
          Type.Object({
            threshold: Bits,
            observed: Rate,
            predicted: Type.Number(),
            ratio: Type.Number({
              description: 'predicted by effective bits / observed, in the lowest 0.1 % of distances',
            }),
          }),
        ),
        thresholds: Type.Array(TailThreshold),
      }),
    ),
    limits: Type.Array(Type.String()),
  },
  { title: 'presend false-positive-tail metrics' },
);
export type FalsePositiveTailMetrics = Static<typeof FalsePositiveTailMetrics>;

/** The metrics of the benchmarks. */
export type BenchmarkMetrics = CopyDetectionMetrics | FalsePositiveTailMetrics;
