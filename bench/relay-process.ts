/**
 * A server under test in a separate process: the services of `presend serve`, or a bare fastify route that stores the bytes of every
 * request in the same kind of database, one by one. The first message configures it; it answers every later message with its memory.
 */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { signingKeys } from '../src/client/signature.ts';
import { createServer } from '../src/server/http-server.ts';
import { openDatabase, type Place } from '../src/server/store/database.ts';
import { openStore } from '../src/server/store/store.ts';
import { storeLimits } from '../src/store/limits.ts';
import { unixSeconds } from '../src/util/clock.ts';

/** Configuration of the process. */
export interface ServerOrder {
  readonly kind: 'bare' | 'services';
  readonly place: Place;
}

async function bare(place: Place): Promise<FastifyInstance> {
  const { db } = await openDatabase(place);
  await sql`create table bare (number bigint generated always as identity primary key, bytes bytea not null)`.execute(
    db,
  );
  await sql`alter table bare alter column bytes set storage external`.execute(db);
  const app = Fastify({ bodyLimit: 2 ** 20 });
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) => body);
  app.post('/relay/packets', async ({ body }, reply) => {
    await sql`insert into bare (bytes) values (${body as Buffer})`.execute(db);
    return reply.code(201).send({});
  });
  return app;
}

async function services(place: Place): Promise<FastifyInstance> {
  // The benchmark measures storing speed, not limits.
  const most = Object.fromEntries(Object.keys(storeLimits).map((name) => [name, Number.MAX_SAFE_INTEGER]));
  const store = await openStore({ ...place, logKeys: signingKeys(() => new Uint8Array(32)), limits: most });
  return createServer({
    services: {
      store,
      frankingKey: new Uint8Array(32),
      roleKeys: { provider: '1'.repeat(64), curator: '2'.repeat(64), court: '3'.repeat(64) },
      version: '0.1.0',
      // The limiter counts as usual, but rejects nobody.
      perMinute: { known: 1e9, others: 1e9 },
      now: unixSeconds,
    },
  });
}

process.once('message', async ({ kind, place }: ServerOrder) => {
  const app = await (kind === 'bare' ? bare : services)(place);
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.send!({ port: (app.server.address() as AddressInfo).port });
  process.on('message', () => {
    globalThis.gc?.();
    process.send!({ rss: process.memoryUsage().rss });
  });
});
process.once('disconnect', () => process.exit());
