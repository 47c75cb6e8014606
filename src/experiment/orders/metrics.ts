/** The metrics of a run on orders. */
import { type Static, Type } from 'typebox';
import { Demand } from '../../schema/packet.ts';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { Rate } from '../../schema/rate.ts';

const Counted = (description: string) => Type.Object(Rate.properties, { description });
const Days = (description: string) => Nullable(Type.Number({ description }));

/** Orders of one kind on one strategy, at one retention. */
export const ServedMetrics = Type.Object({
  strategy: Type.String(),
  id: Type.String({ description: 'S0 and so on' }),
  retentionDays: Type.Number(),
  demand: Demand,
  orders: Type.Integer(),
  complied: Type.Integer({ description: 'orders of which the provider said that it complies' }),
  reasons: Type.Array(Type.String(), { description: 'what a refusal says' }),
  before: Counted('messages from before the service, of those in the period: opened by the court'),
  after: Counted('messages from the service on, of those in the period: opened by the court'),
  records: Counted('messages from the service on: with a record that has no content'),
  sealed: Type.Integer({ description: 'messages produced that the court could not open' }),
  outside: Type.Integer({ description: 'messages opened or recorded that the order does not cover' }),
  bystanders: Type.Number({ description: 'other accounts that an order names, on average' }),
  bytes: Type.Number({ description: 'that an order puts before the court, median' }),
  delayDays: Days('from sending to the court, median over messages; null where none came'),
  firstDays: Days('from the service to the first message, median over orders; null where none came'),
});
export type ServedMetrics = Static<typeof ServedMetrics>;

export const OrdersMetrics = metricsOf('orders', {
  accounts: Type.Integer(),
  messages: Type.Integer(),
  days: Type.Number({ description: 'that the messages take' }),
  messagesPerDay: Type.Object({ value: Type.Number(), source: Type.String() }),
  retentionDays: Type.Array(Type.Number()),
  backDays: Type.Number(),
  aheadDays: Type.Number(),
  served: Type.Array(ServedMetrics),
});
export type OrdersMetrics = Static<typeof OrdersMetrics>;
