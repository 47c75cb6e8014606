/**
 * The services of one deployment behind HTTP: packets in, answers out, by the very role code that runs within a process. To be registered
 * under a prefix. Who may do what is for `authenticate` to say; without it everybody may do everything, which is for one process's own
 * sockets and nothing else.
 */
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, preHandlerAsyncHookHandler } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import { type Desk, taken } from '../role/desk.ts';
import type { Services } from '../role/services.ts';
import { decode, type Packet } from '../role/wire.ts';
import { check } from '../schema/check.ts';
import { UserError } from '../util/errors.ts';
import { mailFrame, octets, setUpFrame } from './http-frames.ts';

/** What the routes need. */
export interface RoleServiceOptions {
  readonly services: Services;
  /**
   * Runs before every route of these, when parameters and body are checked: of a packet's route `request.body` is a PacketBody, so that the
   * names in its header can be held against who calls. It refuses by sending an answer or throwing.
   */
  readonly authenticate?: preHandlerAsyncHookHandler;
}

/** A packet as it came: decoded, beside its bytes. */
export interface PacketBody {
  readonly packet: Packet;
  readonly bytes: Uint8Array;
}

/** Largest packet that is taken in, in bytes. */
export const packetLimit = 64 * 1024 * 1024;

const closed = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 200 });
const Time = Type.Integer({ minimum: 0 });

/** Query of a set-up. */
const ForAccount = Type.Object({ account: Type.Optional(Name) }, closed);
/** Query of a mailbox: whose, and how many packets at most. */
const Waiting = Type.Object(
  { recipient: Type.Optional(Name), most: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,3}$' })) },
  closed,
);
const Account = Type.Object({ account: Name }, closed);
const Order = Type.Object({ id: Name, account: Name, from: Time, to: Time }, closed);

/** The routes of a deployment's services. */
export const roleService: FastifyPluginAsync<RoleServiceOptions> = async (app, { services, authenticate }) => {
  readRequests(app);
  if (authenticate) app.addHook('preHandler', authenticate);

  app.put<{ Params: Static<typeof Account>; Body: Uint8Array }>(
    '/devices/:account',
    { schema: { params: Account } },
    async ({ params, body }, reply) => {
      if (!(body instanceof Uint8Array) || body.length !== 32)
        throw new UserError('Expected 32 bytes for the public key');
      services.register(params.account, body);
      return reply.code(204).send();
    },
  );

  app.get<{ Querystring: Static<typeof ForAccount> }>(
    '/set-up',
    { schema: { querystring: ForAccount } },
    async ({ query }, reply) => sendBytes(reply, setUpFrame(services.setUp(query.account))),
  );

  for (const desk of ['relay', 'provider'] as const)
    app.post<{ Body: PacketBody }>(
      `/${desk}/packets`,
      {
        bodyLimit: packetLimit,
        preValidation: async (request) => {
          request.body = packetFor(desk, request.body);
        },
      },
      async ({ body }, reply) => sendBytes(reply, await services.answer(desk, body.packet, body.bytes)),
    );

  // It empties the mailbox, so that it is no GET.
  app.post<{ Querystring: Static<typeof Waiting> }>(
    '/relay/deliveries',
    { schema: { querystring: Waiting } },
    async ({ query }, reply) => {
      const mail = services.deliver(query.recipient, query.most === undefined ? undefined : Number(query.most));
      return sendBytes(reply, mail.length > 0 ? mailFrame(mail) : undefined);
    },
  );

  app.post('/provider/reviews', async (_, reply) => {
    await services.review();
    return reply.code(204).send();
  });

  app.post<{ Body: Static<typeof Order> }>('/court/orders', { schema: { body: Order } }, async ({ body }, reply) => {
    services.serve(body);
    return reply.code(204).send();
  });
};

/** Bodies are bytes, or JSON that is held against its schema as files are: nothing is coerced, no unknown key dropped. */
function readRequests(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    octets,
    { parseAs: 'buffer' },
    async (_: unknown, body: Buffer) =>
      // A plain array of bytes: slices of a Buffer are no copies.
      new Uint8Array(body.buffer, body.byteOffset, body.length),
  );
  app.addContentTypeParser('application/json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => (value: unknown) => {
    try {
      return { value: check(schema, value, `The request’s ${httpPart}`) };
    } catch (error) {
      return { error: error as Error };
    }
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error instanceof UserError ? 400 : (error.statusCode ?? 500);
    if (status >= 500) request.log.error(error);
    return reply.code(status).send({ error: status >= 500 ? 'The server failed' : error.message });
  });
}

/** The packet that a body holds. Throws a UserError where that is none, or none that the desk takes. */
function packetFor(desk: Desk, body: unknown): PacketBody {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
  const decoded = decode(bytes);
  if (!decoded.ok) throw new UserError(`The request’s packet: ${decoded.reason}`);
  const { packet } = decoded;
  if (!taken[desk].includes(packet.header.type))
    throw new UserError(`The request’s packet: the ${desk} takes ${taken[desk].join(', ')}, not ${packet.header.type}`);
  return { packet, bytes };
}

/** Answers with bytes, or with nothing. */
const sendBytes = (reply: FastifyReply, bytes: Uint8Array | undefined): FastifyReply =>
  bytes ? reply.type(octets).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) : reply.code(204).send();
