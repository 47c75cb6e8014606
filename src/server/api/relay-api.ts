/** The relay over HTTP: accounts, messages from one to another, and mailboxes. It stamps franking tags as the relay of experiments does. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { type Carried, stamped } from '../../role/relay.ts';
import { blob, decode, encode } from '../../role/wire.ts';
import { at } from '../auth/access.ts';
import { AccountName, failures, packetBytes } from '../limits.ts';
import { type PacketBody, packetBody } from '../validate.ts';
import { boxApi } from './box-api.ts';
import type { ServiceOptions } from './options.ts';
import { answerPost, filed, newPacket, Receipt } from './packet-reply.ts';

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
      if (state === 'full') return reply.code(507).send({ error: 'The store cannot hold another account' });
      if (state === 'taken') return reply.code(409).send({ error: 'That name or this key is registered already' });
      return reply.code(state === 'new' ? 201 : 200).send({ account, state });
    },
  });

  app.route<{ Body: PacketBody }>({
    ...at('POST /messages'),
    bodyLimit: packetBytes,
    schema: {
      summary:
        'Puts a message into a mailbox; the response comes once it is durable. Sending the same message again changes nothing',
      body: packetBody(['envelope', 'clear']),
      response: { 200: Receipt, 201: Receipt, ...failures },
    },
    async handler({ body, bodyHash, caller }, reply) {
      const facts = filed(body);
      if (facts.sender !== caller.account)
        return reply.code(403).send({ error: 'Expected the caller’s own account as the sender' });
      if (!(await store.accounts.has(facts.recipient)))
        return reply.code(404).send({ error: 'There is no such recipient' });
      const retained = body.packet.header.type === 'envelope' && blob(body.packet, 'escrow').length > 0;
      const rest = { reader: facts.recipient, poster: facts.sender, retained, arrived: now() };
      return answerPost(reply, facts.message, await store.messages.post(newPacket(body, bodyHash, facts, rest)));
    },
  });

  boxApi(app, {
    page: at('GET /mailbox'),
    acknowledgements: at('POST /mailbox/acknowledgements'),
    who: 'the caller',
    box: () => ({
      async page(account, limits) {
        const { packets, more } = await store.messages.page(account, limits);
        return { packets: packets.map((each) => delivered(each, frankingKey)), more };
      },
      acknowledge: (account, names) => store.messages.acknowledge(account, names),
    }),
    reader: ({ caller }) => caller.account!,
  });
}

/** A stored message as it is delivered. */
function delivered(bytes: Uint8Array, frankingKey: Uint8Array): Uint8Array {
  const decoded = decode(bytes);
  if (!decoded.ok) throw new Error(`A stored packet cannot be read: ${decoded.reason}`);
  const packet = decoded.packet as Carried;
  // Most have no tag, and go out as they came.
  if (blob(packet, 'tag').length === 0) return bytes;
  const { draft, blobs } = stamped(packet, frankingKey);
  return encode(draft, blobs);
}
