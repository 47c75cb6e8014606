/** The provider's intake over HTTP: what devices send it about messages, and the only things of theirs that it can read here. */
import type { FastifyInstance } from 'fastify';
import { at } from '../auth/access.ts';
import { failures, packetBytes } from '../limits.ts';
import { type PacketBody, packetBody } from '../validate.ts';
import { boxApi } from './box-api.ts';
import type { ServiceOptions } from './options.ts';
import { answerPost, filed, newPacket, posterOf, Receipt } from './packet-reply.ts';

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
      summary: 'Sends a voucher, a report or a hash to the provider; the response comes once it is durable',
      body: packetBody(taken),
      response: { 200: Receipt, 201: Receipt, ...failures },
    },
    async handler({ body, bodyHash, caller }, reply) {
      const facts = filed(body);
      // A user's report is about a message that the caller received; everything else about one that it sent.
      const poster = posterOf({ ...facts, type: body.packet.header.type });
      if (poster !== caller.account)
        return reply.code(403).send({ error: 'Expected a packet about the caller’s own message' });
      const rest = { reader, poster, retained: false, arrived: now() };
      return answerPost(reply, facts.message, await store.vouchers.post(newPacket(body, bodyHash, facts, rest)));
    },
  });

  boxApi(app, {
    page: at('GET /vouchers'),
    acknowledgements: at('POST /vouchers/acknowledgements'),
    who: 'the provider',
    box: () => store.vouchers,
    reader: () => reader,
  });
}
