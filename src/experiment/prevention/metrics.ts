/** The metrics of a run on prevention. */
import { type Static, Type } from 'typebox';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { ClusteredRate, Rate } from '../../schema/rate.ts';
import { Action } from './rows.ts';

const Of = (description: string) => Type.Object(ClusteredRate.properties, { description });
const Counted = (description: string) => Type.Object(Rate.properties, { description });
const SourcedNumber = Type.Object({ value: Type.Number(), source: Type.String() });

/** One strategy under one form of prevention, or under none. */
export const PreventedMetrics = Type.Object({
  strategy: Type.String(),
  id: Type.String({ description: 'S0 and so on' }),
  action: Action,
  deviceKnows: Type.Boolean({ description: "the sender's device learns by itself whether a picture matches" }),
  stopped: Type.Object(
    {
      listed: Of('listed pictures as they are'),
      edited: Of('listed pictures after an edit'),
      near: Of('other pictures of the scene of a listed one'),
      fresh: Of('target content that is not listed'),
      innocent: Of('all others'),
    },
    { description: 'messages that were never delivered, of those of the evaluation' },
  ),
  late: Type.Object(
    { listed: Counted('of the listed ones, as they are'), innocent: Counted('of the innocent ones') },
    { description: 'messages that were delivered only after a review' },
  ),
  reported: Type.Object(
    { listed: Of('of the listed ones, as they are'), innocent: Of('of the innocent ones') },
    { description: 'messages about which the curator has a report' },
  ),
  warned: Type.Integer({ description: 'senders who were asked whether to go on, of all messages' }),
  notices: Type.Integer({ description: "notices that messages are held back, in senders' views, of all messages" }),
  turnedAway: Type.Integer({ description: 'times that a role turned something away' }),
  delayHours: Nullable(
    Type.Object({
      messages: Type.Integer({ description: 'delivered late' }),
      median: Type.Number(),
      longest: Type.Number(),
    }),
  ),
  oracle: Type.Object(
    {
      listed: Counted('probes of listed pictures that did not come through at once'),
      others: Counted('probes of other pictures that did not come through at once'),
      notices: Counted('probes of which a notice tells the sender so'),
      reports: Counted('probes about which the curator has a report'),
    },
    { description: 'what an account learns that sends pictures to another account of its owner' },
  ),
});
export type PreventedMetrics = Static<typeof PreventedMetrics>;

export const PreventionMetrics = metricsOf('prevention', {
  dataset: Type.Object({ name: Type.String(), sha256: Type.String() }),
  accounts: Type.Integer(),
  messages: Type.Integer({ description: 'of people, of both parts' }),
  betweenReviews: Type.Integer({ description: 'messages' }),
  inputs: Type.Object({
    abort: SourcedNumber,
    messagesPerHour: SourcedNumber,
    everyHours: SourcedNumber,
    sensitivity: SourcedNumber,
    specificity: SourcedNumber,
  }),
  prevented: Type.Array(PreventedMetrics),
  impossible: Type.Array(
    Type.Object({
      strategy: Type.String(),
      id: Type.String(),
      action: Action,
      reason: Type.String(),
    }),
  ),
});
export type PreventionMetrics = Static<typeof PreventionMetrics>;
