/** The metrics of a leakage run: for every strategy, adversary and secret what is known exactly, and what attacks found. */

import { type Static, Type } from 'typebox';
import { metricsOf } from '../../schema/parts.ts';
import { AnyRate, ClusteredRate, Interval, MeasuredInterval, Rate } from '../../schema/rate.ts';
import { Adversary, Moment, Secret } from './rows.ts';

const Probability = Type.Number({ minimum: 0, maximum: 1 });
const Count = Type.Integer({ minimum: 0 });

/** silent: only messages that nobody handed over to anybody by a flag, report, order or tip · all: every message. */
export const Scope = Type.Enum(['silent', 'all']);
export type Scope = Static<typeof Scope>;

/** Whose view, of what, when. */
const place = { strategy: Type.String(), adversary: Adversary, when: Moment, secret: Secret } as const;

/** The same attack where its success is known beforehand. */
export const Control = Type.Object({
  success: AnyRate,
  expected: Probability,
  advantage: Type.Optional(MeasuredInterval),
  inside: Type.Boolean({ description: 'whether the 95 % interval does not lie above what is expected' }),
  holds: Type.Boolean({
    description:
      'shuffled labels: not above chance, all attacks of the run taken together · planted label: every guess right',
  }),
});
export type Control = Static<typeof Control>;

/** Success of one held-out attack: a lower bound on what the view gives away. */
export const LeakAttack = Type.Object({
  ...place,
  scope: Scope,
  observable: Type.String({ description: "'view': all of it; else the part of the view that the attack was given" }),
  success: AnyRate,
  lowerBound: Type.Number({ description: 'one-sided 95 % lower bound on what this attacker achieves' }),
  chance: Probability,
  lift: Type.Union([Type.Number(), Type.Null()], { description: 'success / chance; null without a trial' }),
  leastAbove: Type.Union([Count, Type.Null()], {
    description:
      'fewest right guesses that would count as above chance, trials taken as independent; null: not even all of them, or a match',
  }),
  bits: Type.Number({
    description: 'log2 of the lower bound / chance, at least 0: min-entropy leakage, bounded from below',
  }),
  aboveChance: Type.Boolean({ description: 'at 95 % for all attacks of the run together (Bonferroni)' }),
  topTen: Type.Optional(Type.Object({ success: AnyRate, chance: Probability })),
  property: Type.Optional(
    Type.Object({ success: AnyRate, chance: Probability }, { description: 'the first guess shows the same topic' }),
  ),
  match: Type.Optional(
    Type.Object(
      {
        truePositives: Rate,
        falsePositives: Rate,
        advantage: MeasuredInterval,
        accusation: Type.Union([Type.Object({ prior: Type.Number(), posterior: Type.Number() }), Type.Null()], {
          description:
            'expected gain a message: 1 for a rightful accusation, minus the cost for a false one; null without a message',
        }),
      },
      { description: 'of a match' },
    ),
  ),
  attacker: Type.String({ description: 'what was compared: chosen on known messages' }),
  known: Count,
  asked: Type.Object({ known: Count, tested: Count }, { description: 'sample size that the method asks for' }),
  enough: Type.Boolean({ description: 'known and tested are as many as asked' }),
  negative: Control,
  positive: Control,
});
export type LeakAttack = Static<typeof LeakAttack>;

/** All controls with shuffled labels of one secret together, over all messages. */
export const PooledControl = Type.Object({
  secret: Secret,
  controls: Count,
  k: Count,
  n: Count,
  expected: Type.Number({ description: 'right guesses at chance' }),
  excess: Type.Object(Interval.properties, { description: 'success less chance, as a share of guesses; by strategy' }),
  holds: Type.Boolean({ description: 'the interval does not lie above 0, at 5 % for all secrets together' }),
});
export type PooledControl = Static<typeof PooledControl>;

/** A channel from the picture to a view that is known by construction, and what was really in the views. */
export const KnownLeak = Type.Object({
  strategy: Type.String(),
  adversary: Adversary,
  when: Moment,
  scope: Scope,
  standing: Type.Enum(['exact', 'upper bound'], {
    description: 'upper bound: the view is a function of another whose channel is known',
  }),
  view: Type.String({ description: 'what the view shows of a picture' }),
  pictures: Count,
  capacity: Type.Number({ description: "largest V'/V under any prior; reached when all pictures are equally likely" }),
  posterior: Probability,
  shannonBits: Type.Number(),
  minEntropyBits: Type.Number(),
  predicted: Type.Union([Type.Object({ formula: Type.String(), value: Type.Number() }), Type.Null()], {
    description: 'capacity by a formula that knows only the design and how many classes there are',
  }),
  within: Type.Boolean({ description: 'the capacity is not larger than predicted' }),
  observed: Type.Union(
    [
      Type.Object({
        messages: Count,
        distinct: Count,
        expected: Count,
        same: Type.Boolean({ description: 'the views tell the same pictures apart as the channel says' }),
      }),
      Type.Null(),
    ],
    { description: 'different views found, beside how many the channel gives to the same messages' },
  ),
  ceiling: Type.Boolean({
    description:
      'no attack on which picture is shown to do better than the best guess there is, all of the run taken together',
  }),
  flipped: Type.Optional(
    Type.Object({ rate: Rate, expected: Probability }, { description: 'bits of the views that noise had flipped' }),
  ),
});
export type KnownLeak = Static<typeof KnownLeak>;

