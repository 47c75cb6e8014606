/** What `presend tradeoff` reads: every assumption with its source, and what a run measured of every strategy. */
import { type Static, Type } from 'typebox';
import { ModelInput } from '../experiment/tradeoff/experiment.ts';
import { Evidence } from '../experiment/tradeoff/metrics.ts';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });
const Counted = { k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 1 }) };

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

/** What a run measured, cut down to what the model takes. */
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
