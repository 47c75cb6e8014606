/** The metrics of a run, as `--json` prints them: derived from observations by pure functions, no wall time inside. */
import { type Static, Type } from 'typebox';
import { ClusteredRate, Interval, Rate } from './rate.ts';
import { Role } from './vocabulary.ts';

/** Success of the held-out attack for one role and secret, against chance. */
export const Leakage = Type.Object({
  role: Role,
  secret: Type.Enum(['topic', 'identity']),
  scope: Type.Enum(['silent', 'all'], {
    description:
      'silent: only messages that nobody handed over to the role by a flag, report, order or tip; all: every message',
  }),
  success: Rate,
  lowerBound: Type.Number({ description: 'one-sided 95 % lower bound on what this attacker achieves' }),
  chance: Type.Number(),
  lift: Type.Number({ description: 'success / chance' }),
  aboveChance: Type.Boolean({
    description: 'above chance at 95 % for all attacks of the run together (Bonferroni)',
  }),
  control: Rate,
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

/** Everything the table says of one strategy. */
export const StrategyMetrics = Type.Object({
  id: Type.String(),
  name: Type.String(),
  summary: Type.String(),
  proactive: Type.Boolean({ description: 'it looks at every message by itself' }),
  operatingPoint: Type.String(),
  messages: Type.Integer(),
  delivered: Rate,
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
    perBillion: Interval,
  }),
  leakage: Type.Array(Leakage),
  declared: Type.Array(Declared),
  cost: Type.Object({
    sentBytesMedian: Type.Number(),
    overheadBytesMedian: Type.Number({ description: 'bytes beyond the padded, sealed picture of plain E2EE' }),
    receivedBytesMedian: Type.Number(),
    listBytes: Type.Integer({ description: 'list held on the device' }),
  }),
  recovered: Type.Array(Type.Object({ of: Type.Number(), reports: Interval })),
  innocentAccounts: Interval,
  reviewHours: Interval,
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
  auc: Interval,
  roc: Type.Array(Point),
  tprAtFpr: Type.Array(Type.Object({ fpr: Type.Number(), threshold: Type.Integer(), tpr: ClusteredRate })),
  fpr: ClusteredRate,
  fprAtAuthors: ClusteredRate,
  recall: Type.Array(
    Type.Object({
      transform: Type.String(),
      calibrated: ClusteredRate,
      atAuthors: ClusteredRate,
      meanOwnBits: Type.Number(),
    }),
  ),
});
export type HashMetrics = Static<typeof HashMetrics>;

/** What the classifier does with its label as stand-in for target content. */
export const ClassifierMetrics = Type.Object({
  name: Type.String(),
  label: Type.String(),
  threshold: Type.Object({ score: Type.Number(), calibrationFpr: Rate, rule: Type.String() }),
  positives: Type.Integer(),
  negatives: Type.Integer(),
  auc: Interval,
  roc: Type.Array(Point),
  fpr: ClusteredRate,
  tpr: ClusteredRate,
});
export type ClassifierMetrics = Static<typeof ClassifierMetrics>;

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
    classifier: Type.Union([ClassifierMetrics, Type.Null()]),
    limits: Type.Array(Type.String()),
  },
  { title: 'presend metrics' },
);
export type Metrics = Static<typeof Metrics>;
