/** Raw rows of a leakage run: the truth of every message once, and for every strategy what each adversary saw and guessed. */
import { type Static, Type } from 'typebox';
import { classifyRow, equalityRow, matchRow } from '../../schema/observation.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';
import { trainedHeadRow } from '../../schema/trained-head.ts';
import { Content, Split } from '../../schema/vocabulary.ts';

/**
 * Who looks. network: an observer between devices and service, who sees directions, sizes and endpoints · provider: it runs the relay, and
 * reads its view too · joined: provider, relay, curator and court put all that they logged together.
 */
export const Adversary = Type.Enum(['network', 'relay', 'provider', 'curator', 'court', 'joined']);
export type Adversary = Static<typeof Adversary>;

/** end: after the court orders of the experiment · key-used-on-all: after the escrow key was used on every account. */
export const Moment = Type.Enum(['end', 'key-used-on-all']);
export type Moment = Static<typeof Moment>;

/**
 * What is guessed. topic: what the picture shows · identity: which picture of a gallery that holds the file itself · copy: the same, of a
 * gallery of recompressed copies · sender: who sent it, from anything but the endpoints · entry: which list entry it is · match: whether it
 * matched, from the whole view · traffic: the same, from directions, packets and sizes alone.
 */
export const Secret = Type.Enum(['topic', 'identity', 'copy', 'sender', 'entry', 'match', 'traffic']);
export type Secret = Static<typeof Secret>;

const Hex = Type.Union([Type.String(), Type.Null()], { description: 'hex; null where the picture has no usable hash' });
const Bit = Type.Integer({ minimum: 0, maximum: 1 });
const Index = Type.Integer({ minimum: 0 });

/** The truth of one message, the same under every strategy. */
export const LeakMessageRow = Type.Object({
  row: Type.Literal('leak-message'),
  message: Type.String(),
  picture: Type.String(),
  group: Type.String(),
  topic: Type.String(),
  content: Content,
  split: Split,
  transform: Type.String(),
  sender: Type.String(),
  pictureBytes: Type.Integer(),
  file: Type.String({ description: 'beginning of the SHA-256 of the file as sent, hex' }),
  hash: Hex,
  equalityHash: Hex,
  nearBits: Type.Union([Type.Integer(), Type.Null()], { description: 'distance to the nearest list entry' }),
});
export type LeakMessageRow = Static<typeof LeakMessageRow>;

/** What one strategy made of the messages, in their order. */
export const LeakOutcomesRow = Type.Object({
  row: Type.Literal('leak-fates'),
  cell: Type.String(),
  strategy: Type.String(),
  matched: Type.Array(Bit, { description: 'whether it truly matches, by what the strategy compares' }),
  detected: Type.Array(Bit),
  aborted: Type.Array(Bit),
  sampled: Type.Array(Index, { description: 'hash bits that a similarity bucket samples; empty elsewhere' }),
  thresholdBits: Type.Integer(),
});
export type LeakOutcomesRow = Static<typeof LeakOutcomesRow>;

/** A column of names, written once each: `at` has an index into `names` for every message, or nothing where there is one name only. */
export const Column = Type.Object({ names: Type.Array(Type.String()), at: Type.Array(Index) });
export type Column = Static<typeof Column>;

/** What one adversary saw of the messages that were sent as they are, in their order. Sizes are of payloads. */
export const LeakViewRow = Type.Object({
  row: Type.Literal('leak-view'),
  cell: Type.String(),
  strategy: Type.String(),
  adversary: Adversary,
  when: Moment,
  messages: Type.Array(Index, { description: "places of the messages among the run's" }),
  shape: Column,
  sizes: Column,
  bits: Column,
  content: Column,
  outcome: Column,
  entry: Column,
  sender: Column,
  handed: Type.Array(Bit, { description: 'handed over to anybody: by a flag, report, order or tip' }),
});
export type LeakViewRow = Static<typeof LeakViewRow>;

/** All guesses of one attack. */
export const LeakAttackRow = Type.Object({
  row: Type.Literal('leak-attack'),
  cell: Type.String(),
  strategy: Type.String(),
  adversary: Adversary,
  when: Moment,
  secret: Secret,
  observable: Type.String({ description: "'view': all of it; else the part of the view that the attack was given" }),
  control: Type.Enum(['none', 'shuffled', 'planted'], {
    description: 'shuffled: labels dealt anew, so success must be at chance · planted: the label is in the view',
  }),
  attacker: Type.String({ description: 'what was used for most guesses: chosen on known messages' }),
  known: Type.Integer({ description: 'messages to learn from, or pictures of the gallery' }),
  chance: Type.Number({ description: 'success of the best guess without the view' }),
  messages: Type.Array(Index),
  rank: Type.Array(Type.Integer({ minimum: 1 }), {
    description:
      'place of the truth among the guesses, 1 the first; of a topic, sender or match 2 for every wrong guess',
  }),
  property: Type.Optional(
    Type.Array(Bit, { description: 'of a picture: whether the first guess shows the same topic' }),
  ),
  truth: Type.Optional(Type.Array(Bit, { description: 'of a match: whether it matched' })),
  handed: Type.Array(Bit),
});
export type LeakAttackRow = Static<typeof LeakAttackRow>;

/** What a sender's device can find out about list membership. */
export const LeakMembershipRow = Type.Object({
  row: Type.Literal('leak-membership'),
  cell: Type.String(),
  strategy: Type.String(),
  means: Type.Enum(['set-up', 'query'], {
    description: 'set-up: what lies on the device, tried without limit · query: one picture sent, and what came of it',
  }),
  control: Type.Enum(['none', 'shuffled', 'planted']),
  picture: Type.Array(Type.String()),
  group: Type.Array(Type.String()),
  member: Type.Array(Bit),
  said: Type.Array(Bit, { description: 'whether the device would say that it is listed' }),
});
export type LeakMembershipRow = Static<typeof LeakMembershipRow>;

/** The rows of a leakage run. */
export const leakageRows = [
  refusedRow,
  matchRow,
  classifyRow,
  trainedHeadRow,
  equalityRow,
  rowType(LeakMessageRow, ({ message }) => [message]),
  rowType(LeakOutcomesRow, ({ cell }) => [cell]),
  rowType(LeakViewRow, ({ cell, adversary, when }) => [cell, adversary, when]),
  rowType(LeakAttackRow, ({ cell, adversary, when, secret, observable, control }) => [
    cell,
    adversary,
    when,
    secret,
    observable,
    control,
  ]),
  rowType(LeakMembershipRow, ({ cell, means, control }) => [cell, means, control]),
];
export type LeakageRow = RowOf<typeof leakageRows>;
