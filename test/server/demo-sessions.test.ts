/** The demo's services at the server: who reaches them, for how long, and that it does not matter in which thread they stand. */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOutcome } from '../../src/client/demo/hashes.ts';
import type { DemoPicture } from '../../src/client/demo/picture.ts';
import { readViews, viewsFrame } from '../../src/client/demo/views-frame.ts';
import { demoDevices } from '../../src/client/demo/world.ts';
import { Refusal, ServiceClient } from '../../src/client/service-client.ts';
import { signingKeys } from '../../src/client/signature.ts';
import { systemRandom } from '../../src/crypto/sodium.ts';
import { decode } from '../../src/image/decode.ts';
import type { Scanner } from '../../src/role/world.ts';
import { createApp } from '../../src/server/app.ts';
import { DemoPictures } from '../../src/server/demo/pictures.ts';
import { LocalHost } from '../../src/server/demo/session-host.ts';
import { DemoSessions } from '../../src/server/demo/sessions.ts';
import { openSession } from '../../src/server/web/demo/session-link.ts';
import type { Shown } from '../../src/server/web/demo/shown.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';
import { toHex } from '../../src/util/hex.ts';

const scanner: Scanner = { hash: (picture, use) => hashOutcome(decode(picture), use), score: async () => 0.1 };
const phones = demoDevices(scanner, () => false);

let pictures: DemoPicture[];
let app: FastifyInstance;
let origin: string;
beforeAll(async () => {
  pictures = await new DemoPictures().loaded();
  // Its sessions stand in a thread, as those of `presend serve` do.
  app = createApp({ folder: '.' });
  origin = await app.listen({ port: 0, host: '127.0.0.1' });
}, 60_000);
afterAll(() => app.close());

/** Role, type and length of all that a page shows. */
const factsOf = ({ roles, outcome, tips, rejected }: Shown) => ({
  seen: roles.map(({ role, entries }) => [role, entries.map(({ type, from, bytes }) => `${type} ${from} ${bytes}`)]),
  outcome,
  tips,
  rejected,
});

async function sentTo(at: string, strategy: string): Promise<ReturnType<typeof factsOf>> {
  const session = await openSession(strategy, phones, at);
  const innocent = pictures.find(({ called }) => called === 'innocent')!;
  for (const { bytes, called } of [pictures[0]!, innocent]) await session.send(bytes, called !== 'innocent');
  await session.order();
  const facts = factsOf(session.shown(0));
  await session.end();
  return facts;
}

test.each(['server-scan', 'escrow', 'hash-upload', 'psi', 'threshold-psi'])(
  '%s is the same from a thread as from this one',
  async (strategy) => {
    const near = createApp({ folder: '.', demo: { host: new LocalHost(pictures, scanner) } });
    const at = await near.listen({ port: 0, host: '127.0.0.1' });
    const [far, here] = [await sentTo(origin, strategy), await sentTo(at, strategy)];
    await near.close();
    expect(far).toEqual(here);
    expect([far.outcome?.delivered, far.rejected]).toEqual([true, []]);
    const lengths = Object.fromEntries(far.seen.map(([role, seen]) => [role, seen!.length]));
    expect([lengths.relay! > 0, lengths.recipient! > 0, lengths.court! > 0]).toEqual([
      true,
      true,
      strategy === 'escrow',
    ]);
  },
  30_000,
);

