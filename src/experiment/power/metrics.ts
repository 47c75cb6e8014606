/** The metrics of a power experiment: capabilities by strategy, capacity for hidden targets, and how likely a split view or an audit is noticed. */

import { type Static, Type } from 'typebox';
import { metricsOf } from '../../schema/parts.ts';
import { Rate } from '../../schema/rate.ts';
import {
  CapabilityName,
  CapabilityRow,
  GroupRow,
  HiddenCapacityRow,
  KeyLogRow,
  NoCapabilityRow,
  TimelineRow,
  WindowRow,
} from './rows.ts';

const { row: _power, cell: _powerCell, before: _before, after: _after, ...power } = CapabilityRow.properties;
const { row: _window, cell: _windowCell, before: _wBefore, after: _wAfter, ...window } = WindowRow.properties;
const { row: _group, ...playedGroup } = GroupRow.properties;
const { row: _log, ...playedGhost } = KeyLogRow.properties;
const { row: _capacity, cell: _capacityCell, ...capacity } = HiddenCapacityRow.properties;
const { row: _timeline, ...timeline } = TimelineRow.properties;
const { row: _no, cell: _noCell, ...absent } = NoCapabilityRow.properties;
const Probability = Type.Number({ minimum: 0, maximum: 1 });

/** Messages before or after the compromise. */
export const PowerSide = Type.Object({
  messages: Type.Integer(),
  usual: Type.Integer(),
  opened: Rate,
  innocent: Type.Object(Rate.properties, { description: 'innocent ones among the opened' }),
  hidden: Type.Object(Rate.properties, { description: 'messages with a hidden target that were opened' }),
  named: Rate,
  right: Type.Object(Rate.properties, { description: 'named rightly, of those named' }),
});
export type PowerSide = Static<typeof PowerSide>;

/** One capability under one strategy. */
export const PowerResult = Type.Object({
  ...power,
  before: PowerSide,
  after: PowerSide,
  reach: Type.Enum(['nothing', 'retroactive', 'prospective', 'both'], {
    description:
      'whether messages from before the power was got are among those opened or named, from after it, or from both',
  }),
  breadth: Type.Enum(['nothing', 'one account', 'several accounts']),
  hours: Type.Union([Type.Number(), Type.Null()], { description: 'from the moment to the first hidden target' }),
});
export type PowerResult = Static<typeof PowerResult>;

/** Messages readable with one stolen secret, including those from before the theft. */
export const BlastRadius = Type.Object({
  strategy: Type.String(),
  secret: Type.String(),
  power: CapabilityName,
  readable: Rate,
});
export type BlastRadius = Static<typeof BlastRadius>;

/** One theft under one channel, and for how long it lasts. */
export const CompromiseWindow = Type.Object({
  ...window,
  before: Type.Object(Rate.properties, { description: 'messages from before the theft: opened' }),
  after: Type.Object(Rate.properties, { description: 'messages from the theft on: opened' }),
  closed: Type.Object(Rate.properties, { description: 'conversations of which the last message does not open' }),
});
export type CompromiseWindow = Static<typeof CompromiseWindow>;

/** A group with sender keys. */
export const GroupResult = Type.Object({
  ...playedGroup,
  delivered: Rate,
  forged: Rate,
  replayed: Rate,
  before: Rate,
  after: Rate,
});
export type GroupResult = Static<typeof GroupResult>;

/** A ghost in a group, by what the directory does with the log of device keys. */
export const KeyLogResult = Type.Object({ ...playedGhost, opened: Rate });
export type KeyLogResult = Static<typeof KeyLogResult>;

/** Capacity for hidden targets under one strategy. */
export const HiddenCapacity = Type.Object({
  ...capacity,
  kind: Type.String({ description: 'how the strategy bounds it' }),
  audited: Type.Union([Type.Object({ originals: Type.Integer(), hideable: Type.Integer() }), Type.Null()], {
    description:
      'of a list that can be read: most entries that an audit of so many originals finds with less than 95 %',
  }),
});
export type HiddenCapacity = Static<typeof HiddenCapacity>;

/** An exact probability, and its simulation. */
const Checked = Type.Object({
  exact: Probability,
  simulated: Rate,
  within: Type.Boolean({ description: 'whether the 95 % interval holds the exact value' }),
});

export const GossipPoint = Type.Object({
  share: Type.Number(),
  clients: Type.Integer(),
  stale: Type.Number(),
  comparisons: Type.Integer(),
  monitored: Checked,
  among: Checked,
});
export type GossipPoint = Static<typeof GossipPoint>;

export const AuditPoint = Type.Object({
  entries: Type.Integer(),
  planted: Type.Integer(),
  audited: Type.Integer(),
  hideable: Type.Integer({ description: 'most planted entries that this audit finds with less than 95 %' }),
  check: Checked,
});
export type AuditPoint = Static<typeof AuditPoint>;

export const PowerMetrics = metricsOf('power', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
  }),
  scene: Type.Union([Type.Object(timeline), Type.Null()]),
  messagesPerHour: Type.Object({ value: Type.Number(), source: Type.String() }),
  strategies: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), latent: Type.Optional(Type.String()) })),
  powers: Type.Array(PowerResult),
  absent: Type.Array(Type.Object(absent)),
  blast: Type.Array(BlastRadius),
  windows: Type.Array(CompromiseWindow),
  groups: Type.Array(GroupResult),
  keyLog: Type.Array(KeyLogResult),
  rooms: Type.Array(HiddenCapacity),
  gossip: Type.Array(GossipPoint),
  audits: Type.Array(AuditPoint),
  agreement: Type.Object({
    gossip: Type.Object({ within: Type.Integer(), of: Type.Integer() }),
    audits: Type.Object({ within: Type.Integer(), of: Type.Integer() }),
  }),
});
export type PowerMetrics = Static<typeof PowerMetrics>;
