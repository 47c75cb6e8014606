/** Endpoints by callers: every cell of the table is a request. */
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binary } from '../../src/match/format/binary.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { services } from '../../src/server/api/services.ts';
import { access, type CallerKind, callerKinds, type Endpoint } from '../../src/server/auth/access.ts';
import { envelope, keysOf, type Plain, packetOf, type ServiceWorld, serviceWorld, voucher } from './service-world.ts';
import { tip } from './tip.ts';

let world: ServiceWorld;
let count = 0;
const fresh = (): string => `m${++count}`;

const listPacket = (version: number): Uint8Array => {
  const facts = { name: 'demo', algorithm: 'pdq', bits: 256, version };
  const list = hashList(facts, [{ id: 'entry', hash: new Uint8Array(32).fill(version) }]);
  return packetOf({ type: 'list', message: '', version: list.version, root: list.root }, { list: binary.write(list) });
};

/** A request that the endpoint answers with success if its caller may make it. */
const requests: Readonly<Record<Endpoint, () => Plain>> = {
  'GET /health': () => ({ url: '/health' }),
  'GET /metrics': () => ({ url: '/metrics' }),
  'GET /openapi.json': () => ({ url: '/openapi.json' }),
  'GET /api': () => ({ url: '/api' }),
  'POST /accounts': () => ({ method: 'POST', url: '/accounts', body: { account: 'alice' } }),
  'POST /relay/packets': () => ({ method: 'POST', url: '/relay/packets', body: envelope(fresh()) }),
  'GET /set-up': () => ({ url: '/set-up' }),
  'GET /mailbox': () => ({ url: '/mailbox?most=2' }),
  'POST /mailbox/acknowledgements': () => ({
    method: 'POST',
    url: '/mailbox/acknowledgements',
    body: { packets: [{ sender: 'bob', message: 'm', type: 'envelope' }] },
  }),
  'POST /provider/packets': () => ({ method: 'POST', url: '/provider/packets', body: voucher(fresh()) }),
  'GET /provider/packets': () => ({ url: '/provider/packets' }),
  'POST /provider/packets/acknowledgements': () => ({
    method: 'POST',
    url: '/provider/packets/acknowledgements',
    body: { packets: [{ sender: 'bob', message: 'm', type: 'voucher' }] },
  }),
  'POST /provider/reviews': () => ({ method: 'POST', url: '/provider/reviews' }),
  'POST /tips': () => ({ method: 'POST', url: '/tips', body: tip(fresh()) }),
  'GET /tips': () => ({ url: '/tips?after=0' }),
  'POST /lists': () => ({ method: 'POST', url: '/lists', body: listPacket(++count) }),
  'GET /lists/:place': () => ({ url: '/lists/0' }),
  'GET /log/head': () => ({ url: '/log/head' }),
  'GET /log/entries': () => ({ url: '/log/entries?from=0' }),
  'GET /log/inclusion': () => ({ url: '/log/inclusion?place=0&size=1' }),
  'GET /log/consistency': () => ({ url: '/log/consistency?first=1&second=1' }),
  'POST /court/orders': () => ({
    method: 'POST',
    url: '/court/orders',
    body: { order: fresh(), account: 'alice', from: 0, to: 9 },
  }),
  'GET /court/orders/:order/messages': () => ({ url: '/court/orders/known/messages' }),
  'GET /court/orders/:order/records': () => ({ url: '/court/orders/watched/records' }),
};

beforeAll(async () => {
  world = await serviceWorld({ strategy: 'escrow' });
  const setUp: [string, Plain][] = [
    ['curator', { method: 'POST', url: '/lists', body: listPacket(1_000_000) }],
    ['court', { method: 'POST', url: '/court/orders', body: { order: 'known', account: 'alice', from: 0, to: 9 } }],
    [
      'court',
      {
        method: 'POST',
        url: '/court/orders',
        body: { order: 'watched', account: 'alice', from: 0, to: 9, demand: 'metadata' },
      },
    ],
  ];
  for (const [who, plain] of setUp) expect((await world.send(world.keys[who], plain)).statusCode).toBe(201);
});
afterAll(() => world.close());

const cells = (Object.keys(access) as Endpoint[]).flatMap((endpoint) =>
  callerKinds.map((kind): [Endpoint, CallerKind] => [endpoint, kind]),
);

test.each(cells)('%s by %s', async (endpoint, kind) => {
  const keys = endpoint === 'POST /accounts' && kind === 'stranger' ? world.newKeys() : keysOf(world, kind);
  const plain = requests[endpoint]();
  const body = endpoint === 'POST /accounts' && kind === 'stranger' ? { account: 'carol' } : plain.body;
  const reply = await world.send(keys, { ...plain, ...(body === undefined ? {} : { body }) });
  const allowed = access[endpoint] as readonly CallerKind[] | 'machine';
  if (allowed === 'machine' || allowed.includes(kind)) {
    expect(reply.statusCode, reply.body).toBeGreaterThanOrEqual(200);
    expect(reply.statusCode, reply.body).toBeLessThan(300);
  } else {
    expect(reply.statusCode, reply.body).toBe(kind === 'nobody' || kind === 'stranger' ? 401 : 403);
    expect(Object.keys(reply.json())).toEqual(['error']);
  }
});

describe('the table', () => {
  test('names every route that there is, and no other', async () => {
    const bare = Fastify();
    const routes = new Set<string>();
    bare.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) if (each !== 'HEAD') routes.add(`${each} ${url}`);
    });
    const { store, frankingKey } = world;
    const roleKeys = { provider: '', curator: '', court: '' };
    await bare.register(services, { store, frankingKey, roleKeys, version: '0.1.0', now: () => 0 });
    expect([...routes].sort()).toEqual(Object.keys(access).sort());
    await bare.close();
  });

  test.each(['/metrics', '/', '/runs'])('%s is for the machine itself: for others it is not there', async (url) => {
    expect((await world.send(undefined, { url })).statusCode).toBe(200);
    expect((await world.send(undefined, { url, remoteAddress: '::ffff:127.0.0.1' })).statusCode).toBe(200);
    for (const remoteAddress of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1'])
      for (const keys of [undefined, ...Object.values(world.keys)])
        expect((await world.send(keys, { url, remoteAddress })).statusCode).toBe(404);
  });

  test('a refusal does not depend on whether what was asked for exists', async () => {
    const pairs = [
      ['/court/orders/known/messages', '/court/orders/unknown/messages'],
      ['/lists/0', '/lists/99'],
    ] as const;
    for (const [there, missing] of pairs)
      for (const kind of ['nobody', 'stranger', 'account', 'curator'] as const) {
        const [a, b] = await Promise.all([there, missing].map((url) => world.send(keysOf(world, kind), { url })));
        expect([a!.statusCode, a!.body]).toEqual([b!.statusCode, b!.body]);
      }
  });
});
