/**
 * The services of a deployment over HTTP, with the same role code as in experiments. Devices act for their own account; the provider
 * reviews and the court orders with their own keys.
 */

import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { type Endpoint, taken } from '../../role/endpoint.ts';
import { posterOf } from '../../role/provider-box.ts';
import type { Mail } from '../../role/relay.ts';
import { Demand, type PacketType } from '../../schema/packet.ts';
import { closed } from '../../schema/parts.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import { at } from '../auth/access.ts';
import { AccountName, failures, Id, LogicalTime, WholeNumber } from '../limits.ts';
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
const Order = Type.Object(
  { order: Id, account: AccountName, from: Period, to: Period, demand: Type.Optional(Demand) },
  closed,
);
const Served = Type.Object({
  order: Id,
  state: Type.Enum(['new', 'known']),
  refusal: Type.Optional(Type.String({ description: 'why the provider cannot comply with what is demanded' })),
});
const Skip = Type.Object({ skip: Type.Optional(WholeNumber) }, closed);
const Records = Type.Object({
  records: Type.Array(
    Type.Object({
      order: Id,
      message: Type.String(),
      strategy: Type.String(),
      sender: Type.String(),
      recipient: Type.String(),
      sequence: Type.Integer(),
      sentAt: Type.Integer(),
      device: Type.Optional(Type.Integer()),
      bytes: Type.Integer(),
    }),
  ),
  more: Type.Boolean(),
  dropped: Type.Integer({ description: 'records that were produced and not kept' }),
});
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
        const { header } = body.packet;
        const { type } = header;
        const isAboutKeys = header.type === 'prekey-upload' || header.type === 'prekey-query';
        const facts = isAboutKeys ? undefined : filed(body);
        if ((isAboutKeys ? header.sender : posterOf({ ...facts!, type })) !== caller.account)
          return reply.code(403).send({ error: 'Expected a packet about the caller’s own message' });
        if (facts && mail.includes(type) && !(await accounts.has(facts.recipient)))
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
      summary:
        'Serves an order, for what is stored, in real time, or for metadata; it stays on record and cannot be widened',
      body: Order,
      response: { 200: Served, 201: Served, ...failures },
    },
    async handler({ body: { order, ...period }, deployed: { port } }, reply) {
      checkPeriod(period);
      const { state, refusal } = await port.serve({ id: order, ...period });
      if (state === 'taken') return reply.code(409).send({ error: 'Another order has that id' });
      return reply
        .code(state === 'new' ? 201 : 200)
        .send({ order, state, ...(refusal === undefined ? {} : { refusal }) } satisfies Static<typeof Served>);
    },
  });

  app.route<{ Params: { readonly order: string }; Querystring: Static<typeof Skip> }>({
    ...at('GET /court/orders/:order/records'),
    schema: {
      summary: 'Who wrote to whom, when and how much, since an order for metadata was served and these services began',
      querystring: Skip,
      response: { 200: Records, ...failures },
    },
    async handler({ params: { order }, query: { skip = '0' }, deployed: { port } }, reply) {
      const page = await port.records?.(order, Number(skip));
      return page ?? reply.code(404).send({ error: 'No such order for metadata was served' });
    },
  });
}

/** Packets that go to a recipient's mailbox. */
const mail: readonly PacketType[] = ['envelope', 'device-copy', 'clear'] satisfies readonly Mail[];

/** A receipt as one of several content types of a reply. */
const receipt = { 'application/json': { schema: Receipt } };
