/** Experiments on account thresholds: what a threshold finds, whom it flags wrongly, and what a provider knows below it. */
import { type Static, Type } from 'typebox';
import { Count, closed, experimentOf, Share, Sourced } from '../../schema/parts.ts';

const Name = Type.String({ minLength: 1, maxLength: 40 });
const Source = Type.String({
  minLength: 1,
  description: "where the number comes from; 'prior: …' where nobody measured it",
});
const Counts = Type.Optional(
  Type.Object(
    { k: Type.Integer({ minimum: 0 }), n: Count },
    { ...closed, description: 'what was counted, where the rate was measured: gives it an interval' },
  ),
);

/** How many listed pictures an offending account sends. */
export const HeldSpec = Type.Union([
  Type.Object(
    {
      name: Name,
      shape: Type.Literal('geometric'),
      mean: Type.Number({ exclusiveMinimum: 1, maximum: 1000 }),
      source: Source,
    },
    closed,
  ),
  Type.Object(
    {
      name: Name,
      shape: Type.Literal('zipf'),
      exponent: Type.Number({ minimum: 1, maximum: 10 }),
      most: Type.Integer({ minimum: 1, maximum: 100_000 }),
      source: Source,
    },
    closed,
  ),
]);
export type HeldSpec = Static<typeof HeldSpec>;

/** Whether a listed picture is found. */
export const DetectionSpec = Type.Object(
  {
    name: Name,
    rate: Share,
    counts: Counts,
    correlation: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'between two pictures of one account: 0 when misses are independent',
    }),
    source: Source,
  },
  closed,
);
export type DetectionSpec = Static<typeof DetectionSpec>;

/** Simulated accounts beside the exact model, and a sample of them through the real protocol. */
export const ThresholdExperiment = experimentOf('threshold', {
  mostMatches: Type.Integer({ minimum: 2, maximum: 200, description: 'thresholds from 1 to this' }),
  offenders: Type.Object(
    {
      accounts: Type.Integer({ minimum: 100, description: 'simulated for each distribution and detection' }),
      held: Type.Array(HeldSpec, { minItems: 1 }),
      detection: Type.Array(DetectionSpec, { minItems: 1 }),
    },
    closed,
  ),
  innocents: Type.Object(
    {
      accounts: Type.Integer({ minimum: 100, description: 'simulated for each rate and spread' }),
      outOf: Sourced(Count, { source: Source, description: 'accounts that results are stated for' }),
      pictures: Sourced(Count, { source: Source, description: 'of each account' }),
      falseMatch: Type.Array(Type.Object({ name: Name, rate: Share, counts: Counts, source: Source }, closed), {
        minItems: 1,
      }),
      spreads: Type.Array(Type.Number({ minimum: 0, maximum: 100 }), {
        minItems: 1,
        uniqueItems: true,
        description: 'coefficients of variation of the rate between accounts',
      }),
      bursts: Type.Object(
        { count: Count, size: Count, source: Source },
        { ...closed, description: 'series of near-duplicates in every account, which match together or not at all' },
      ),
      risk: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: 'probability of being flagged that an innocent account may have, for the largest bearable rate',
      }),
    },
    closed,
  ),
  knowledge: Type.Object(
    {
      accounts: Type.Integer({ minimum: 100, description: 'simulated for each setting and number of matches' }),
      settings: Type.Array(Type.Object({ pictures: Count, syntheticShare: Share }, closed), { minItems: 1 }),
      matches: Type.Array(Count, { minItems: 1, uniqueItems: true }),
      syntheticBudget: Count,
    },
    { ...closed, description: 'what the provider can tell below the threshold, under synthetic vouchers' },
  ),
  protocol: Type.Object(
    {
      thresholds: Type.Array(Type.Integer({ minimum: 2, maximum: 100 }), { minItems: 1, uniqueItems: true }),
      vouchers: Type.Integer({
        minimum: 1,
        description: 'at least so many for each threshold, with and without synthetic ones',
      }),
      listEntries: Count,
      otherPictures: Type.Integer({ minimum: 0, description: 'unlisted pictures of each account' }),
      syntheticShare: Share,
      syntheticBudget: Count,
    },
    { ...closed, description: 'the sample that goes through threshold private set intersection' },
  ),
});
export type ThresholdExperiment = Static<typeof ThresholdExperiment>;
