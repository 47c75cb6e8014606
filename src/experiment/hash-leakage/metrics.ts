/** The metrics of a hash-leakage run: derived from observations by pure functions, no wall time inside. */
import { type Static, Type } from 'typebox';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { ClusteredRate, Interval, Rate } from '../../schema/rate.ts';
import { HashLeakControl, HashLeakShownRow, HashLeakSource } from './rows.ts';

const Count = Type.Integer({ minimum: 0 });
const Chance = Type.Number({ minimum: 0, maximum: 1 });
const attack = { source: HashLeakSource, hash: Type.String(), control: HashLeakControl, bits: Count };
const Passed = Nullable(
  Type.Boolean({ description: 'of a control: whether it came out as it must; null for an attack' }),
);

/** Success in so many guesses. */
const Tries = Type.Object({
  success: ClusteredRate,
  chance: Type.Object(
    {
      commonest: Chance,
      uniform: Chance,
    },
    { description: 'of naming the topics commonest in training, and of any topic where all were as common' },
  ),
});

/** Topics from one hash. */
export const TopicLeak = Type.Object({
  ...attack,
  deep: Type.Boolean(),
  attacker: Type.String(),
  candidates: Type.Array(Type.Object({ name: Type.String(), right: Count })),
  training: Count,
  validation: Count,
  topics: Count,
  first: Tries,
  five: Nullable(Tries),
  lowerBound: Type.Number({ description: 'one-sided 95 % bound on one-guess success, one test picture a group' }),
  lift: Type.Union([Type.Object({ estimate: Type.Number(), low: Type.Number(), high: Type.Number() }), Type.Null()], {
    description: 'success over that of the best guess without the hash; null where that is 0, or nothing was tried',
  }),
  uniformLift: Type.Union([Type.Number(), Type.Null()], {
    description: 'success over one in as many as there are topics; null without a trial',
  }),
  bits: Count,
  leakedBits: Type.Union([Type.Number(), Type.Null()], {
    description: 'logarithm of the lift, never below 0: min-entropy leakage, from below; null without a lift',
  }),
  aboveChance: Type.Boolean({ description: 'at 5 % for all attacks of the run together' }),
  passed: Passed,
});
export type TopicLeak = Static<typeof TopicLeak>;

const Quality = Type.Object({ psnr: Interval, ssim: Interval });

/** Pictures from one hash. */
export const InversionLeak = Type.Object({
  ...attack,
  control: Type.Enum(['none', 'identity']),
  penalty: Type.Number(),
  training: Count,
  n: Count,
  groups: Count,
  quality: Type.Object({ ridge: Quality, nearest: Quality, mean: Quality, random: Quality, best: Quality }),
  gains: Type.Array(
    Type.Object({
      of: Type.Enum(['ridge', 'nearest']),
      over: Type.Enum(['mean', 'random', 'best']),
      psnr: Interval,
      ssim: Interval,
    }),
    { description: 'paired by picture' },
  ),
  explained: Type.Object(
    { ridge: Interval, nearest: Interval },
    { description: 'share of the squared error of the mean picture that goes away' },
  ),
  explainedDb: Type.Number({ description: 'the same of the ridge decoder as a gain in decibels' }),
  self: Nullable(Rate),
  topic: Type.Object({
    classifier: Type.String(),
    chance: Chance,
    original: ClusteredRate,
    ridge: ClusteredRate,
    nearest: ClusteredRate,
    mean: ClusteredRate,
  }),
  passed: Passed,
});
export type InversionLeak = Static<typeof InversionLeak>;

/** The negative control of an inversion. */
export const InversionControl = Type.Object({
  source: HashLeakSource,
  hash: Type.String(),
  training: Count,
  n: Count,
  deals: Count,
  ridge: Interval,
  nearest: Interval,
  passed: Type.Boolean({
    description: 'the decoder gains nothing over the mean picture, the nearest nothing over a random one',
  }),
});
export type InversionControl = Static<typeof InversionControl>;

/** Recovered pictures in the features of a network. */
export const FeatureLeak = Type.Object({
  source: HashLeakSource,
  hash: Type.String(),
  classifier: Type.String(),
  n: Count,
  distance: Type.Object({ ridge: Interval, nearest: Interval, mean: Interval, random: Interval }),
  closer: Type.Object(
    { ridge: Interval, nearest: Interval },
    { description: 'by how much the distance falls below that of a random gallery picture, paired' },
  ),
});
export type FeatureLeak = Static<typeof FeatureLeak>;

/** What a device finds out about the list. */
export const MembershipLeak = Type.Object({
  source: HashLeakSource,
  strategy: Type.String(),
  id: Type.String(),
  control: HashLeakControl,
  means: Type.String(),
  perQuery: Type.Boolean(),
  listed: Count,
  members: Count,
  calibration: Count,
  others: Count,
  at: Type.Array(
    Type.Object({
      fpr: Type.Number(),
      threshold: Nullable(Type.Number()),
      tpr: Rate,
      measuredFpr: Rate,
      advantage: Interval,
      needs: Count,
      enough: Type.Boolean(),
    }),
  ),
  auc: Interval,
  points: Type.Array(Type.Object({ fpr: Type.Number(), tpr: Type.Number() })),
  passed: Passed,
});
export type MembershipLeak = Static<typeof MembershipLeak>;

const Passes = Type.Object({ k: Count, n: Count });

export const HashLeakageMetrics = metricsOf('hash-leakage', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    sources: Type.Array(
      Type.Object({
        source: HashLeakSource,
        pictures: Type.Object({ training: Count, validation: Count, test: Count }),
        groups: Count,
        topics: Count,
      }),
    ),
    refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
  }),
  topics: Type.Array(TopicLeak),
  inversions: Type.Array(InversionLeak),
  inversionControls: Type.Array(InversionControl),
  features: Type.Array(FeatureLeak),
  shown: Type.Array(Type.Omit(HashLeakShownRow, ['row'])),
  membership: Type.Array(MembershipLeak),
  controls: Type.Object({
    topics: Type.Object({ shuffled: Passes, identity: Passes }),
    inversion: Type.Object({ shuffled: Passes, identity: Passes }),
    membership: Type.Object({ shuffled: Passes, identity: Passes }),
  }),
});
export type HashLeakageMetrics = Static<typeof HashLeakageMetrics>;
