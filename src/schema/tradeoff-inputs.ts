/** What `presend tradeoff` reads: every assumption with its source, and what a run measured of every strategy. */
import { type Static, Type } from 'typebox';
import { FalseMatches, ModelInput, OffendersInput } from '../experiment/tradeoff/experiment.ts';
import { Evidence } from '../experiment/tradeoff/metrics.ts';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });
const Counted = { k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 1 }) };

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
    falseMatches: Type.Optional(
      Type.Array(FalseMatches, { description: 'the first of a rule is used; left out: false-matches.json' }),
    ),
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
    version: Type.Literal(2),
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
