/** The metrics of a run, as `--json` prints them: derived from observations by pure functions, no wall time inside. */

import { type Static, Type } from 'typebox';
import { clipFacts, SentClips } from '../../schema/clip-metrics.ts';
import { Phase } from '../../schema/observation.ts';
import { AnyRate, ClusteredRate, Interval, MeasuredInterval, PairedDifference, Rate } from '../../schema/rate.ts';
import { Evidence } from '../../schema/tradeoff-inputs.ts';
import { TrainedHead } from '../../schema/trained-head.ts';
import { Family, Role } from '../../schema/vocabulary.ts';

const MeasuredNumber = Type.Union([Type.Number(), Type.Null()], { description: 'null: not measured' });

/** Success of the held-out attack for one role and secret, against chance. */
export const Leakage = Type.Object({
  role: Role,
  secret: Type.Enum(['topic', 'identity']),
  scope: Type.Enum(['silent', 'all'], {
    description:
      'silent: only messages that nobody handed over to the role by a flag, report, order or tip; all: every message',
  }),
  success: AnyRate,
  lowerBound: Type.Number({ description: 'one-sided 95 % lower bound on what this attacker achieves' }),
  chance: Type.Number(),
  lift: Type.Union([Type.Number(), Type.Null()], {
    description: 'success / chance; null without a trial, and where every guess was blind',
  }),
  blind: Type.Optional(
    Type.Integer({
      description:
        'guesses of the prior, for want of anything in the view that did better in training; left out by older runs',
    }),
  ),
  leastAbove: Type.Optional(
    Type.Union([Type.Integer(), Type.Null()], {
      description:
        'the fewest right guesses that would have been called above chance; null where no number would; left out by older runs',
    }),
  ),
  aboveChance: Type.Boolean({
    description: 'above chance at 95 % for all attacks of the run together (Bonferroni)',
  }),
  control: AnyRate,
  controlWithinChance: Type.Boolean(),
  channel: Type.String(),
});
export type Leakage = Static<typeof Leakage>;

/** One line of the declared-against-measured table. */
export const Declared = Type.Object({
  role: Role,
  when: Type.String(),
  knowledge: Type.String(),
  declared: Type.String(),
  allowed: Type.Integer(),
  found: Type.Integer(),
  messages: Type.Integer(),
  holds: Type.Boolean(),
});
export type Declared = Static<typeof Declared>;

/** One arrow of a strategy's sequence diagram: all crossings of a packet type between two roles in a phase. */
export const Traffic = Type.Object({
  phase: Phase,
  from: Role,
  to: Role,
  packet: Type.String({
    description: "packet type; from a role to itself: 'opened' with a key of its own, 'learnt' by computing",
  }),
  crossings: Type.Integer(),
  messages: Type.Integer(),
  bytes: Type.Integer({ description: 'of all crossings together' }),
  medianBytes: Type.Number({ description: 'of one crossing' }),
});
export type Traffic = Static<typeof Traffic>;

/** Room for targets that are not on the list; the kinds are those of src/strategy/strategy.ts. */
export const Capacity = Type.Object({
  kind: Type.Enum(['none', 'auditable', 'slots', 'filter', 'model', 'unbounded']),
  entries: Type.Optional(Type.Integer({ description: 'left out where nothing bounds it, or nothing was counted' })),
  note: Type.String(),
});
export type Capacity = Static<typeof Capacity>;

/** Of a strategy that only warns: what it would report after one update of the app. */
export const Latent = Type.Object({
  becomes: Type.String({ description: 'the strategy that reports' }),
  listed: Type.Integer({ description: 'warned messages of listed pictures, of the evaluation' }),
  messages: Rate,
});
export type Latent = Static<typeof Latent>;

/** An interval, or bounds without a median. */
export const BoundedInterval = Type.Object({
  ...Interval.properties,
  estimate: Type.Union([Type.Number(), Type.Null()], { description: 'null where only bounds are known' }),
  everybody: Type.Optional(
    Type.Boolean({ description: 'the upper bound is all accounts, or all but one in a hundred' }),
  ),
});
const MeasuredBounds = Type.Union([BoundedInterval, Type.Null()], { description: 'null: not measured' });

/** Settings of a threshold strategy, and how many pictures an account sent under them. */
export const Threshold = Type.Object({
  matches: Type.Integer({ description: 'matches of one account from which they open, in the run' }),
  modelled: Type.Optional(Type.Integer({ description: 'the same in the trade-off model' })),
  syntheticShare: Type.Number({ description: '0 where no synthetic vouchers are sent' }),
  syntheticBudget: Type.Integer(),
  pictures: Type.Union([Type.Number(), Type.Null()], {
    description: 'median over the accounts of the run; null where none sent any',
  }),
});
export type Threshold = Static<typeof Threshold>;

