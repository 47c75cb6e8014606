/**
 * The services of a deployment over HTTP, with the same role code as in experiments. Devices act for their own account; the provider
 * reviews and the court orders with their own keys.
 */

import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { type Endpoint, taken } from '../../role/endpoint.ts';
import { posterOf } from '../../role/provider-box.ts';
import type { Mail } from '../../role/relay.ts';
import type { PacketType } from '../../schema/packet.ts';
import { closed } from '../../schema/parts.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import { at } from '../auth/access.ts';
import { AccountName, failures, Id, LogicalTime } from '../limits.ts';
import { bytesReply, octets, type PacketBody, packetBody } from '../validate.ts';
import { boxApi } from './box-api.ts';
import { checkPeriod } from './court-api.ts';
import { type DeployedOptions, signedBodies } from './deployed.ts';
import { answerTaken, filed, Receipt } from './packet-reply.ts';

const Registration = Type.Object(
  {
    account: AccountName,
    publicKey: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'key that messages to its device are sealed to' }),
    ),
  },
  closed,
);
const Registered = Type.Object({ account: AccountName, state: Type.Enum(['new', 'known']) });
const ForAccount = Type.Object({ account: Type.Optional(AccountName) }, closed);
const Period = {
  ...LogicalTime,
  description: 'by the relay’s clock: seconds since 1970, or an experiment’s logical time',
};
const Order = Type.Object({ order: Id, account: AccountName, from: Period, to: Period }, closed);
const Served = Type.Object({ order: Id, state: Type.Enum(['new', 'known']) });
const None = Type.Null({ description: 'nothing' });

/** The routes as a plugin with its own authentication; registered under a prefix, if any. */
export async function roleService(app: FastifyInstance, options: DeployedOptions): Promise<void> {
  await signedBodies(app, options);
  roleApi(app, options);
}

/** Adds the routes to an application that already authenticates. */
export function roleApi(
  app: FastifyInstance,
  { now, packetBytes }: Pick<DeployedOptions, 'now' | 'packetBytes'>,
): void {
  app.route<{ Body: Static<typeof Registration> }>({
    ...at('POST /accounts'),
    schema: {
      summary: 'Registers the signing key as the device of an account',
      body: Registration,
      response: { 200: Registered, 201: Registered, ...failures },
    },
    async handler({ body: { account, publicKey }, caller, deployed: { accounts, port } }, reply) {
      const state = await accounts.register(account, caller.facts!.key, now(), publicKey);
      if (state === 'full') return reply.code(507).send({ error: 'There is no room for another account' });
      if (state === 'taken') return reply.code(409).send({ error: 'That name or this key is registered already' });
      if (publicKey !== undefined) await port.register?.(account, fromHex(publicKey));
      return reply.code(state === 'new' ? 201 : 200).send({ account, state });
    },
  });

  app.route<{ Querystring: Static<typeof ForAccount> }>({
    ...at('GET /set-up'),
    schema: {
      summary: 'The set-up that devices fetch first: for the caller’s account, or the default one',
      querystring: ForAccount,
      response: { 200: bytesReply('a frame with the member parameters and the packets list and set'), ...failures },
    },
    async handler({ query: { account }, caller, deployed: { port } }, reply) {
      if (account !== undefined && account !== caller.account)
        return reply.code(403).send({ error: 'Expected the caller’s own account' });
      const bytes = await port.setUp(account);
      if (!bytes) return reply.code(404).send({ error: 'This server runs no strategy that has a set-up' });
      return reply.type(octets).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    },
  });

  for (const endpoint of ['relay', 'provider'] as const satisfies readonly Endpoint[])
    app.route<{ Body: PacketBody }>({
      ...at(`POST /${endpoint}/packets`),
      bodyLimit: packetBytes,
      schema: {
        summary: `Sends a packet to the ${endpoint}; answered when it is durable. Repeating the same packet changes nothing`,
        body: packetBody(taken[endpoint]),
        response: {
          200: { content: { ...bytesReply('the packet that answers it').content, ...receipt } },
          201: Receipt,
          ...failures,
        },
      },
      async handler({ body, bodyHash, caller, deployed: { accounts, port } }, reply) {
        const facts = filed(body);
        const { type } = body.packet.header;
        if (posterOf({ ...facts, type }) !== caller.account)
          return reply.code(403).send({ error: 'Expected a packet about the caller’s own message' });
        if (mail.includes(type) && !(await accounts.has(facts.recipient)))
          return reply.code(404).send({ error: 'There is no such recipient' });
        return answerTaken(reply, body.packet.header, await port.take(endpoint, body.bytes, toHex(bodyHash)));
      },
    });

  boxApi(app, {
    page: at('GET /mailbox'),
    acknowledgements: at('POST /mailbox/acknowledgements'),
    who: 'the caller',
    box: ({ deployed: { port } }) => ({ page: port.mail, acknowledge: port.acknowledge }),
    reader: ({ caller }) => caller.account!,
  });

  app.route({
    ...at('POST /provider/reviews'),
    schema: { summary: 'The provider processes its review queue', response: { 204: None, ...failures } },
    async handler({ deployed: { port } }, reply) {
      await port.review();
      return reply.code(204).send();
    },
  });

  app.route<{ Body: Static<typeof Order> }>({
    ...at('POST /court/orders'),
    schema: {
      summary: 'Serves an order; it stays on record and cannot be widened',
      body: Order,
      response: { 200: Served, 201: Served, ...failures },
    },
    async handler({ body: { order, ...period }, deployed: { port } }, reply) {
      checkPeriod(period);
      const state = await port.serve({ id: order, ...period });
      if (state === 'taken') return reply.code(409).send({ error: 'Another order has that id' });
      return reply.code(state === 'new' ? 201 : 200).send({ order, state } satisfies Static<typeof Served>);
    },
  });
}

/** Packets that go to a recipient's mailbox. */
const mail: readonly PacketType[] = ['envelope', 'device-copy', 'clear'] satisfies readonly Mail[];

/** A receipt as one of several content types of a reply. */
const receipt = { 'application/json': { schema: Receipt } };
