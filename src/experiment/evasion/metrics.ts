/** The metrics of an evasion experiment: success against what it cost, with controls, derived from rows of numbers. */

import { type Static, Type } from 'typebox';
import { PairRate } from '../../schema/hashed.ts';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { Interval, Rate } from '../../schema/rate.ts';

const L2 = Type.Number({ description: 'root mean square of the change of a pixel, as a share of 255' });
const Goal = Type.Enum(['evasion', 'collision']);

/** One attack on one target; an attempt a picture, a picture a group, so that trials are independent. */
export const AttackMetrics = Type.Object({
  attack: Type.Enum(['nes', 'simba', 'boundary', 'any'], {
    description: 'any: the best of all attacks on a picture, with all their queries together',
  }),
  sees: Type.Enum(['measure', 'decision'], {
    description: 'measure: distance or score of every query; decision: match or no match',
  }),
  attempts: Type.Integer(),
  byL2: Type.Array(
    Type.Object({
      l2: L2,
      success: Rate,
      afterMessenger: Type.Object(Rate.properties, {
        description: 'of the alteration that went furthest within the budget, after one JPEG',
      }),
    }),
  ),
  byQueries: Type.Array(
    Type.Object({
      queries: Type.Integer(),
      atQuoted: Type.Object(Rate.properties, { description: 'within the quoted budget of L2' }),
      atAny: Type.Object(Rate.properties, { description: 'within the largest one' }),
    }),
  ),
  bySsim: Type.Array(Type.Object({ ssim: Type.Number(), success: Rate }), {
    description: 'attempts whose success with the least L2 has at least this SSIM',
  }),
  least: Type.Object(
    {
      values: Type.Array(L2, { description: 'of the attempts that succeeded, ascending' }),
      censored: Type.Integer({
        description: 'attempts that did not succeed: their least L2 is above the largest budget',
      }),
      median: Nullable(L2),
      medianSsim: Nullable(Type.Number({ description: 'of those successes' })),
      afterMessenger: Type.Object(Rate.properties, { description: 'of those successes, after one JPEG' }),
    },
    { description: 'the success with the least L2 of each attempt' },
  ),
  medianQueries: Nullable(
    Type.Number({ description: 'to the first success within the quoted budget; null where fewer than half have one' }),
  ),
});
export type AttackMetrics = Static<typeof AttackMetrics>;

/** One target under one goal. */
export const TargetMetrics = Type.Object({
  goal: Goal,
  target: Type.String(),
  type: Type.Enum(['hash', 'classifier']),
  bits: Nullable(Type.Integer()),
  threshold: Type.Number(),
  rule: Type.String({ description: 'where the threshold comes from' }),
  frequencies: Type.Integer(),
  queries: Type.Integer({ description: 'for each attack on each picture' }),
  controls: Type.Object({
    untouched: Type.Object(Rate.properties, { description: 'success with 0 queries' }),
    untouchedAfterMessenger: Rate,
    replaced: Type.Object(Rate.properties, { description: 'success of another picture in its place: no limit on L2' }),
    byL2: Type.Array(Type.Object({ l2: L2, noise: Rate, smoothNoise: Rate })),
  }),
  attacks: Type.Array(AttackMetrics),
  refusals: Type.Optional(
    Type.Object(
      {
        refused: Type.Integer(),
        pictures: Type.Integer({ description: 'attacked pictures of which it refused an alteration' }),
        first: Type.String({ description: 'why the first one was refused' }),
      },
      {
        description:
          'altered pictures that the detector refused, which count as no success; left out where there are none',
      },
    ),
  ),
});
export type TargetMetrics = Static<typeof TargetMetrics>;

/** One hash at one threshold: what it resists, and what it costs everybody else. */
export const ThresholdPrice = Type.Object({
  threshold: Type.Integer({ description: 'in bits' }),
  why: Type.Enum(['authors', 'resisting', 'between']),
  evaded: Type.Object(Rate.properties, {
    description:
      'pictures that some attack takes beyond it within the quoted L2; of the half on which the resisting threshold was not chosen',
  }),
  pairFpr: PairRate,
  matched: Type.Object(
    {
      ...Rate.properties,
      components: Type.Integer({ description: 'connected components of two or more pictures' }),
      largest: Type.Integer({ description: 'pictures of the largest' }),
      designEffect: Type.Number({ description: 'variance over that of independent pictures' }),
    },
    {
      description:
        'pictures of this dataset that match some other of it, which is a list of so many entries less one; the interval is by component',
    },
  ),
  flaggedPerDay: Type.Object({
    atLeast: Type.Object(Interval.properties, { description: 'if the long list matched no more than that short one' }),
    independent: Type.Object(Interval.properties, {
      description: 'if its entries were independent and each matched as often as an unrelated pair: an upper guess',
    }),
  }),
});
export type ThresholdPrice = Static<typeof ThresholdPrice>;

export const EvasionMetrics = metricsOf('evasion', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    pictures: Type.Object({ calibration: Type.Integer(), evaluation: Type.Integer() }),
    groups: Type.Integer(),
    refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
  }),
  side: Type.Integer({ description: 'longer side of the pictures that were attacked, in pixels' }),
  l2: Type.Array(L2),
  quoted: L2,
  targets: Type.Array(TargetMetrics),
  thresholds: Type.Array(
    Type.Object({
      hash: Type.String(),
      bits: Type.Integer(),
      pictures: Type.Integer({ description: 'attacked' }),
      chosenOn: Type.Integer({ description: 'of them, on which the threshold that resists was chosen' }),
      pairs: Type.Integer({ description: 'of unrelated pictures' }),
      evaded: Type.Array(Type.Integer(), { description: 'pictures that some attack takes beyond 0, 1, … bits' }),
      falsePairs: Type.Array(Type.Integer(), { description: 'unrelated pairs within 0, 1, … bits' }),
      prices: Type.Array(ThresholdPrice),
    }),
  ),
  resistance: Type.Object({
    share: Type.Number(),
    listEntries: Type.Object({ value: Type.Integer(), source: Type.String() }),
    photosPerDay: Type.Object({ value: Type.Integer(), source: Type.String() }),
  }),
});
export type EvasionMetrics = Static<typeof EvasionMetrics>;
