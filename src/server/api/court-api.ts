/** HTTP access to produced messages: those that the relay retained for an order's account and period, and nothing else. */

import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { returned } from '../../role/relay.ts';
import { decoded, encode, type Packet } from '../../role/wire.ts';
import { closed } from '../../schema/parts.ts';
import { UserError } from '../../util/errors.ts';
import { at } from '../auth/access.ts';
import { failures, Id, packetPage, WholeNumber } from '../limits.ts';
import { octets } from '../validate.ts';
import type { ServiceOptions } from './options.ts';
import { pageFrame, pageLimits } from './packet-reply.ts';

const OrderPath = Type.Object({ order: Id }, closed);
const Skip = Type.Object({ skip: Type.Optional(WholeNumber) }, closed);

/** Adds the court's read endpoint. */
export function courtApi(app: FastifyInstance, { store }: ServiceOptions): void {
  app.route<{ Params: Static<typeof OrderPath>; Querystring: Static<typeof Skip> }>({
    ...at('GET /court/orders/:order/messages'),
    schema: {
      summary: 'The stored messages of the account and period that an order names, still encrypted',
      params: OrderPath,
      querystring: Skip,
      response: { 200: packetPage, ...failures },
    },
    async handler({ params, query }, reply) {
      const order = await store.orders.get(params.order);
      if (!order) return reply.code(404).send({ error: 'No such order was served' });
      const { packets, more } = await store.messages.retained(order, Number(query.skip ?? 0), pageLimits({}));
      return reply
        .type(octets)
        .send(pageFrame({ packets: packets.map((each) => handedOver(each, order.order)), more }));
    },
  });
}

/** Throws a UserError if a period ends before it begins: such an order would open nothing, but stay on record. */
export function checkPeriod({ from, to }: { readonly from: number; readonly to: number }): void {
  if (from > to)
    throw new UserError(`Expected a period that ends at or after its beginning but received ${from} to ${to}`);
}

/** A stored message in the form in which it is produced. */
function handedOver(bytes: Uint8Array, order: string): Uint8Array {
  const { draft, blobs } = returned(decoded(bytes) as Packet<'envelope'>, order);
  return encode(draft, blobs);
}
