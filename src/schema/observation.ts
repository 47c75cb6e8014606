/** The raw rows of experiments that send messages: what was scanned, what was sent, and what every role's view contained. */

import { type Static, Type } from 'typebox';
import { Failed, Refused } from './parts.ts';
import { rowType } from './row.ts';
import { Content, Role, Split } from './vocabulary.ts';

const picture = {
  cell: Type.String({ description: 'id of the cell, the hash of its resolved config' }),
  picture: Type.String({ description: 'id of the source picture' }),
  group: Type.String({ description: 'copies and near neighbours share it; the unit of the cluster bootstrap' }),
  topic: Type.String(),
  content: Content,
  split: Split,
  transform: Type.String({ description: "label of the edit, 'none' for the picture as it is" }),
};

/** One picture, after one edit, against the list, under one hash. */
export const MatchRow = Type.Object({
  row: Type.Literal('match'),
  ...picture,
  hash: Type.String(),
  outcome: Type.Union([
    Type.Object({
      state: Type.Literal('scored'),
      hex: Type.String(),
      quality: Type.Integer(),
      nearest: Type.Union([Type.String(), Type.Null()], { description: 'nearest list entry' }),
      distanceBits: Type.Integer({ description: 'Hamming distance to it' }),
      ownBits: Type.Optional(
        Type.Integer({ description: 'distance to the entry of its own original, for listed pictures' }),
      ),
    }),
    Refused,
    Failed,
  ]),
});

/** One picture, after one edit and the messenger step, under the classifier. */
export const ClassifyRow = Type.Object({
  row: Type.Literal('classify'),
  ...picture,
  classifier: Type.String(),
  outcome: Type.Union([
    Type.Object({ state: Type.Literal('scored'), scores: Type.Array(Type.Number()) }),
    Refused,
    Failed,
  ]),
});

/** One picture as sent, against the list: its near hash and its equality hash. */
export const EqualityRow = Type.Object({
  row: Type.Literal('equality'),
  ...picture,
  near: Type.Object({
    hash: Type.String(),
    outcome: Type.Union([
      Type.Object({
        state: Type.Literal('scored'),
        nearest: Type.Union([Type.String(), Type.Null()], { description: 'nearest list entry' }),
        distanceBits: Type.Integer({ description: 'Hamming distance to it' }),
      }),
      Refused,
    ]),
  }),
  equality: Type.Object({
    hash: Type.String(),
    outcome: Type.Union([
      Type.Object({
        state: Type.Literal('scored'),
        equal: Type.Union([Type.String(), Type.Null()], { description: 'first list entry with the same hash' }),
      }),
      Refused,
    ]),
  }),
});

/** One message through one strategy, from sending to review. */
export const MessageRow = Type.Object({
  row: Type.Literal('message'),
  ...picture,
  strategy: Type.String(),
  message: Type.String(),
  purpose: Type.Enum(['scored', 'attack'], {
    description: 'attack: a second copy, sent only to measure re-identification',
  }),
  sender: Type.String(),
  recipient: Type.String(),
  outcome: Type.Union([
    Type.Object({
      state: Type.Literal('scored'),
      scanned: Type.Enum(['none', 'match', 'clear', 'refused'], {
        description: 'what looking at it gave; refused: no usable hash or score',
      }),
      detected: Type.Boolean({ description: 'the strategy recognised it as target content, by scan, report or order' }),
      delivered: Type.Boolean({ description: 'the recipient opened exactly the bytes that were sent' }),
      warned: Type.Boolean(),
      flagged: Type.Boolean({ description: 'some role other than sender and recipient was told that it matched' }),
      exposed: Type.Boolean({ description: 'some role other than sender and recipient got the picture' }),
      tipped: Type.Boolean({ description: 'a report to the curator came of it' }),
      pictureBytes: Type.Integer(),
      sentBytes: Type.Integer({ description: 'all that left the sender for it' }),
      receivedBytes: Type.Integer({ description: 'all that came to the sender for it' }),
    }),
    Refused,
    Failed,
  ]),
});

/** Which cohort of accounts a row is about. */
const cohort = Type.Optional(
  Type.Integer({
    minimum: 2,
    description: 'number of the cohort of accounts; left out for the first, and often only, one',
  }),
);

/** Messages of a cohort whose packets look the same to a role. A role that compares those of all cohorts may find more than in each. */
const AlikeMessages = Type.Object({
  packets: Type.String({ description: 'types of the packets, in order' }),
  messages: Type.Integer(),
  matched: Type.Integer({ description: 'of these, messages that truly match' }),
  more: Type.Integer({ description: 'of all, messages of which no packet by itself says whether they match' }),
  outside: Type.Integer({ description: 'of these, messages that the declaration does not allow' }),
});
export type AlikeMessages = Static<typeof AlikeMessages>;