/** Accounts in the place of messages: of an account threshold or an order, what happens happens to all messages of an account. */
export const SampleAccounts = Type.Object({
  offending: Type.Object({ ...Rate.properties }, { description: 'accounts that sent target content, and were opened' }),
  innocent: Type.Object(
    { ...Rate.properties },
    { description: 'accounts that sent innocent pictures only, and were opened' },
  ),
  agreement: Type.Union(
    [Type.Object({ k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 0 }) }), Type.Null()],
    {
      description:
        'accounts that the protocol opened exactly when the rule says so; null: no threshold, no strategy to count matches by, or matches are lost on purpose',
    },
  ),
});
export type SampleAccounts = Static<typeof SampleAccounts>;

const PopulationPoint = Type.Object({
  threshold: Type.Integer(),
  accounts: Rate,
  accountsExact: Type.Number(),
  pictures: ClusteredRate,
  picturesExact: Type.Number(),
});

/** The rule of a threshold strategy, applied to a population of accounts. */
export const PopulationMetrics = Type.Object({
  accounts: Type.Integer(),
  offending: Type.Integer(),
  offenders: Type.Array(Type.Object({ name: Type.String(), points: Type.Array(PopulationPoint) }), {
    description: 'for each description of offenders: the accounts drawn, opened from each threshold on',
  }),
  innocents: Type.Array(
    Type.Object({
      listEntries: Type.Integer(),
      low: Type.Number({ description: 'false matches a picture, lower bound' }),
      high: Type.Number({ description: 'upper bound' }),
      opened: Type.Array(Type.Object({ threshold: Type.Integer(), low: Type.Number(), high: Type.Number() }), {
        description: 'innocent accounts opened in a year, between the two bounds on the rate; exact for each of them',
      }),
    }),
  ),
});
export type PopulationMetrics = Static<typeof PopulationMetrics>;

/** Everything the table says of one strategy. */
export const StrategyMetrics = Type.Object({
  id: Type.String(),
  name: Type.String(),
  summary: Type.String(),
  family: Type.Optional(Family),
  proactive: Type.Boolean({ description: 'it looks at every message by itself' }),
  operatingPoint: Type.String(),
  messages: Type.Integer(),
  delivered: Rate,
  rejected: Type.Optional(
    Type.Integer({ minimum: 0, description: 'times that a role turned something away; left out by older runs' }),
  ),
  refused: Type.Integer(),
  failed: Type.Integer(),
  detection: Type.Object({
    asSent: ClusteredRate,
    byEdit: Type.Array(Type.Object({ transform: Type.String(), rate: ClusteredRate })),
    allEdits: ClusteredRate,
    newContent: ClusteredRate,
    near: ClusteredRate,
  }),
  warned: Type.Object({ listed: Rate, innocent: Rate }),
  falsePositives: Type.Object({
    all: ClusteredRate,
    byTopic: Type.Array(Type.Object({ topic: Type.String(), rate: Rate })),
  }),
  exposed: Type.Object({
    innocent: Rate,
    perBillion: MeasuredBounds,
  }),
  leakage: Type.Array(Leakage),
  declared: Type.Array(Declared),
  cost: Type.Object({
    sentBytesMedian: MeasuredNumber,
    overheadBytesMedian: Type.Union([Type.Number(), Type.Null()], {
      description: 'bytes beyond the padded, sealed picture of plain E2EE; null where one of the two was not sent',
    }),
    receivedBytesMedian: MeasuredNumber,
    listBytes: Type.Integer({ description: 'list held on the device, or what stands for it' }),
  }),
  traffic: Type.Array(Traffic),
  capacity: Capacity,
  latent: Type.Optional(Latent),
  threshold: Type.Optional(Threshold),
  accounts: Type.Optional(SampleAccounts),
  population: Type.Optional(PopulationMetrics),
  evidence: Type.Optional(Evidence),
  recovered: Type.Array(Type.Object({ of: Type.Number(), reports: MeasuredInterval })),
  innocentAccounts: MeasuredBounds,
  reviewHours: MeasuredBounds,
  beats: Type.Optional(
    Type.Array(Type.Union([Type.Number(), Type.Null()]), {
      description:
        'share of the draws of all assumptions in which it brings back more than each strategy of the run, ties half; null: not measured',
    }),
  ),
});
export type StrategyMetrics = Static<typeof StrategyMetrics>;

const Point = Type.Object({ threshold: Type.Number(), tpr: Type.Number(), fpr: Type.Number() });

