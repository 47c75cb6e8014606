/** The court over HTTP: an order names an account and a period, and opens what the relay kept of that and nothing else. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { returned } from '../../role/relay.ts';
import { decode, encode, type Packet } from '../../role/wire.ts';
import { UserError } from '../../util/errors.ts';
import { at } from '../auth/access.ts';
import { AccountName, failures, Id, packetPage, WholeNumber } from '../limits.ts';
import { octets } from '../validate.ts';
import type { ServiceOptions } from './options.ts';
import { pageFrame, pageLimits } from './packet-reply.ts';

const Second = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'seconds since 1970, by the relay’s clock, at which messages arrived',
});
const Order = Type.Object(
  { order: Id, account: AccountName, from: Second, to: Second },
  { additionalProperties: false },
);
const OrderPath = Type.Object({ order: Id }, { additionalProperties: false });
const Skip = Type.Object({ skip: Type.Optional(WholeNumber) }, { additionalProperties: false });
const Served = Type.Object({ order: Id, state: Type.Enum(['new', 'known']) });

/** Adds the court's endpoints. */
export function courtApi(app: FastifyInstance, { store, now }: ServiceOptions): void {
  app.route<{ Body: Static<typeof Order> }>({
    ...at('POST /orders'),
    schema: {
      summary: 'Serves a court order; it is recorded and cannot be extended',
      body: Order,
      response: { 200: Served, 201: Served, ...failures },
    },
    async handler({ body }, reply) {
      checkPeriod(body);
      const state = await store.orders.serve(body, now());
      if (state === 'taken') return reply.code(409).send({ error: 'Another order has that id' });
      return reply.code(state === 'new' ? 201 : 200).send({ order: body.order, state });
    },
  });

  app.route<{ Params: Static<typeof OrderPath>; Querystring: Static<typeof Skip> }>({
    ...at('GET /orders/:order/messages'),
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

/** A UserError where a period ends before it begins: it would open nothing, and stay on record. */
export function checkPeriod({ from, to }: { readonly from: number; readonly to: number }): void {
  if (from > to)
    throw new UserError(`Expected a period that ends at or after its beginning but received ${from} to ${to}`);
}

/** A kept message as it is handed over. */
function handedOver(bytes: Uint8Array, order: string): Uint8Array {
  const decoded = decode(bytes);
  if (!decoded.ok) throw new Error(`A stored packet cannot be read: ${decoded.reason}`);
  const { draft, blobs } = returned(decoded.packet as Packet<'envelope'>, order);
  return encode(draft, blobs);
}
