/**
 * The live demo over HTTP: its page, its pictures, and one set of services per page, which the page's phones use as in an experiment. It
 * answers only this machine, even if the server is public.
 */

import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { mostOwn, OwnEntry } from '../../client/demo/own-entries.ts';
import { closed } from '../../schema/parts.ts';
import { memoryStore } from '../../store/memory.ts';
import { strategies } from '../../strategy/index.ts';
import { type Clock, unixSeconds } from '../../util/clock.ts';
import { type DeployedOptions, signedBodies } from '../api/deployed.ts';
import { roleService } from '../api/role-api.ts';
import { type AuthenticateOptions, authenticate, readBodies } from '../auth/authenticate.ts';
import { failures, WholeNumber } from '../limits.ts';
import { pageHeaders } from '../page-policy.ts';
import { forThisMachine } from '../security.ts';
import type { WebFiles } from '../static.ts';
import { octets, validateStrictly } from '../validate.ts';
import { demoPage } from './page.ts';
import { DemoPictures, OfferedPicture } from './pictures.ts';
import type { SessionHost } from './session-host.ts';
import { DemoSessions, type SessionLimits } from './sessions.ts';
import { WorkerHost } from './worker-host.ts';

/** Largest packet: twice the size of a picture with a strategy's additions. */
const packetBytes = 32 * 2 ** 20;

/** Milliseconds between two checks for idle sessions. */
const sweepMillis = 60_000;

const Key = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Ed25519 public key, in hex' });
const Opening = Type.Object(
  {
    strategy: Type.Enum(Object.keys(strategies)),
    provider: Key,
    court: Key,
    own: Type.Optional(
      Type.Array(OwnEntry, {
        maxItems: mostOwn,
        description: 'hashes of own pictures: entries of this session’s list, which end with it',
      }),
    ),
  },
  closed,
);
const Opened = Type.Object({ session: Type.String() });
const Known = Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed);
const Since = Type.Object({ since: Type.Optional(WholeNumber) }, closed);
const None = Type.Null({ description: 'nothing' });

/** Clock, names and rate limits for checking signatures. */
type Signing = Pick<AuthenticateOptions, 'now' | 'perMinute' | 'names'>;

/** Options of the demo. */
export interface DemoOptions {
  /** Where its services run; default: in their own thread. */
  readonly host?: SessionHost;
  /** Seconds since 1970; default: the system's clock. */
  readonly now?: Clock;
  readonly limits?: SessionLimits;
  readonly perMinute?: AuthenticateOptions['perMinute'];
  readonly names?: AuthenticateOptions['names'];
}

/** Adds the demo. */
export function serveDemo(
  app: FastifyInstance,
  web: WebFiles,
  { host, now = unixSeconds, limits, perMinute, names }: DemoOptions = {},
): void {
  const pictures = new DemoPictures();
  const sessions = new DemoSessions(host ?? new WorkerHost(() => pictures.loaded()), now, limits);
  const timer = setInterval(() => {
    sessions.sweep().catch((error: unknown) => app.log.error({ error }, 'ending idle sessions'));
  }, sweepMillis).unref();
  const signing: Signing = { now, names, ...(perMinute ? { perMinute } : {}) };
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await sessions.close();
  });
  servePage(app, web, pictures);
  app.register(async (own) => {
    own.addHook('onRequest', forThisMachine);
    own.register(openSessions, { sessions, ...signing });
    own.register(async (session) => {
      const deployed: DeployedOptions['deployed'] = ({ params }) =>
        sessions.find((params as { session: string }).session);
      session.register(roleService, { prefix: '/demo/sessions/:session', deployed, packetBytes, ...signing });
      session.register(watchSessions, { sessions, deployed, ...signing });
    });
  });
}

