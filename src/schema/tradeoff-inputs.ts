/** Inputs of `presend tradeoff`: every assumption with its source, and a run's measurements of every strategy. */

import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

const Text = Type.String({ minLength: 1 });
const Counted = { k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 1 }) };

/** An input of the trade-off model: a number, or a distribution to draw from, always with its source. */
export const ModelInput = Type.Object(
  {
    value: Type.Number({ description: 'the central value' }),
    beta: Type.Optional(
      Type.Tuple([Type.Number({ exclusiveMinimum: 0 }), Type.Number({ exclusiveMinimum: 0 })], {
        description: 'draw from Beta(a, b) instead of the fixed value',
      }),
    ),
    uniform: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number()], { description: 'draw evenly between the two instead' }),
    ),
    logUniform: Type.Optional(
      Type.Tuple([Type.Number({ exclusiveMinimum: 0 }), Type.Number({ exclusiveMinimum: 0 })], {
        description: 'draw evenly in the logarithm between the two instead',
      }),
    ),
    note: Type.Optional(Type.String({ minLength: 1, description: 'what to know before believing it' })),
    source: Type.String({ minLength: 1, description: 'where the value comes from; "prior" when nobody measured it' }),
  },
  closed,
);

export type ModelInput = Static<typeof ModelInput>;

/** A measured rate. n is 0 if there were no trials; `ruledOut` if the design allows no success, which is a rate of exactly 0. */
const EvidentRate = Type.Union([
  Type.Object({ k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 0 }) }),
  Type.Object({ ruledOut: Type.Literal(true) }),
]);

/** Measurements of a run that the trade-off model uses. */
export const Evidence = Type.Object({
  listedAsSent: EvidentRate,
  listedEdited: EvidentRate,
  newContent: EvidentRate,
  falsePositive: EvidentRate,
  exposedInnocent: EvidentRate,
  evadable: Type.Boolean(),
  reviewed: Type.Boolean(),
  threshold: Type.Optional(Type.Boolean()),
});

export type Evidence = Static<typeof Evidence>;

/** How many listed pictures an offending account sends, under one description. */
export const OffendersInput = Type.Union([
  Type.Object(
    {
      name: Text,
      shape: Type.Literal('geometric'),
      mean: Type.Number({ exclusiveMinimum: 1, maximum: 1000 }),
      source: Text,
    },
    closed,
  ),
  Type.Object(
    {
      name: Text,
      shape: Type.Literal('zipf'),
      exponent: Type.Number({ exclusiveMinimum: 0, maximum: 10 }),
      most: Type.Integer({ minimum: 2, maximum: 100_000 }),
      source: Text,
    },
    closed,
  ),
]);
export type OffendersInput = Static<typeof OffendersInput>;

/** `experiments/tradeoff/inputs.yaml`. */
export const TradeoffInputsFile = Type.Object(
  {
    version: Type.Literal(1),
    seed: Type.Integer({ minimum: 0 }),
    inputs: Type.Record(Type.String(), ModelInput),
    offenders: Type.Array(OffendersInput, {
      minItems: 1,
      description: 'the first one is used unless another is asked for',
    }),
    falsePositiveClaims: Type.Array(Type.Object({ name: Text, ...Counted, source: Text, note: Text }, closed), {
      description: 'false-positive rates that others state, to be tried in the place of the measured ones',
    }),
    downstream: Type.Array(Type.Object({ name: Text, ...Counted, what: Text, source: Text, note: Text }, closed), {
      description: 'what became of reports in one country each: different quantities, never to be merged',
    }),
  },
  { ...closed, title: 'presend trade-off inputs' },
);
export type TradeoffInputsFile = Static<typeof TradeoffInputsFile>;

const Named = Type.Object(Counted, {
  ...closed,
  description: 'messages of which the attacker at the provider names the picture, of all tried',
});

/** A run's measurements, reduced to those that the model uses. */
export const TradeoffEvidence = Type.Object(
  {
    version: Type.Literal(1),
    run: Type.Object(
      {
        experiment: Text,
        runId: Text,
        seed: Type.Integer(),
        dataset: Type.Object({ name: Text, sha256: Text, pictures: Type.Integer({ minimum: 1 }) }, closed),
        metricsSha256: Type.String({
          pattern: '^[0-9a-f]{64}$',
          description: 'of the metrics.json that it was taken from',
        }),
      },
      closed,
    ),
    strategies: Type.Array(
      Type.Object(
        { id: Text, name: Text, summary: Text, evidence: Evidence, named: Type.Union([Named, Type.Null()]) },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  { ...closed, title: 'presend trade-off evidence' },
);
export type TradeoffEvidence = Static<typeof TradeoffEvidence>;
