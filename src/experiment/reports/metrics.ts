/** The metrics of a run on reports. */
import { type Static, Type } from 'typebox';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { ClusteredRate, Interval, Rate } from '../../schema/rate.ts';

const Of = (description: string) => Type.Object(ClusteredRate.properties, { description });
const Counted = (description: string) => Type.Object(Rate.properties, { description });
const Estimated = (description: string) => Type.Object(Interval.properties, { description });

/** Fields of a CyberTipline report, in the order of the tables. */
export const FieldName = Type.Enum([
  'picture',
  'hashOnly',
  'entry',
  'score',
  'account',
  'recipient',
  'time',
  'address',
  'records',
  'conversation',
  'viewed',
  'classified',
]);
export type FieldName = Static<typeof FieldName>;

/** What a queue of reviews makes of a million pictures sent. */
export const QueueMetrics = Type.Object({
  reviewed: Type.Boolean({ description: 'false: no reviewer can look, and what is flagged is reported as it is' }),
  flagged: Estimated('pictures that are flagged'),
  hours: Estimated('hours that a review of them takes; 0 where nobody can look'),
  waiting: Estimated('flagged pictures beyond the capacity, which nobody reviews'),
  reported: Estimated('pictures that are reported'),
  wronglyConfirmed: Estimated('innocent pictures that are reported'),
  wronglyDropped: Estimated('target pictures that were flagged and not confirmed'),
});
export type QueueMetrics = Static<typeof QueueMetrics>;

export const StrategyReports = Type.Object({
  strategy: Type.String(),
  id: Type.String({ description: 'S0 and so on' }),
  reported: Type.Object({
    listed: Of('listed messages of the evaluation, as they are, about which there is a report'),
    fresh: Of('target messages that are not listed'),
    innocent: Of('innocent messages, with reviewers who do not err'),
  }),
  flagged: Type.Object({
    listed: Of('listed messages, as they are and edited, that are put before a reviewer, or reported unseen'),
    fresh: Of('target messages that are not listed'),
    innocent: Of('innocent messages'),
  }),
  reports: Type.Integer({ description: 'of all messages' }),
  fields: Type.Array(
    Type.Object({ field: FieldName, rate: Counted('of its reports; of conversation, of the records that they have') }),
  ),
  opens: Counted('reports with picture, account and time that a human saw: they can be opened without a warrant'),
  usable: Type.Array(
    Type.Object({
      name: Type.String(),
      perThousand: Estimated('usable reports for a thousand listed messages, at the published share'),
    }),
  ),
  queue: Nullable(QueueMetrics),
});
export type StrategyReports = Static<typeof StrategyReports>;

export const ReportsMetrics = metricsOf('reports', {
  dataset: Type.Object({ name: Type.String(), sha256: Type.String() }),
  messages: Type.Integer(),
  usable: Type.Array(Type.Object({ name: Type.String(), what: Type.String(), source: Type.String(), share: Rate })),
  queueInputs: Type.Object({
    prevalence: Type.Number(),
    listedShare: Type.Number(),
    secondsPerReview: Type.Number(),
    hoursPerMillion: Type.Number(),
    sensitivity: Type.Tuple([Type.Number(), Type.Number()]),
    specificity: Type.Tuple([Type.Number(), Type.Number()]),
    sources: Type.Record(Type.String(), Type.String()),
  }),
  strategies: Type.Array(StrategyReports),
});
export type ReportsMetrics = Static<typeof ReportsMetrics>;
