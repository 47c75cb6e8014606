/** A database that accepts and never answers: every call ends in time, and once the database answers again, so does the store. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { logKeys } from '../../../src/crypto/merkle-log.ts';
import { boundedPool } from '../../../src/server/store/bounded-pool.ts';
import { openDatabase } from '../../../src/server/store/database.ts';
import { openStore } from '../../../src/server/store/store.ts';
import { StoreTrouble } from '../../../src/server/store/trouble.ts';
import type { Store } from '../../../src/store/store.ts';
import { noPostgres, startPostgres } from '../../helpers/postgres.ts';

const keys = logKeys((length) => new Uint8Array(length).fill(7));
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that does what it is told with every connection; its port. */
async function listening(connected: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    connected(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return (server.address() as AddressInfo).port;
}

/** How long something takes, in milliseconds, and what it threw. */
async function timed(work: () => Promise<unknown>): Promise<{ millis: number; error: unknown }> {
  const from = performance.now();
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { millis: performance.now() - from, error };
}

test('audit M7: a server that accepts and says nothing is given up in time', async () => {
  const port = await listening(() => undefined);
  const url = `postgres://nobody@127.0.0.1:${port}/none`;
  const { millis, error } = await timed(() => openDatabase({ url, queryMillis: 300 }));
  expect(String(error)).toMatch(/PostgreSQL server of DATABASE_URL cannot be used: .*does not answer/);
  expect(millis).toBeLessThan(3000);
});

test('audit M7: a server that lets a client in and answers no query is given up in time', async () => {
  const letIn = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
  const port = await listening((socket) => void socket.once('data', () => socket.write(letIn)));
  const url = `postgres://nobody@127.0.0.1:${port}/none`;
  const { millis, error } = await timed(() => openDatabase({ url, queryMillis: 300 }));
  expect(String(error)).toMatch(/cannot be used: The store did not answer within 0.3 seconds/);
  expect(millis).toBeLessThan(3000);
});

describe.skipIf(noPostgres !== undefined || process.env.DATABASE_URL !== undefined)('a PostgreSQL server', () => {
  test('audit M7: one that is frozen costs every call a bounded time, and works again after it', async () => {
    const server = await startPostgres();
    ends.push(() => server.stop());
    const url = await server.database();
    const store: Store = await openStore({ url, logKeys: keys, queryMillis: 500, callMillis: 1500 });
    ends.push(() => store.close());
    const name = {
      reader: 'bob',
      poster: 'alice',
      sender: 'alice',
      type: 'envelope',
      sentAt: 1,
      retained: false,
      arrived: 1,
    };
    const post = (message: string) =>
      store.messages.post({ ...name, message, digest: message, packet: new Uint8Array(9) });
    expect(await post('before')).toBe('stored');
    server.freeze!();
    const calls = [
      () => post('frozen 1'),
      () => post('frozen 2'),
      () => store.ping(),
      () => store.nonces.use({ key: 'k', nonce: 'n', expires: 10 }),
      () => store.accounts.ofKey('k'),
      () => store.lists.head(),
      ...Array.from({ length: 20 }, () => () => store.messages.waiting()),
    ];
    try {
      for (const { millis, error } of await Promise.all(calls.map(timed))) {
        expect(error).toBeInstanceOf(StoreTrouble);
        expect(millis).toBeLessThan(4000);
      }
    } finally {
      server.thaw!();
    }
    await new Promise((wait) => setTimeout(wait, 1200));
    await store.ping();
    expect(await post('after')).toBe('stored');
    // Nothing that was answered is lost, and no transaction of before is left open to swallow what came later.
    const again = await openStore({ url, logKeys: keys });
    ends.push(() => again.close());
    const third = await openStore({ url, logKeys: keys, queryMillis: 500 });
    server.freeze!();
    const closing = await timed(() => third.close()).finally(() => server.thaw!());
    expect(closing.millis).toBeLessThan(3000);
    expect(await again.messages.post({ ...name, message: 'after', digest: 'after', packet: new Uint8Array(9) })).toBe(
      'known',
    );
    expect(await again.messages.post({ ...name, message: 'before', digest: 'before', packet: new Uint8Array(9) })).toBe(
      'known',
    );
  }, 60_000);
});

test('audit H5: on the embedded database a query that is late is waited for and rolled back before anything else is asked', async () => {
  const asked: string[] = [];
  let answer = (_: unknown): void => undefined;
  const client = {
    query: (text: string) => {
      asked.push(text);
      return text === 'hangs' ? new Promise((done) => (answer = done)) : Promise.resolve({ rows: [] });
    },
    release: (error?: unknown) => void asked.push(error === undefined ? 'released' : 'closed'),
  };
  const connect = async (kind: 'embedded' | 'server') =>
    await boundedPool({ connect: async () => client } as never, { kind, queryMillis: 50 }).connect();
  const embedded = await connect('embedded');
  await expect(embedded.query('hangs', [])).rejects.toBeInstanceOf(StoreTrouble);
  await expect(embedded.query('commit', [])).rejects.toBeInstanceOf(StoreTrouble);
  embedded.release();
  await new Promise((wait) => setTimeout(wait, 100));
  expect(asked).toEqual(['hangs']);
  answer({ rows: [] });
  await expect.poll(() => asked).toEqual(['hangs', 'rollback', 'released']);
  asked.length = 0;
  const server = await connect('server');
  await expect(server.query('hangs', [])).rejects.toBeInstanceOf(StoreTrouble);
  server.release();
  expect(asked).toEqual(['hangs', 'closed']);
});
