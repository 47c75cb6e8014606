/** Inputs of `presend tradeoff`: every assumption with its source, and a run's measurements of every strategy. */

import { type Static, Type } from 'typebox';
import { closed } from './parts.ts';

const Text = Type.String({ minLength: 1 });
export const Sha256 = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'of the metrics.json that it was taken from',
});
const Counted = { k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 1 }) };

/** A number, or a distribution to draw from. */
export const drawMembers = {
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
};

/** An input of the trade-off model: a number, or a distribution to draw from, always with its source. */
export const ModelInput = Type.Object(
  {
    ...drawMembers,
    bounds: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number()], {
        description: 'the least and the most that nothing known rules out, for bounds without a distribution',
      }),
    ),
    note: Type.Optional(Type.String({ minLength: 1, description: 'what to know before believing it' })),
    source: Type.String({
      minLength: 1,
      description: "where the value comes from; 'assumed: …' where nobody published it",
    }),
    url: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description: 'where the source stands; an input without one counts as assumed',
      }),
    ),
  },
  closed,
);
export type ModelInput = Static<typeof ModelInput>;

/** The input for a list of exactly so many entries. */
export const listOf = (entries: number): ModelInput => ({
  value: entries,
  source: `assumed: a list of ${entries} entries, set on the command line`,
});

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

/** What was counted of false matches under one rule, on one population: `experiments/tradeoff/false-matches.json`. */
export const FalseMatches = Type.Object(
  {
    rule: Type.String({ minLength: 1, description: "e.g. 'pdq <= 31', 'lda-hash =', 'pdq <= 31 and dhash <= 10'" }),
    population: Text,
    matches: Type.Union([
      Type.Object(
        {
          pictures: Type.Integer({ minimum: 2 }),
          degrees: Type.Array(Type.Integer({ minimum: 0 }), {
            description: 'how many pictures match 0, 1, 2 … of the others falsely',
          }),
          designEffect: Type.Union([Type.Number({ minimum: 1 }), Type.Null()], {
            description: 'of the number of matching pairs; null where too few matched to tell',
          }),
        },
        closed,
      ),
      Type.Object(
        {
          list: Type.Integer({ minimum: 1 }),
          queries: Type.Integer({ minimum: 1 }),
          matched: Type.Integer({ minimum: 0 }),
        },
        closed,
      ),
    ]),
  },
  closed,
);
export type FalseMatches = Static<typeof FalseMatches>;

/** A rate of the evidence: n is 0 where nobody tried; `ruledOut` where the design allows no success, which is a rate of exactly 0. */
const EvidentRate = Type.Union([
  Type.Object({ k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 0 }) }),
  Type.Object({ ruledOut: Type.Literal(true) }),
]);

const CountedRate = Type.Object({ k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 0 }) });

/** What decides a match, by the name of a rule whose false matches are counted; `subset`: it flags only part of what the rule matches. */
export const MatchRule = Type.Object({ name: Type.String(), subset: Type.Boolean() });
export type MatchRule = Static<typeof MatchRule>;

/** A strategy's findings among those of server scanning. */
export const Against = Type.Object({
  asSent: CountedRate,
  edits: Type.Array(Type.Object({ edit: Type.String(), ...CountedRate.properties })),
  pictures: Type.Array(Type.Tuple([Type.Integer({ minimum: 0 }), Type.Integer({ minimum: 0 })]), {
    description: 'the same trials by picture or clip, all edits together: k of n',
  }),
});
export type Against = Static<typeof Against>;

/** What a run measured of one strategy on clips. */
const Videos = Type.Object({
  against: Type.Union([Type.Enum(['the same comparison']), Against]),
  newContent: CountedRate,
  innocent: Type.Optional(
    Type.Object(CountedRate.properties, {
      description: 'innocent clips that were flagged, one by one; left out by older files',
    }),
  ),
});

/** `experiments/tradeoff/clip-findings.json`: what a run on clips measured. */
export const ClipFindings = Type.Object(
  {
    what: Text,
    run: Type.Object(
      {
        experiment: Text,
        runId: Text,
        seed: Type.Integer(),
        dataset: Type.Object(
          {
            name: Text,
            sha256: Text,
            listed: Type.Integer({ minimum: 1, description: 'listed clips that were sent' }),
          },
          closed,
        ),
        metricsSha256: Sha256,
      },
      closed,
    ),
    looked: Type.Integer({ minimum: 1, description: 'frames of a clip that were scanned' }),
    strategies: Type.Array(Type.Object({ strategy: Text, rule: MatchRule, ...Videos.properties }, closed)),
  },
  closed,
);
export type ClipFindings = Static<typeof ClipFindings>;

/** What the trade-off model takes from a run; see src/metric/tradeoff/evidence.ts. */
export const Evidence = Type.Object({
  against: Type.Union([Type.Enum(['the same comparison', 'nothing is reported', 'not measured']), Against]),
  newContent: EvidentRate,
  videos: Type.Optional(Videos),
  falsePositive: EvidentRate,
  listEntries: Type.Integer({ minimum: 0 }),
  rule: Type.Union([MatchRule, Type.Null()]),
  scanner: Type.Enum(['server', 'device', 'nobody']),
  reviewed: Type.Boolean(),
  exposes: Type.Union([Type.Enum(['all', 'flagged']), Type.Number({ minimum: 0, maximum: 1 })]),
  threshold: Type.Optional(Type.Boolean()),
  kept: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
});
export type Evidence = Static<typeof Evidence>;

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

/** A run's measurements, reduced to those that the model uses. */
export const TradeoffEvidence = Type.Object(
  {
    version: Type.Literal(2),
    run: Type.Object(
      {
        experiment: Text,
        runId: Text,
        seed: Type.Integer(),
        dataset: Type.Object(
          {
            name: Text,
            sha256: Text,
            pictures: Type.Integer({ minimum: 1 }),
            scored: Type.Optional(
              Type.Object(
                { listed: Type.Integer({ minimum: 0 }), innocent: Type.Integer({ minimum: 0 }) },
                { ...closed, description: 'listed and innocent pictures of the evaluation; left out by older files' },
              ),
            ),
          },
          closed,
        ),
        metricsSha256: Sha256,
      },
      closed,
    ),
    clips: Type.Optional(ClipFindings.properties.run),
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
