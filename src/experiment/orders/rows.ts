/** The rows of a run on orders. */
import { type Static, Type } from 'typebox';
import { Demand } from '../../schema/packet.ts';
import { type RowOf, rowType } from '../../schema/row.ts';

const Count = Type.Integer({ minimum: 0 });
const Time = Type.Integer({ minimum: 0, description: 'logical: a message is sent at each' });

/** One order, and what its court saw of it. */
export const OrderRow = Type.Object({
  row: Type.Literal('order'),
  strategy: Type.String(),
  retentionDays: Type.Number(),
  demand: Demand,
  account: Type.String(),
  served: Time,
  from: Time,
  to: Time,
  able: Type.Boolean({ description: 'the provider answered that it complies' }),
  reason: Type.Union([Type.String(), Type.Null()], { description: 'why not, as the provider answered' }),
  sentBefore: Type.Integer({ description: 'messages of the account in the period, from before the service' }),
  sentAfter: Type.Integer({ description: '… from the service on' }),
  openedBefore: Type.Integer({ description: 'of them, those that the court holds as they were sent' }),
  openedAfter: Count,
  records: Type.Integer({ description: 'messages of which the court got a record without content' }),
  sealed: Type.Integer({ description: 'messages that were produced and that the court could not open' }),
  outside: Type.Integer({ description: 'messages opened or recorded that the order does not cover' }),
  bystanders: Type.Integer({ description: 'other accounts that what was produced names' }),
  bytes: Type.Integer({ description: 'that the court received under the order' }),
  delays: Type.Array(Count, { description: 'from sending to the court, for every message opened or recorded' }),
  first: Type.Union([Count, Type.Null()], { description: 'from the service to the first of them' }),
});
export type OrderRow = Static<typeof OrderRow>;

export const orderRows = [
  rowType(OrderRow, ({ strategy, retentionDays, demand, account }) => [strategy, retentionDays, demand, account]),
];
export type AnyOrderRow = RowOf<typeof orderRows>;
