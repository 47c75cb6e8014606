/** Raw rows of a power run: what each capability opened under each strategy, before and after the compromise, and who could have noticed. */
import { type Static, Type } from 'typebox';
import { classifyRow, equalityRow, matchRow } from '../../schema/observation.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';
import { trainedHeadRow } from '../../schema/trained-head.ts';

const Count = Type.Integer({ minimum: 0 });

/**
 * device-key: the keys of one device · escrow-key: the escrow key, as many shares of it as open, or the key of the court's hidden device ·
 * below-quorum: one share less · list-key: what the provider keeps of the scanning protocol · franking-key: the key of franking stamps ·
 * stored: a copy of all that provider and relay had been sent, without keys · new-list: the curator adds hidden targets for everybody ·
 * retroactive: the provider kept everything, has its keys, and matches with another list · own-list: the provider adds hidden targets for
 * one account · no-second-opinion: with hidden targets on the first list, reviewers see what a second hash would have cleared · order: a
 * court order for one account and period · report-update: one update of the app, and what only warned reports · new-network: one update of
 * the app, and the network knows the hidden targets too.
 */
export const CapabilityName = Type.Enum([
  'device-key',
  'escrow-key',
  'below-quorum',
  'list-key',
  'franking-key',
  'stored',
  'new-list',
  'retroactive',
  'own-list',
  'no-second-opinion',
  'order',
  'report-update',
  'new-network',
]);
export type CapabilityName = Static<typeof CapabilityName>;

/** Messages in scope of a capability, before or after the compromise. All counts but `usual` exclude what the same party gets without it. */
export const CapabilityTally = Type.Object({
  messages: Type.Integer({ minimum: 0, description: 'in scope' }),
  hidden: Type.Integer({ minimum: 0, description: 'of those, showing a hidden target' }),
  usual: Type.Integer({ minimum: 0, description: 'opened without the power as well' }),
  opened: Type.Integer({ minimum: 0, description: 'pictures got, byte by byte as they were sent' }),
  openedInnocent: Type.Integer({ minimum: 0, description: 'of those, innocent content, hidden targets included' }),
  openedHidden: Count,
  named: Type.Integer({
    minimum: 0,
    description: 'opened or not, said to show something on a list: hidden targets, or the list in force for a list key',
  }),
  namedRight: Type.Integer({ minimum: 0, description: 'of those, rightly' }),
});
export type CapabilityTally = Static<typeof CapabilityTally>;

/** What would reveal the use of a capability, measured on the bytes that devices received and sent. */
export const Notice = Type.Object({
  refused: Type.Boolean({ description: 'devices turned the new set-up away' }),
  unlogged: Type.Boolean({ description: 'they would have, as they are, if the log that they pin were not forked' }),
  announced: Type.Boolean({ description: 'a new set-up came to devices' }),
  readable: Type.Object(
    { k: Count, n: Count },
    { description: 'hidden entries that a device can read, so that an auditor with originals can check them' },
  ),
  compared: Type.Boolean({ description: 'what one account was given differs from what another was' }),
  traffic: Type.Boolean({
    description: 'other packets leave the device for what was got than without the power',
  }),
  shown: Type.Boolean({ description: 'the device was told a key that it had not had' }),
});
export type Notice = Static<typeof Notice>;

/** One capability, executed under one strategy. */
export const CapabilityRow = Type.Object({
  row: Type.Literal('power'),
  cell: Type.String(),
  strategy: Type.String(),
  power: CapabilityName,
  before: CapabilityTally,
  after: CapabilityTally,
  outside: Type.Integer({ minimum: 0, description: 'messages out of scope that were opened' }),
  accounts: Type.Integer({ minimum: 0, description: 'whose messages were opened or named, by sender' }),
  aimed: Type.Boolean({ description: 'it was used against one account' }),
  notice: Notice,
  first: Type.Union(
    [
      Type.Object({
        messages: Type.Integer({
          minimum: 1,
          description: 'of all accounts, from the moment to the first message got that was looked for',
        }),
        own: Type.Integer({ minimum: 1, description: 'of these, from the account that sent it' }),
      }),
      Type.Null(),
    ],
    { description: 'null where none was got' },
  ),
  tipped: Type.Optional(
    Type.Integer({ minimum: 0, description: 'of the messages got, those that were reported to the curator' }),
  ),
  listed: Type.Optional(
    Type.Object({ k: Count, n: Count }, { description: 'list entries that the key shows to who holds the pictures' }),
  ),
  forged: Type.Optional(Type.Object({ k: Count, n: Count }, { description: 'made-up reports that pass as proved' })),
  bystanders: Type.Optional(
    Type.Object({ k: Count, n: Count }, { description: 'other innocent messages that a new network reports as well' }),
  ),
});
export type CapabilityRow = Static<typeof CapabilityRow>;