describe('who may do what in a session', () => {
  const callers = ['visitor', 'provider', 'court', 'stranger', 'nobody'] as const;
  const keys = Object.fromEntries(callers.map((name) => [name, signingKeys(systemRandom)]));
  const publicKey = (name: string): string => toHex(keys[name]!.publicKey);
  const opening = { strategy: 'e2ee', provider: publicKey('provider'), court: publicKey('court') };
  const at = (base: string, by: string): ServiceClient =>
    new ServiceClient({ base, ...(by === 'nobody' ? {} : { keys: keys[by]! }) });
  const opened = async (): Promise<string> =>
    (await at(origin, 'visitor').json<{ session: string }>('POST', '/demo/sessions', opening)).session;
  const status = (request: Promise<Response>): Promise<number> => request.then((reply) => reply.status);
  const body = (value: unknown) => ({ type: 'application/json', bytes: utf8(JSON.stringify(value)) });

  test.each<[string, string, unknown?]>([
    ['GET', '/views'],
    ['GET', '/views?since=3'],
    ['POST', '/known', { sha256: 'ab'.repeat(32) }],
    ['DELETE', ''],
  ])('%s %s is for its visitor', async (method, path, value) => {
    const base = `${origin}/demo/sessions/${await opened()}`;
    const found = [];
    for (const by of [...callers].reverse())
      found.push(await status(at(base, by).request(method, path, value === undefined ? undefined : body(value))));
    expect(found).toEqual([401, 401, 403, 403, method === 'GET' ? 200 : 204]);
    // What was ended is gone for its visitor too.
    expect(await status(at(base, 'visitor').request('GET', '/views'))).toBe(method === 'DELETE' ? 404 : 200);
  });

  test('opening one needs a signature, and a strategy that there is', async () => {
    expect(await status(at(origin, 'nobody').request('POST', '/demo/sessions', body(opening)))).toBe(401);
    const odd = { ...opening, strategy: 'none' };
    await expect(at(origin, 'visitor').json('POST', '/demo/sessions', odd)).rejects.toThrow(/strategy/);
    await expect(at(`${origin}/demo/sessions/${'0'.repeat(32)}`, 'visitor').bytes('GET', '/views')).rejects.toThrow(
      Refusal,
    );
  });

  test('there is nothing of it for other machines, whoever signs', async () => {
    const session = await opened();
    for (const [method, url] of [
      ['POST', '/demo/sessions'],
      ['GET', `/demo/sessions/${session}/views`],
      ['GET', `/demo/sessions/${session}/mailbox`],
      ['GET', '/demo'],
    ] as const) {
      const reply = await app.inject({ method, url, headers: { host: 'localhost' }, remoteAddress: '192.0.2.7' });
      expect([url, reply.statusCode]).toEqual([url, 404]);
    }
  });
});

describe('sessions', () => {
  const keys = { visitor: 'v', provider: 'p', court: 'c' };
  const limits = { most: 2, bytes: 1000, idle: 60 };
  const host = () => new LocalHost(pictures, scanner);

  test('are so many, and the idlest goes first', async () => {
    let clock = 0;
    const sessions = new DemoSessions(host(), () => clock, limits);
    const [first, second] = [await sessions.open('e2ee', keys), await sessions.open('e2ee', keys)];
    clock = 1;
    sessions.find(first);
    const third = await sessions.open('e2ee', keys);
    expect([first, second, third].map((id) => sessions.find(id) !== undefined)).toEqual([true, false, true]);
  });

  test('are so many also when they are opened together', async () => {
    const sessions = new DemoSessions(host(), () => 0, limits);
    const ids = await Promise.all([1, 2, 3, 4].map(() => sessions.open('e2ee', keys)));
    expect(ids.filter((id) => sessions.find(id) !== undefined)).toHaveLength(2);
  });

  test('end when nobody uses them', async () => {
    let clock = 0;
    const sessions = new DemoSessions(host(), () => clock, limits);
    const [idle, used] = [await sessions.open('e2ee', keys), await sessions.open('e2ee', keys)];
    clock = 60;
    sessions.find(used);
    await sessions.sweep();
    expect(sessions.find(used)).toBeDefined();
    clock = 61;
    const other = new DemoSessions(host(), () => clock, limits);
    expect(other.find(used)).toBeUndefined();
    await sessions.sweep();
    expect([idle, used].map((id) => sessions.find(id) !== undefined)).toEqual([false, true]);
  });

  test('take in so much, and say so', async () => {
    const sessions = new DemoSessions(host(), () => 0, limits);
    const id = await sessions.open('e2ee', keys);
    await expect(sessions.find(id)!.port.take('relay', new Uint8Array(1001))).rejects.toThrow(UserError);
    expect(sessions.find(id)).toBeUndefined();
  });
});

test('more entries than a call takes arguments are shown all the same', async () => {
  const near = new LocalHost(pictures, scanner);
  const session = await near.open('many', 'e2ee');
  for (let i = 0; i < 130_000; i++) near.seen('many').learnt('provider', '', 'clear');
  const { next } = readViews(await session.views(130_000));
  const again = readViews(await session.views(next));
  expect([next >= 130_000, again.entries, again.next]).toEqual([true, [], next]);
});

test('views cross as they are', () => {
  const entry = {
    role: 'relay',
    tick: 4,
    from: 'sender',
    message: 'm1',
    type: 'envelope',
    bytes: utf8('x'),
  } as const;
  const opened = { ...entry, role: 'court', tick: 2, type: 'opened', bytes: new Uint8Array(0) } as const;
  const findings = { m1: { scanned: 'match', dismissed: true } } as const;
  const views = { entries: [entry, opened], next: 5, tips: 1, rejected: ['no'], findings };
  expect(readViews(viewsFrame(views))).toEqual(views);
  expect(() => readViews(utf8('noise'))).toThrow(/cannot be read/);
});
