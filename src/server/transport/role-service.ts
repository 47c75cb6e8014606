/**
 * The services of a deployment behind HTTP: packets in, answers out, by the very role code that runs within a process. Every request is
 * signed: devices speak for their own account, and the provider reviews and the court orders with keys of their own. To be registered under
 * a prefix; one registration can serve many deployments, told apart by the prefix's parameters.
 */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { type Endpoint, taken } from '../../role/endpoint.ts';
import { fromHex } from '../../util/hex.ts';
import { boxApi } from '../api/box-api.ts';
import { checkPeriod } from '../api/court-api.ts';
import type { CallerKind } from '../auth/access.ts';
import { type AuthenticateOptions, authenticate, readBodies } from '../auth/authenticate.ts';
import type { MemoryAccounts } from '../auth/memory-accounts.ts';
import { failures } from '../limits.ts';
import { octets, type PacketBody, packetBody, validateStrictly } from '../validate.ts';
import type { ServicePort } from './service-port.ts';

/** A deployment with those who may call it. */
export interface Hosted {
  readonly port: ServicePort;
  readonly accounts: MemoryAccounts;
  /** Roles by their public keys, 64 hex digits. */
  readonly roles: ReadonlyMap<string, CallerKind>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The deployment that it is about. */
    hosted: Hosted;
  }
}

/** What the routes need. */
export interface RoleServiceOptions extends Pick<AuthenticateOptions, 'now' | 'perMinute' | 'names'> {
  /** The deployment that a request is for; undefined where there is none. */
  readonly hosted: (request: FastifyRequest) => Hosted | undefined;
  /** Largest packet that is taken in, in bytes. */
  readonly packetBytes: number;
}

const closed = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 200 });
const Time = Type.Integer({ minimum: 0 });
const Registration = Type.Object(
  { account: Name, publicKey: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'to seal messages to, in hex' }) },
  closed,
);
const ForAccount = Type.Object({ account: Type.Optional(Name) }, closed);
const Order = Type.Object({ id: Name, account: Name, from: Time, to: Time }, closed);

const None = Type.Null({ description: 'nothing' });
const bytesReply = (description: string) => ({
  content: { [octets]: { schema: Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary', description }) } },
});

/** The account whose device a packet has to come from: reports come from recipients, all else from senders. */
const speaker = ({ packet: { header } }: PacketBody): unknown =>
  header.type === 'user-report' ? header.recipient : (header as { readonly sender?: unknown }).sender;

/** Whom each endpoint answers. */
const place = (method: string, url: string, ...access: CallerKind[]) => ({ method, url, config: { access } });

/** The routes of a deployment's services. */
export const roleService: FastifyPluginAsync<RoleServiceOptions> = async (app, { hosted, packetBytes, ...options }) => {
  await signedBodies(app, hosted, options);

  app.route<{ Body: Static<typeof Registration> }>({
    ...place('POST', '/accounts', 'stranger', 'account'),
    schema: {
      summary: 'Registers the signing key as the device of an account, with its public key for messages',
      body: Registration,
      response: { 204: None, ...failures },
    },
    async handler(request, reply) {
      const { account, publicKey } = request.body;
      const state = request.hosted.accounts.register(account, request.caller.facts!.key);
      if (state === 'full') return reply.code(409).send({ error: 'The store cannot hold another account' });
      if (state === 'taken') return reply.code(409).send({ error: 'That name or this key is registered already' });
      await request.hosted.port.register(account, fromHex(publicKey));
      return reply.code(204).send();
    },
  });

  app.route<{ Querystring: Static<typeof ForAccount> }>({
    ...place('GET', '/set-up', 'account'),
    schema: {
      summary: 'The set-up that a device fetches first: that of the caller’s account, or the common one',
      querystring: ForAccount,
      response: { 200: bytesReply('a frame with the member parameters and the packets list and set'), ...failures },
    },
    async handler(request, reply) {
      const { account } = request.query;
      if (account !== undefined && account !== request.caller.account)
        return reply.code(403).send({ error: 'Expected the caller’s own account' });
      return sendBytes(reply, await request.hosted.port.setUp(account));
    },
  });

  for (const endpoint of ['relay', 'provider'] as const satisfies readonly Endpoint[])
    app.route<{ Body: PacketBody }>({
      ...place('POST', `/${endpoint}/packets`, 'account'),
      bodyLimit: packetBytes,
      schema: {
        summary: `Hands the ${endpoint} a packet`,
        body: packetBody(taken[endpoint]),
        response: { 200: bytesReply('the packet that answers it'), 204: None, ...failures },
      },
      async handler(request, reply) {
        if (speaker(request.body) !== request.caller.account)
          return reply.code(403).send({ error: 'Expected a packet about the caller’s own message' });
        return sendBytes(reply, await request.hosted.port.answer(endpoint, request.body.bytes));
      },
    });

  boxApi(app, {
    page: place('GET', '/mailbox', 'account'),
    acknowledgements: place('POST', '/mailbox/acknowledgements', 'account'),
    who: 'the caller',
    box: (request) => request.hosted.port,
    reader: ({ caller }) => caller.account!,
  });

  app.route({
    ...place('POST', '/provider/reviews', 'provider'),
    schema: { summary: 'The provider reviews everything in its queue', response: { 204: None, ...failures } },
    async handler(request, reply) {
      await request.hosted.port.review();
      return reply.code(204).send();
    },
  });

  app.route<{ Body: Static<typeof Order> }>({
    ...place('POST', '/court/orders', 'court'),
    schema: { summary: 'Serves a court’s order', body: Order, response: { 204: None, ...failures } },
    async handler(request, reply) {
      checkPeriod(request.body);
      await request.hosted.port.serve(request.body);
      return reply.code(204).send();
    },
  });
};

/** Bodies as the services read them, requests for no deployment refused, and the others authenticated. */
export async function signedBodies(
  app: FastifyInstance,
  hosted: RoleServiceOptions['hosted'],
  { now, perMinute, names }: Pick<AuthenticateOptions, 'now' | 'perMinute' | 'names'>,
): Promise<void> {
  readBodies(app, octets);
  validateStrictly(app);
  app.decorateRequest('hosted', null as unknown as Hosted);
  app.addHook('onRequest', async (request, reply) => {
    const found = hosted(request);
    if (!found) return reply.code(404).send({ error: 'This deployment does not exist, or no longer exists' });
    request.hosted = found;
  });
  await authenticate(app, {
    now,
    ...(perMinute ? { perMinute } : {}),
    names,
    async whose(key, { hosted: { roles, accounts } }) {
      const kind = roles.get(key);
      if (kind) return { kind };
      const account = accounts.ofKey(key);
      return account === undefined ? undefined : { kind: 'account', account };
    },
    useNonce: async (row, request) => request.hosted.accounts.use(row, now()),
  });
}

/** Answers with bytes, or with nothing. */
const sendBytes = (reply: FastifyReply, bytes: Uint8Array | undefined): FastifyReply =>
  bytes ? reply.type(octets).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) : reply.code(204).send();