/** Whether a message matched, by construction: the bit itself, noise on it, or nothing. */
export const KnownMatch = Type.Object({
  strategy: Type.String(),
  channel: Type.Enum(['none', 'bit', 'noisy']),
  prior: Probability,
  shannonBits: Type.Number(),
  advantage: Probability,
  capacity: Type.Number(),
  maxLiftBits: Type.Number(),
  observed: Type.Union([Rate, Type.Null()], {
    description: 'messages whose outcome stood in the view and was the true one; null where the view does not show it',
  }),
});
export type KnownMatch = Static<typeof KnownMatch>;

/** Mutual information from samples of small alphabets. */
export const Information = Type.Object({
  ...place,
  observable: Type.String(),
  standing: Type.Enum(['asymptotic', 'lower bound'], {
    description: 'lower bound: views were dealt into classes first',
  }),
  cells: Count,
  n: Count,
  asked: Count,
  applies: Type.Boolean({
    description: 'n is as large as asked: below that the estimate is bias rather than information',
  }),
  plugInBits: Type.Number(),
  bits: Interval,
  permutation: Probability,
  chiSquare: Probability,
  aboveZero: Type.Boolean({ description: 'by the permutation test at 5 % for all of the run together (Bonferroni)' }),
});
export type Information = Static<typeof Information>;

/** What a sender's device finds out about list membership. */
export const Membership = Type.Object({
  strategy: Type.String(),
  means: Type.Enum(['set-up', 'query']),
  members: Rate,
  others: Rate,
  advantage: MeasuredInterval,
  negative: MeasuredInterval,
  negativeHolds: Type.Boolean(),
  positive: MeasuredInterval,
  positiveHolds: Type.Boolean(),
});
export type Membership = Static<typeof Membership>;

/** All logs of a run in one hand, against each of the roles that kept them. */
export const Fusion = Type.Object({
  strategy: Type.String(),
  secret: Secret,
  joined: Rate,
  best: Type.Enum(Adversary.enum, { description: 'the role over which all logs together gain the least' }),
  single: Rate,
  gain: MeasuredInterval,
  better: Type.Boolean({
    description: 'by McNemar’s exact test at 5 % for all comparisons together (Bonferroni), and by source picture',
  }),
});
export type Fusion = Static<typeof Fusion>;

/** One link of the data-processing chain: what it shows is a function of what the next one shows. */
export const Link = Type.Object({
  name: Type.String(),
  strategy: Type.String(),
  observable: Type.String(),
  pictures: Count,
  distinct: Count,
  identityBits: Type.Number({
    description: 'mutual information with which picture, exactly, all being equally likely',
  }),
  topicBits: Type.Number({ description: 'the same with the topic, for pictures drawn from this gallery' }),
  broken: Type.Integer({ minimum: 0, description: 'pictures whose view is no function of the view of the next link' }),
  attacks: Type.Array(Type.Object({ secret: Secret, success: Rate, chance: Probability })),
});
export type Link = Static<typeof Link>;

export const Chain = Type.Object({
  links: Type.Array(Link, { description: 'from the least to the most' }),
  holds: Type.Boolean({
    description:
      'no exact value of a link exceeds the next one, and no attack succeeds more than the next interval allows',
  }),
  violations: Type.Array(Type.String()),
});
export type Chain = Static<typeof Chain>;

/** What the provider can tell of an account below the threshold. */
export const CountLeak = Type.Object({
  strategy: Type.String(),
  pictures: Type.Number({ description: 'median of an account of the run' }),
  syntheticShare: Probability,
  advantage: Type.Array(Type.Object({ matches: Count, value: Probability })),
});
export type CountLeak = Static<typeof CountLeak>;

/** How often a role was told who sent a message. */
export const Endpoints = Type.Object({ strategy: Type.String(), adversary: Adversary, named: Rate });
export type Endpoints = Static<typeof Endpoints>;

export const LeakStrategy = Type.Object({
  id: Type.String(),
  name: Type.String(),
  summary: Type.String(),
  listed: ClusteredRate,
  edited: ClusteredRate,
  innocent: ClusteredRate,
  aborted: Rate,
});
export type LeakStrategy = Static<typeof LeakStrategy>;

export const LeakageMetrics = metricsOf('leakage', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    pictures: Count,
    groups: Count,
    topics: Count,
    refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
    listEntries: Count,
    messages: Count,
    accounts: Count,
  }),
  tests: Type.Integer({ description: 'attacks whose verdicts stand side by side' }),
  strategies: Type.Array(LeakStrategy),
  attacks: Type.Array(LeakAttack),
  known: Type.Array(KnownLeak),
  matches: Type.Array(KnownMatch),
  information: Type.Array(Information),
  membership: Type.Array(Membership),
  fusion: Type.Array(Fusion),
  endpoints: Type.Array(Endpoints),
  counts: Type.Array(CountLeak),
  chain: Type.Union([Chain, Type.Null()], { description: 'null where one of its strategies was not run' }),
  controls: Type.Object({
    negative: Type.Object({ held: Rate, inside: Rate, pooled: Type.Array(PooledControl) }),
    positive: Type.Object({ held: Rate }),
    failing: Type.Array(Type.String()),
  }),
});
export type LeakageMetrics = Static<typeof LeakageMetrics>;
