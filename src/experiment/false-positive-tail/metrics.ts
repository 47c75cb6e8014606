/** The metrics of the tail of false positives: derived from rows by pure functions, no wall time inside. */
import { type Static, type TSchema, Type } from 'typebox';
import { MetricVector, PairRate, Unrelated } from '../../schema/hashed.ts';
import { Distance, metricsOf, Nullable, RefusedFiles } from '../../schema/parts.ts';
import { Interval, Rate } from '../../schema/rate.ts';

/** What only distances with effective bits have. */
const WithEffectiveBits = <T extends TSchema>(type: T) =>
  Type.Union([type, Type.Null()], {
    description: 'null for the Euclidean distance, which is no share of a largest one',
  });

/** False positives per query at one list size; what was not measured says so. */
export const ListSizeRow = Type.Union([
  Type.Object({ size: Type.Integer(), status: Type.Literal('measured'), rate: Rate, wilson: Rate }),
  Type.Object({
    size: Type.Integer(),
    status: Type.Literal('extrapolated'),
    from: Type.Integer({ description: 'largest list measured' }),
    decades: Type.Number({ description: 'how far beyond it' }),
    byEffectiveBits: WithEffectiveBits(Interval),
    byExtremeValue: Interval,
    tailDecades: Type.Object({ effectiveBits: WithEffectiveBits(Type.Number()), extremeValue: Type.Number() }),
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
const PredictionCheck = Type.Object({
  from: Type.Integer(),
  size: Type.Integer(),
  measured: Rate,
  byEffectiveBits: WithEffectiveBits(Check),
  byExtremeValue: Check,
  byScaling: Check,
});

/** One hash at one threshold. */
export const TailThreshold = Type.Object({
  bits: Distance,
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

export const FalsePositiveTailMetrics = metricsOf('false-positive-tail', {
  quality: Type.String(),
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    list: Type.Integer({ description: 'pictures listed' }),
    queries: Type.Integer({ description: 'pictures asked for' }),
    hard: Type.Integer({ description: 'hard negatives asked for' }),
    refused: RefusedFiles,
  }),
  hashes: Type.Array(
    Type.Object({
      name: Type.String(),
      bits: Type.Integer(),
      vector: MetricVector,
      authorsThreshold: Distance,
      belowQuality: Type.Integer(),
      unrelated: Type.Object({ ...Unrelated.properties, queries: Type.Integer(), entries: Type.Integer() }),
      tail: Nullable(
        Type.Object({
          threshold: Distance,
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
});
export type FalsePositiveTailMetrics = Static<typeof FalsePositiveTailMetrics>;