/** What one role's view really contained about the messages of one strategy, next to the strategy's declaration. */
export const ViewRow = Type.Object({
  row: Type.Literal('view'),
  cell: Type.String(),
  strategy: Type.String(),
  role: Role,
  when: Type.Enum(['before-order', 'end', 'key-used-on-all'], {
    description:
      'before any court order, after the experiment’s orders, or after the escrow key was used on every account',
  }),
  knowledge: Type.String(),
  declared: Type.String(),
  messages: Type.Integer({ description: 'messages sent' }),
  allowed: Type.Integer({ description: 'messages that the declaration allows' }),
  found: Type.Integer({ description: 'messages of which the view held it' }),
  outside: Type.Integer({ description: 'found, though not allowed: a broken declaration' }),
  cohort,
  alike: Type.Optional(
    Type.Array(AlikeMessages, {
      description:
        'matches, where there are several cohorts: what comparing messages with each other needs; found and outside are without it',
    }),
  ),
});

/** One guess of the held-out attack on a role's view. */
export const AttackRow = Type.Object({
  row: Type.Literal('attack'),
  cell: Type.String(),
  strategy: Type.String(),
  role: Role,
  when: Type.Enum(['end', 'key-used-on-all']),
  secret: Type.Enum(['topic', 'identity']),
  control: Type.Boolean({ description: 'true: labels were shuffled, so success must be at chance' }),
  channel: Type.String({ description: 'what the attacker used: chosen on its training messages' }),
  picture: Type.String(),
  group: Type.String(),
  truth: Type.String({ description: 'the secret: the topic, or the id of the picture' }),
  handed: Type.Boolean({
    description: 'the message was handed over to the role: flagged, reported, ordered or tipped',
  }),
  success: Type.Boolean(),
  chance: Type.Number({ description: 'success of the best guess without the view' }),
  candidates: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        'identity: pictures of the gallery with a message that was not disclosed to the role, so that a message that was not can show them; left out by older runs',
    }),
  ),
});

/** When a packet crossed: during set-up, sending, delivery or review, or under a court order. */
export const Phase = Type.Enum(['set-up', 'message', 'delivery', 'review', 'order']);
export type Phase = Static<typeof Phase>;

/** One kind of packet between two roles in one phase, over a whole run: an arrow of the sequence diagram. */
export const TrafficRow = Type.Object({
  row: Type.Literal('traffic'),
  cell: Type.String(),
  strategy: Type.String(),
  step: Type.Integer({ minimum: 0, description: 'place in the order of steps' }),
  phase: Phase,
  from: Role,
  to: Role,
  packet: Type.String({
    description: "packet type; from a role to itself: 'opened' with a key of its own, 'learnt' by computing",
  }),
  crossings: Type.Integer({ minimum: 1 }),
  messages: Type.Integer({ minimum: 0, description: 'different messages that the crossings were about' }),
  bytes: Type.Integer({ minimum: 0, description: 'of all crossings together' }),
  medianBytes: Type.Number({ minimum: 0, description: 'of one crossing' }),
  cohort,
});

/** A strategy's set-up before the first message, and its roles' rejections until the last one. */
export const DeploymentRow = Type.Object({
  row: Type.Literal('deployment'),
  cell: Type.String(),
  strategy: Type.String(),
  deviceBytes: Type.Integer({ minimum: 0, description: "list, or what stands for it, on a sender's device" }),
  hiddenCapacity: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'entries that could be added without a trace; left out where none is known',
    }),
  ),
  rejected: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'times that a role turned something away as malformed, replayed or made up; 0 when all are honest',
    }),
  ),
  cohort,
});

export type MatchRow = Static<typeof MatchRow>;
export type ClassifyRow = Static<typeof ClassifyRow>;
export type EqualityRow = Static<typeof EqualityRow>;
export type MessageRow = Static<typeof MessageRow>;
export type ViewRow = Static<typeof ViewRow>;
export type AttackRow = Static<typeof AttackRow>;
export type TrafficRow = Static<typeof TrafficRow>;
export type DeploymentRow = Static<typeof DeploymentRow>;

// The types of these rows, and the fields that must be unique in a run.

export const matchRow = rowType(MatchRow, ({ cell, picture, transform, hash }) => [cell, picture, transform, hash]);
export const classifyRow = rowType(ClassifyRow, ({ cell, picture, transform, classifier }) => [
  cell,
  picture,
  transform,
  classifier,
]);
export const equalityRow = rowType(EqualityRow, ({ cell, picture, transform }) => [cell, picture, transform]);
export const messageRow = rowType(MessageRow, ({ cell, message }) => [cell, message]);
export const viewRow = rowType(ViewRow, ({ cell, role, when, knowledge, cohort = 1 }) => [
  cell,
  role,
  when,
  knowledge,
  cohort,
]);
export const attackRow = rowType(AttackRow, ({ cell, role, when, secret, control, channel, picture: of }) => [
  cell,
  role,
  when,
  secret,
  control,
  channel,
  of,
]);
export const trafficRow = rowType(TrafficRow, ({ cell, step, cohort = 1 }) => [cell, step, cohort]);
export const deploymentRow = rowType(DeploymentRow, ({ cell, cohort = 1 }) => [cell, cohort]);
