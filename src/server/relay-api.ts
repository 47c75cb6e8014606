/** The relay over HTTP: accounts, messages from one to another, and mailboxes. It stamps franking tags as the relay of experiments does. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { stamp } from '../crypto/franking.ts';
import { blob, decode, encode, type Packet } from '../role/wire.ts';
import { at } from './access.ts';
import { AccountName, failures, packetBytes, packetPage } from './limits.ts';
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

const Registration = Type.Object({ account: AccountName }, { additionalProperties: false });
const Registered = Type.Object({ account: AccountName, state: Type.Enum(['new', 'known']) });

/** Adds the relay's endpoints. */
export function relayApi(app: FastifyInstance, { store, frankingKey, now }: ServiceOptions): void {
  app.route<{ Body: Static<typeof Registration> }>({
    ...at('POST /accounts'),
    schema: {
      summary: 'Registers the signing key as the device of an account',
      body: Registration,
      response: { 200: Registered, 201: Registered, ...failures },
    },
    async handler({ body: { account }, caller }, reply) {
      const state = await store.accounts.register(account, caller.facts!.key, now());
      if (state === 'taken') return reply.code(409).send({ error: 'That name or this key is registered already' });
      return reply.code(state === 'new' ? 201 : 200).send({ account, state });
    },
  });

  app.route<{ Body: PacketBody }>({
    ...at('POST /messages'),
    bodyLimit: packetBytes,
    schema: {
      summary: 'Leaves a message in a mailbox; answered once it is durable. The same message again changes nothing',
      body: packetBody(['envelope', 'clear']),
      response: { 200: Receipt, 201: Receipt, ...failures },
    },
    async handler({ body, bodyHash, caller }, reply) {
      const facts = filed(body);
      if (!facts) return reply.code(400).send({ error: 'Expected names and a time that can be filed in the header' });
      if (facts.sender !== caller.account)
        return reply.code(403).send({ error: 'Expected the caller’s own account as the sender' });
      if (!(await store.accounts.has(facts.recipient)))
        return reply.code(404).send({ error: 'There is no such recipient' });
      const retained = body.packet.header.type === 'envelope' && blob(body.packet, 'escrow').length > 0;
      const rest = { reader: facts.recipient, retained, arrived: now() };
      const state = await store.messages.post(newPacket(body, bodyHash, facts, rest));
      const { status, error } = postReply[state];
      return reply.code(status).send(error ? { error } : { message: facts.message, state });
    },
  });

  app.route<{ Querystring: PageQuery }>({
    ...at('GET /mailbox'),
    schema: {
      summary: 'The first messages that wait for the caller; they wait until they are acknowledged',
      querystring: PageQuery,
      response: { 200: packetPage, ...failures },
    },
    async handler({ query, caller }, reply) {
      const { packets, more } = await store.messages.page(caller.account!, pageLimits(query));
      return reply.type(octets).send(pageFrame({ packets: packets.map((each) => stamped(each, frankingKey)), more }));
    },
  });

  app.route<{ Body: Acknowledgement }>({
    ...at('POST /mailbox/acknowledgements'),
    schema: {
      summary: 'The caller has these messages: they are not delivered again',
      body: Acknowledgement,
      response: { 200: Acknowledged, ...failures },
    },
    handler: async ({ body, caller }) => ({
      acknowledged: await store.messages.acknowledge(caller.account!, body.packets),
    }),
  });
}

/** A message with the relay's stamp on its franking tag, where it has one. */
function stamped(bytes: Uint8Array, frankingKey: Uint8Array): Uint8Array {
  const decoded = decode(bytes);
  if (!decoded.ok) throw new Error(`A stored packet cannot be read: ${decoded.reason}`);
  const packet = decoded.packet as Packet<'envelope'> | Packet<'clear'>;
  const tag = blob(packet, 'tag');
  if (tag.length === 0) return bytes;
  const { blobs: _, ...draft } = packet.header;
  return encode(draft, { ...packet.blobs, stamp: stamp(tag, packet.header, frankingKey) });
}
