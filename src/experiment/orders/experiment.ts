/** Experiments on court orders: what each kind of order, served on each strategy, puts before the court. */
import { type Static, Type } from 'typebox';
import { Count, closed, experimentOf, Sourced } from '../../schema/parts.ts';
import { ProtocolSettings } from '../../schema/protocol-settings.ts';

const Days = Type.Number({ exclusiveMinimum: 0, maximum: 36_500 });

/** Messages with contents that nothing tells apart, and one order of each kind for every account. */
export const OrdersExperiment = experimentOf('orders', {
  strategies: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
  accounts: Type.Integer({ minimum: 3, maximum: 1000, description: 'each is named by one order of each kind' }),
  messages: Type.Integer({ minimum: 10, maximum: 100_000, description: 'of all accounts together' }),
  messagesPerDay: Sourced(Type.Number({ exclusiveMinimum: 0, maximum: 1e9 }), {
    description: 'of all accounts together: turns the logical clock into days',
  }),
  retentionDays: Type.Array(Type.Number({ minimum: 0, maximum: 36_500 }), {
    minItems: 1,
    uniqueItems: true,
    description: 'for how long the services keep a delivered message that an order can open; a setting, each is run',
  }),
  orders: Type.Object(
    {
      backDays: Type.Number({ ...Days, description: 'how far back an order reaches from its service' }),
      aheadDays: Type.Number({ ...Days, description: 'days from its service to its expiry' }),
    },
    closed,
  ),
  contentBytes: Type.Integer({ minimum: 16, maximum: 1_000_000, description: 'of a message: random bytes' }),
  paddingBytes: Type.Integer({
    minimum: 0,
    description: 'plaintexts are padded to a multiple of this; 0 = not at all',
  }),
  prefixBits: Type.Integer({ minimum: 1, maximum: 32 }),
  listEntries: Type.Integer({ ...Count, maximum: 10_000, description: 'random ones: nothing that is sent is listed' }),
  protocols: ProtocolSettings,
});
export type OrdersExperiment = Static<typeof OrdersExperiment>;

/** Days in logical time, which counts messages. */
export const toTime = ({ messagesPerDay }: OrdersExperiment, days: number): number =>
  Math.round(days * messagesPerDay.value);