/** A capability that does not exist under a strategy, and why. */
export const NoCapabilityRow = Type.Object({
  row: Type.Literal('no-power'),
  cell: Type.String(),
  strategy: Type.String(),
  power: CapabilityName,
  why: Type.String(),
});
export type NoCapabilityRow = Static<typeof NoCapabilityRow>;

/** Capacity for hidden targets in what a deployment actually put on devices, measured by inserting them. */
export const HiddenCapacityRow = Type.Object({
  row: Type.Literal('room'),
  cell: Type.String(),
  strategy: Type.String(),
  entries: Type.Integer({ minimum: 0, description: 'declared entries of the list' }),
  counted: Type.Union([Count, Type.Null()], { description: 'room as the protocol counts it; null where it cannot' }),
  inserted: Type.Integer({
    minimum: 0,
    description: 'hidden targets that were put in and found by a device or the provider',
  }),
  given: Type.Union([Count, Type.Null()], {
    description:
      'how many of a fixed row of targets fit, where inserted ones were picked from many; null where all fit alike',
  }),
  kept: Type.Integer({ minimum: 0, description: 'declared entries still found beside the inserted ones' }),
  next: Type.Enum(['impossible', 'refused', 'visible', 'fits'], {
    description:
      'one more: costs an entry · turned away by devices · fits, but the size of the set shows it · fits, and so on without end that was tried',
  }),
  how: Type.String(),
});
export type HiddenCapacityRow = Static<typeof HiddenCapacityRow>;

const Counted = Type.Object({ k: Count, n: Count });

/** One theft, under one channel between devices. */
export const WindowRow = Type.Object({
  row: Type.Literal('window'),
  cell: Type.String(),
  strategy: Type.String(),
  session: Type.Enum(['static', 'ratchet'], { description: 'the channel between devices' }),
  secret: Type.Enum(['device', 'second device', 'escrow', 'hidden device'], {
    description:
      'all secrets of the target’s first device · of its second, where accounts have several · the escrow key or a quorum of its shares · all secrets of the court’s hidden device',
  }),
  at: Type.Enum(['middle', 'end'], {
    description: 'when it is stolen: at the time of the compromise, or after the last message',
  }),
  before: Type.Object(Counted.properties, {
    description: 'messages from before the theft that the secret could concern: opened',
  }),
  after: Type.Object(Counted.properties, { description: 'messages from the theft on: opened' }),
  window: Type.Integer({
    minimum: 0,
    description: 'most messages of one conversation from the theft to the last one opened, those between included',
  }),
  closed: Type.Object(Counted.properties, {
    description: 'conversations that went on after the theft: the last message does not open',
  }),
  outside: Type.Integer({ minimum: 0, description: 'other messages that were opened' }),
});
export type WindowRow = Static<typeof WindowRow>;

/** A group with sender keys, played once: what arrives, what is refused, what a thief of one device opens. */
export const GroupRow = Type.Object({
  row: Type.Literal('group'),
  members: Type.Integer({ minimum: 2, description: 'accounts' }),
  devices: Type.Integer({ minimum: 1, description: 'of every account' }),
  messages: Count,
  delivered: Type.Object(Counted.properties, { description: 'copies for a device that were not lost: opened' }),
  lost: Type.Integer({ minimum: 0, description: 'copies that the relay lost' }),
  keys: Type.Integer({ minimum: 0, description: 'sender keys that were given' }),
  bytes: Type.Object(
    { uploaded: Count, pairwise: Count },
    { description: 'that senders upload, with sender keys, and if every message were sealed for every device' },
  ),
  forged: Type.Object(Counted.properties, {
    description: 'attempts of a member to change a message, or to send in the name of another: opened',
  }),
  replayed: Type.Object(Counted.properties, { description: 'messages that came again: opened' }),
  before: Type.Object(Counted.properties, {
    description: 'a thief of one device: messages from before the theft opened',
  }),
  after: Type.Object(Counted.properties, { description: 'messages from the theft on opened' }),
  window: Type.Integer({ minimum: 0, description: 'messages from the theft to the last one opened' }),
});
export type GroupRow = Static<typeof GroupRow>;