function servePage(app: FastifyInstance, web: WebFiles, pictures: DemoPictures): void {
  app.get('/demo', async (_, reply) =>
    reply
      .headers(pageHeaders)
      .type('text/html; charset=utf-8')
      .send(demoPage(web.script('demo'))),
  );
  const offered = { summary: 'The pictures that the demo offers', response: { 200: Type.Array(OfferedPicture) } };
  app.get('/demo/pictures', { schema: offered }, async () => pictures.pictures);
  app.get<{ Params: { id: string } }>(
    '/demo/pictures/:id',
    { schema: { params: Type.Object({ id: Type.String({ maxLength: 50 }) }) } },
    async (request, reply) => {
      const file = await pictures.file(request.params.id);
      if (!file) return reply.callNotFound();
      return reply
        .headers({ ...pageHeaders, 'cache-control': 'private, max-age=3600' })
        .type(file.type)
        .send(file.bytes);
    },
  );
}

/** Opens a session: the signer of that request becomes its visitor. */
async function openSessions(
  app: FastifyInstance,
  { sessions, now, perMinute, names }: { readonly sessions: DemoSessions } & Signing,
): Promise<void> {
  const { nonces, prune } = memoryStore();
  const timer = setInterval(() => void prune(now()), sweepMillis).unref();
  app.addHook('onClose', async () => clearInterval(timer));
  readBodies(app, octets);
  validateStrictly(app);
  await authenticate(app, {
    whose: async () => undefined,
    useNonce: (row) => nonces.use(row),
    now,
    names,
    ...(perMinute ? { perMinute } : {}),
  });
  app.route<{ Body: Static<typeof Opening> }>({
    method: 'POST',
    url: '/demo/sessions',
    config: { access: ['stranger'] },
    schema: {
      summary: 'Sets up the services of a strategy for the signer, who can read what they receive',
      body: Opening,
      response: { 201: Opened, ...failures },
    },
    async handler({ body: { strategy, own, ...keys }, caller }, reply) {
      const session = await sessions.open(strategy, { ...keys, visitor: caller.facts!.key }, own);
      return reply.code(201).send({ session });
    },
  });
}

/** Adds what a session's visitor can do in addition to the roles: read views, direct reviewers, and end the session. */
async function watchSessions(
  app: FastifyInstance,
  { sessions, deployed, ...signing }: { readonly sessions: DemoSessions } & Pick<DeployedOptions, 'deployed'> & Signing,
): Promise<void> {
  await signedBodies(app, { deployed, ...signing });
  const config = { access: ['visitor'] } as const;
  type Of = { Params: { session: string } };
  const portOf = ({ session }: Of['Params']) => sessions.find(session)?.port;

  app.route<Of & { Querystring: Static<typeof Since> }>({
    method: 'GET',
    url: '/demo/sessions/:session/views',
    config,
    schema: {
      summary: 'What relay, provider, curator and court have received since a tick',
      querystring: Since,
      response: {
        200: { content: { [octets]: { schema: Type.Unsafe<Uint8Array>({ type: 'string' }) } } },
        ...failures,
      },
    },
    async handler({ params, query }, reply) {
      const views = await portOf(params)?.views(Number(query.since ?? 0));
      return views ? reply.type(octets).send(Buffer.from(views)) : reply.callNotFound();
    },
  });

  app.route<Of & { Body: Static<typeof Known> }>({
    method: 'POST',
    url: '/demo/sessions/:session/known',
    config,
    schema: {
      summary: 'Makes reviewers confirm a picture file, named by its SHA-256; no role learns this',
      body: Known,
      response: { 204: None, ...failures },
    },
    async handler({ params, body }, reply) {
      await portOf(params)?.know(body.sha256);
      return reply.code(204).send();
    },
  });

  app.route<Of>({
    method: 'DELETE',
    url: '/demo/sessions/:session',
    config,
    schema: { summary: 'Ends the session and deletes what its roles received', response: { 204: None, ...failures } },
    async handler({ params }, reply) {
      await sessions.end(params.session);
      return reply.code(204).send();
    },
  });
}
