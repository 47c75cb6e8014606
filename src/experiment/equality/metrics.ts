/** The metrics of equality runs: derived from observations by pure functions, no wall time inside. */
import { type Static, Type } from 'typebox';
import { PairRate } from '../../schema/hashed.ts';
import { metricsOf, Nullable, RefusedFiles } from '../../schema/parts.ts';
import { ClusteredRate, Interval, Rate } from '../../schema/rate.ts';
import { EqualityExperiment } from './experiment.ts';

const CheckName = Nullable(Type.String({ description: 'the second check that must match too; null: none' }));

/** False positives of a query against a list of one size. */
export const AtSize = Type.Union([
  Type.Object({
    size: Type.Integer(),
    state: Type.Literal('measured'),
    rate: Rate,
    independent: Nullable(Type.Number()),
  }),
  Type.Object({
    size: Type.Integer(),
    state: Type.Enum(['bounded', 'not known'], {
      description: 'bounded: from what was measured, without independence; not known: the upper bound is everybody',
    }),
    low: Type.Number(),
    high: Type.Number(),
    independent: Nullable(
      Type.Number({ description: 'as if entries were independent: beside the bounds, not the answer' }),
    ),
  }),
]);
export type AtSize = Static<typeof AtSize>;

/** The size of a list at which innocents drown what is found. */
export const Drowns = Type.Object({
  rate: Type.Number({ description: 'false-positive rate at which it happens' }),
  earliest: Nullable(Type.Integer({ description: 'not before; null: no list up to 10^12 does' })),
  independent: Nullable(Type.Integer({ description: 'as if entries were independent' })),
  latest: Nullable(Type.Integer({ description: 'at this size at the latest; null: not known' })),
});
export type Drowns = Static<typeof Drowns>;

/** Accidental matches of one design in one set of unrelated pictures. */
export const Accidents = Type.Object({
  source: Type.String(),
  check: CheckName,
  pictures: Type.Integer(),
  pairs: PairRate,
  copies: Type.Integer({ description: 'matching pairs that were left out, as copies or one motif' }),
  sizes: Type.Array(AtSize),
  outnumber: Nullable(Drowns),
  everybody: Nullable(Drowns),
});
export type Accidents = Static<typeof Accidents>;

/** Whether a second check, too, errs where a design erred. */
export const SecondCheck = Type.Object({
  source: Type.String(),
  check: Type.String(),
  conditional: ClusteredRate,
  alone: Nullable(Type.Object({ ...PairRate.properties }, { description: 'the rate of the check among all pairs' })),
  ratio: Nullable(Type.Number({ description: 'conditional over alone: 1 if the two were independent' })),
});
export type SecondCheck = Static<typeof SecondCheck>;

/** One edit under one design; `withChecks` in the order of the experiment's checks. */
const EditRecall = Type.Object({
  edit: Type.String(),
  title: Type.String(),
  recall: ClusteredRate,
  withChecks: Type.Array(ClusteredRate),
});

/** One way to test for equality. */
export const DesignMetrics = Type.Object({
  name: Type.String(),
  family: Type.String(),
  bits: Type.Integer({ description: 'bits that must be equal: of a table, if it has several' }),
  tables: Type.Integer(),
  fitted: Type.Boolean({ description: 'whether its bits were fitted on the calibration pictures' }),
  sets: Type.Array(
    Type.Object({
      set: Type.String(),
      edits: Type.Array(EditRecall),
      all: Type.Object({ ...ClusteredRate.properties }, { description: 'edits and pictures both as drawn' }),
      allWithChecks: Type.Array(ClusteredRate),
    }),
  ),
  mixed: Type.Array(Type.Object({ share: Type.Number(), check: CheckName, recall: Interval })),
  accidents: Type.Array(Accidents),
  second: Type.Array(SecondCheck),
});
export type DesignMetrics = Static<typeof DesignMetrics>;

export const EqualityMetrics = metricsOf('equality', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    calibration: Type.Integer(),
    evaluation: Type.Integer(),
    refused: RefusedFiles,
  }),
  lengths: Type.Array(Type.Integer()),
  sources: Type.Array(
    Type.Object({
      name: Type.String(),
      pictures: Type.Integer(),
      pairs: Type.Integer({ description: 'of which none are copies' }),
      copies: Type.Integer({ description: 'pairs that were left out: as near as the experiment says' }),
    }),
  ),
  fits: Type.Array(
    Type.Object({
      family: Type.String(),
      bits: Type.Integer(),
      pictures: Type.Integer(),
      edits: Type.Integer(),
    }),
  ),
  checks: Type.Array(Type.String()),
  mix: EqualityExperiment.properties.mix,
  drowning: EqualityExperiment.properties.limits,
  designs: Type.Array(DesignMetrics),
});
export type EqualityMetrics = Static<typeof EqualityMetrics>;