/** A ghost in a group, by what the directory does with the log of device keys: when somebody notices, and who. */
export const KeyLogRow = Type.Object({
  row: Type.Literal('key-log'),
  members: Count,
  devices: Count,
  directory: Type.Enum(['no log', 'unlogged', 'logged', 'withheld', 'split view'], {
    description:
      'there is no log · the ghost is not in the log · it is, for everybody · it is, and is left out of the entries that others get · apps see a log with it, owners and auditors one without',
  }),
  checkEvery: Type.Integer({
    minimum: 1,
    description: 'messages of the group between two checks of owner and auditor',
  }),
  opened: Type.Object(Counted.properties, { description: 'messages after the ghost was added: opened by it' }),
  refused: Type.Integer({ minimum: 0, description: 'messages whose sender did not encrypt to the ghost' }),
  noticedBy: Type.Enum(['nobody', 'sender', 'owner', 'auditor']),
  noticedAfter: Type.Union([Count, Type.Null()], { description: 'messages of the group; null where nobody notices' }),
});
export type KeyLogRow = Static<typeof KeyLogRow>;

/** Trials of clients that compare log heads. */
export const GossipRow = Type.Object({
  row: Type.Literal('gossip'),
  share: Type.Number({ description: 'of clients that were given the other log' }),
  clients: Type.Integer({ minimum: 1, description: 'that compare' }),
  stale: Type.Number(),
  trials: Count,
  monitored: Type.Integer({ minimum: 0, description: 'trials in which a head contradicts the public one' }),
  among: Type.Integer({ minimum: 0, description: 'trials in which two clients contradict each other' }),
  comparisons: Type.Integer({ minimum: 0, description: 'different pairs of signed heads that were compared' }),
});
export type GossipRow = Static<typeof GossipRow>;

/** Trials of an audit. */
export const AuditRow = Type.Object({
  row: Type.Literal('audit'),
  entries: Count,
  planted: Count,
  audited: Count,
  trials: Count,
  found: Type.Integer({ minimum: 0, description: 'trials in which at least one planted entry was audited' }),
});
export type AuditRow = Static<typeof AuditRow>;

/** The messages that all capabilities of a run were tried on. */
export const TimelineRow = Type.Object({
  row: Type.Literal('power-scene'),
  messages: Count,
  moment: Type.Integer({ minimum: 0, description: 'logical time from which on messages are behind the power' }),
  accounts: Count,
  target: Type.String(),
  hidden: Type.Integer({ minimum: 0, description: 'hidden targets' }),
  sent: Type.Object({ hidden: Count, listed: Count, near: Count, new: Count, innocent: Count }),
  listEntries: Count,
  thresholdBits: Type.Object({ near: Count, second: Count }),
  thresholdScore: Type.Number(),
});
export type TimelineRow = Static<typeof TimelineRow>;

/** The rows of a power run. */
export const powerRows = [
  refusedRow,
  matchRow,
  classifyRow,
  trainedHeadRow,
  equalityRow,
  rowType(TimelineRow, () => []),
  rowType(CapabilityRow, ({ cell, power }) => [cell, power]),
  rowType(NoCapabilityRow, ({ cell, power }) => [cell, power]),
  rowType(HiddenCapacityRow, ({ cell }) => [cell]),
  rowType(WindowRow, ({ cell, session, secret }) => [cell, session, secret]),
  rowType(GroupRow, ({ members, devices }) => [members, devices]),
  rowType(KeyLogRow, ({ directory, checkEvery }) => [directory, checkEvery]),
  rowType(GossipRow, ({ share, clients, stale }) => [share, clients, stale]),
  rowType(AuditRow, ({ entries, planted, audited }) => [entries, planted, audited]),
];
export type AnyPowerRow = RowOf<typeof powerRows>;
