/** Results of training a head: models/<name>/metrics.json. */
import { type Static, Type } from 'typebox';
import { ClusteredRate, Interval, Rate } from '../schema/rate.ts';

const Probability = Type.Number({ minimum: 0, maximum: 1 });
const Count = Type.Integer({ minimum: 0 });
const Part = Type.Object({ pictures: Count, groups: Count });

/** How close scores are to probabilities, on one part, without and with the temperature. */
export const CalibrationGain = Type.Object({
  n: Count,
  before: Type.Object({ ece: Probability, nll: Type.Number() }),
  after: Type.Object({ ece: Probability, nll: Type.Number() }),
});
export type CalibrationGain = Static<typeof CalibrationGain>;

/** One bin of a reliability diagram: decisions whose score lies in (low, high]. */
const ReliabilityBin = Type.Object({
  low: Probability,
  high: Probability,
  meanScore: Type.Union([Probability, Type.Null()], { description: 'null in an empty bin' }),
  accuracy: Rate,
});

const LabelMetrics = Type.Object({
  label: Type.String(),
  train: Count,
  test: Count,
  recall: Rate,
  precision: Rate,
  f1: Type.Union([Probability, Type.Null()]),
});

export const TrainMetrics = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    kind: Type.Literal('train'),
    name: Type.String(),
    question: Type.String(),
    seed: Count,
    head: Type.Object({ kind: Type.Enum(['logistic', 'mlp']), sha256: Type.String(), bytes: Count }),
    network: Type.Object({
      name: Type.String(),
      sha256: Type.String(),
      embeddingLength: Count,
      backend: Type.String({ description: 'what computed the embeddings' }),
    }),
    dataset: Type.Object({
      name: Type.String(),
      sha256: Type.String(),
      pictures: Count,
      groups: Count,
      source: Type.String(),
      licence: Type.String(),
      refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
    }),
    parts: Type.Object({ train: Part, validation: Part, test: Part }),
    training: Type.Object({
      backend: Type.String({ description: 'tfjs backend that fitted the head' }),
      hidden: Type.Array(Count),
      learningRate: Type.Number(),
      batch: Count,
      weightDecay: Type.Number(),
      patience: Count,
      bestEpoch: Count,
      epochs: Type.Array(
        Type.Object({
          epoch: Count,
          trainLoss: Type.Number(),
          validationLoss: Type.Number(),
          validationAccuracy: Rate,
        }),
      ),
    }),
    learningCurve: Type.Array(
      Type.Object({ pictures: Count, perLabel: Type.Number(), accuracy: Rate, baseline: Rate }),
      { description: 'heads fitted to a share of the training groups, each judged on the whole test part' },
    ),
    temperature: Type.Number(),
    calibration: Type.Object({ validation: CalibrationGain, test: CalibrationGain }),
    test: Type.Object({
      accuracy: ClusteredRate,
      baseline: ClusteredRate,
      baselineName: Type.String(),
      difference: Type.Object({
        ...Interval.properties,
        n: Count,
        onlyFirst: Count,
        onlySecond: Count,
        mcnemar: Probability,
        clusters: Count,
        clusterLow: Type.Number(),
        clusterHigh: Type.Number(),
      }),
      separated: Type.Boolean({ description: 'the two intervals of accuracy do not overlap' }),
      macroF1: Interval,
      labels: Type.Array(LabelMetrics),
      confusion: Type.Array(Type.Array(Count), { description: 'row: the label; column: what was decided' }),
      reliability: Type.Array(ReliabilityBin),
    }),
    limits: Type.Array(Type.String()),
  },
  { title: 'presend training metrics' },
);
export type TrainMetrics = Static<typeof TrainMetrics>;