/** What one hash does on this dataset. */
export const HashMetrics = Type.Object({
  name: Type.String(),
  bits: Type.Integer(),
  authorsThreshold: Type.Integer(),
  threshold: Type.Object({
    bits: Type.Integer({ description: 'chosen on calibration; -1 when even distance 0 exceeds the target' }),
    calibrationFpr: Rate,
    rule: Type.String(),
  }),
  positives: Type.Integer(),
  negatives: Type.Integer(),
  refused: Type.Integer(),
  failed: Type.Integer(),
  auc: MeasuredInterval,
  roc: Type.Array(Point, { description: 'empty without positives or without negatives' }),
  tprAtFpr: Type.Array(
    Type.Object({
      fpr: Type.Number({ description: 'quoted' }),
      threshold: Type.Integer(),
      tpr: ClusteredRate,
      calibrationFpr: Type.Optional(
        Type.Object(Rate.properties, {
          description: 'the rate that the threshold keeps on calibration, where it was chosen; left out by older runs',
        }),
      ),
    }),
  ),
  fpr: ClusteredRate,
  fprAtAuthors: ClusteredRate,
  recall: Type.Array(
    Type.Object({
      transform: Type.String(),
      calibrated: ClusteredRate,
      atAuthors: ClusteredRate,
      meanOwnBits: MeasuredNumber,
    }),
  ),
});
export type HashMetrics = Static<typeof HashMetrics>;

/** What a head that the run trained does, or the classifier with its own label as stand-in for target content. */
export const ClassifierMetrics = Type.Object({
  name: Type.String(),
  label: Type.String(),
  threshold: Type.Object({ score: Type.Number(), calibrationFpr: Rate, rule: Type.String() }),
  positives: Type.Integer(),
  negatives: Type.Integer(),
  sources: Type.Optional(
    Type.Object(
      { positives: Type.Integer(), negatives: Type.Integer() },
      { description: 'source pictures that positives and negatives come from; left out by older runs' },
    ),
  ),
  auc: MeasuredInterval,
  aucByPicture: Type.Optional(
    Type.Object(Interval.properties, {
      description:
        'the same area with an interval that takes pictures as independent; left out by older runs, and where there is no area',
    }),
  ),
  roc: Type.Array(Point, { description: 'empty without positives or without negatives' }),
  fpr: ClusteredRate,
  tpr: ClusteredRate,
  head: Type.Optional(TrainedHead),
  program: Type.Optional(
    Type.Object(
      { sha256: Type.String(), refused: Type.Integer({ description: 'pictures as sent that it refused to score' }) },
      { description: 'where a program decides' },
    ),
  ),
});
export type ClassifierMetrics = Static<typeof ClassifierMetrics>;

const Side = { near: ClusteredRate, equality: ClusteredRate, lost: PairedDifference } as const;

/** What protocols lose that can only compare for equality, on the same pictures of the evaluation. */
export const EqualityGap = Type.Object({
  near: Type.Object({ hash: Type.String(), thresholdBits: Type.Integer() }),
  equality: Type.Object({ hash: Type.String(), bits: Type.Integer() }),
  listed: Type.Array(Type.Object({ transform: Type.String(), ...Side }), {
    description: "listed pictures found: as sent ('none') first, then after each edit",
  }),
  forwarded: Type.Optional(
    Type.Object(
      { value: Type.Number(), source: Type.String(), ...Side },
      { description: 'of the listed pictures as sent, those whose message was the original file, byte for byte' },
    ),
  ),
  allEdits: Type.Object(Side),
  innocent: Type.Object(Side, { description: 'innocent pictures that match: false matches of both' }),
});
export type EqualityGap = Static<typeof EqualityGap>;

/** What a run measured of its clips, beside its pictures. */
export const ClipArm = Type.Object({
  ...clipFacts,
  looked: Type.Integer({ description: 'frames of a clip that are scanned' }),
  strategies: Type.Array(SentClips),
});
export type ClipArm = Static<typeof ClipArm>;

export const Metrics = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    experiment: Type.String(),
    question: Type.String(),
    seed: Type.Integer(),
    dataset: Type.Object({
      name: Type.String(),
      sha256: Type.String(),
      pictures: Type.Integer(),
      groups: Type.Integer(),
      refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
      content: Type.Record(Type.String(), Type.Object({ calibration: Type.Integer(), evaluation: Type.Integer() })),
      listEntries: Type.Integer(),
    }),
    strategies: Type.Array(StrategyMetrics),
    hashes: Type.Array(HashMetrics),
    equalityGap: Type.Union([EqualityGap, Type.Null()], { description: 'null where no picture was compared' }),
    classifier: Type.Union([ClassifierMetrics, Type.Null()], {
      description: 'what decides in the classifier strategies: the head where one was trained, or the program',
    }),
    untrained: Type.Optional(
      Type.Union([ClassifierMetrics, Type.Null()], {
        description: "the classifier's own label, beside a head or a program; left out where the label decides",
      }),
    ),
    clips: Type.Optional(ClipArm),
    notes: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'what was noted while pictures were drawn and assigned; the first of the limits; left out by older runs',
      }),
    ),
    limits: Type.Array(Type.String()),
  },
  { title: 'presend metrics' },
);
export type Metrics = Static<typeof Metrics>;
