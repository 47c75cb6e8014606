/** The provider's intake over HTTP: what devices send it about messages, and the only things of theirs that it can read here. */
import type { FastifyInstance } from 'fastify';
import { at } from './access.ts';
import { failures, packetBytes, packetPage } from './limits.ts';
import {
  Acknowledged,
  Acknowledgement,
  filed,
  newPacket,
  PageQuery,
  pageFrame,
  pageLimits,
  postReply,
  Receipt,
} from './packet-reply.ts';
import type { ServiceOptions } from './services.ts';
import { octets, type PacketBody, packetBody } from './validate.ts';

/** Packets that devices leave for the provider without waiting for an answer. */
const taken = ['voucher', 'flag', 'hash-upload', 'user-report'] as const;

/** The one reader of that box. */
const reader = 'provider';

/** Adds the endpoints of the provider's intake. */
export function providerApi(app: FastifyInstance, { store, now }: ServiceOptions): void {
  app.route<{ Body: PacketBody }>({
    ...at('POST /vouchers'),
    bodyLimit: packetBytes,
    schema: {
      summary: 'Leaves a voucher, a report or a hash for the provider; answered once it is durable',
      body: packetBody(taken),
      response: { 200: Receipt, 201: Receipt, ...failures },
    },
    async handler({ body, bodyHash, caller }, reply) {
      const facts = filed(body);
      if (!facts) return reply.code(400).send({ error: 'Expected names and a time that can be filed in the header' });
      // A user's report is about a message that the caller received; everything else about one that it sent.
      const own = body.packet.header.type === 'user-report' ? facts.recipient : facts.sender;
      if (own !== caller.account)
        return reply.code(403).send({ error: 'Expected a packet about the caller’s own message' });
      const state = await store.vouchers.post(
        newPacket(body, bodyHash, facts, { reader, retained: false, arrived: now() }),
      );
      const { status, error } = postReply[state];
      return reply.code(status).send(error ? { error } : { message: facts.message, state });
    },
  });

  app.route<{ Querystring: PageQuery }>({
    ...at('GET /vouchers'),
    schema: {
      summary: 'The first packets that wait for the provider; they wait until they are acknowledged',
      querystring: PageQuery,
      response: { 200: packetPage, ...failures },
    },
    handler: async ({ query }, reply) =>
      reply.type(octets).send(pageFrame(await store.vouchers.page(reader, pageLimits(query)))),
  });

  app.route<{ Body: Acknowledgement }>({
    ...at('POST /vouchers/acknowledgements'),
    schema: {
      summary: 'The provider has these packets: their bytes are removed here',
      body: Acknowledgement,
      response: { 200: Acknowledged, ...failures },
    },
    handler: async ({ body }) => ({ acknowledged: await store.vouchers.acknowledge(reader, body.packets) }),
  });
}
