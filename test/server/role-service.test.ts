/** The routes of a deployment's services: who may do what, what they take, what they refuse and why. */
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSetUp } from '../../src/client/set-up-frame.ts';
import { type SigningKeys, signingKeys, signRequest } from '../../src/client/signature.ts';
import type { Design } from '../../src/role/design.ts';
import { Device } from '../../src/role/device.ts';
import { fromRole } from '../../src/role/endpoint.ts';
import { Network } from '../../src/role/network.ts';
import { Services } from '../../src/role/services.ts';
import { type Draft, decode, encode } from '../../src/role/wire.ts';
import type { PacketType } from '../../src/schema/packet.ts';
import type { Deployed } from '../../src/server/api/deployed.ts';
import { roleService } from '../../src/server/api/role-api.ts';
import { portOf } from '../../src/server/api/service-port.ts';
import { createServer } from '../../src/server/http-server.ts';
import { octets } from '../../src/server/validate.ts';
import { memoryStore } from '../../src/store/memory.ts';
import type { Store } from '../../src/store/store.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';
import { unframe } from '../../src/util/framing.ts';
import { toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';
import { packetExamples } from '../helpers/examples.ts';
import { type SmallWorld, smallWorld } from '../helpers/world.ts';

const rng = seededRng(3, 'role service');
const random = (length: number): Uint8Array => rng.bytes(length);
const callers = ['ann', 'ben', 'dan', 'eve', 'provider', 'court', 'stranger'] as const;
type Caller = (typeof callers)[number];
const keys = Object.fromEntries(callers.map((name) => [name, signingKeys(random)])) as Record<Caller, SigningKeys>;
const keyOf = (name: Caller): string => toHex(keys[name].publicKey);
const host = 'localhost';
const clock = 1_800_000_000;
const packetBytes = 2 ** 20;

let world: SmallWorld;
let network: Network;
let services: Services;
let app: FastifyInstance;
let deployed: Deployed;
let store: Store;
let atStart = 0;

async function start(design: Design): Promise<void> {
  world = smallWorld();
  network = new Network();
  store = memoryStore({ limits: { accounts: 4 } });
  services = new Services(network, world, design, { store });
  atStart = 0;
  atStart = crossings();
  deployed = {
    port: portOf(services),
    accounts: store.accounts,
    nonces: store.nonces,
    roles: new Map([
      [keyOf('provider'), 'provider'],
      [keyOf('court'), 'court'],
    ]),
  };
  for (const account of ['ann', 'ben', 'dan'] as const) await store.accounts.register(account, keyOf(account), 0);
  app = createServer({});
  const options = { packetBytes, now: () => clock, perMinute: { known: 1e6, others: 1e6 } };
  app.register(roleService, { ...options, prefix: '/at/:place', deployed: ({ params }) => placeOf(params) });
  await app.ready();
}
const placeOf = (params: unknown): Deployed | undefined =>
  (params as { place?: string }).place === 'one' ? deployed : undefined;
beforeEach(() => start({ name: 'e2ee' }));
afterEach(() => app.close());

type Method = 'GET' | 'POST';
/** Sends a request under a place, signed by a caller or by nobody. */
async function send(by: Caller | undefined, method: Method, url: string, body?: Uint8Array | object, place = 'one') {
  const payload =
    body === undefined ? new Uint8Array(0) : body instanceof Uint8Array ? body : utf8(JSON.stringify(body));
  const target = `/at/${place}${url}`;
  const parts = { method, authority: host, target, body: payload };
  const signed = by ? signRequest(parts, keys[by], { created: clock, nonce: random(16) }) : {};
  const type = body instanceof Uint8Array ? octets : 'application/json';
  return await app.inject({
    method,
    url: target,
    headers: { host, ...signed, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { payload: Buffer.from(payload) }),
  });
}
/** A packet from whose device it has to come. */
const post = (endpoint: string, draft: Draft, blobs = {}) =>
  send('ann', 'POST', `/${endpoint}/packets`, encode(draft, blobs));
const errorOf = (reply: { readonly body: string }): string => (JSON.parse(reply.body) as { error: string }).error;
/** What everybody saw since the services were set up. */
const crossings = (): number =>
  Object.values(network.views).reduce((sum, { entries }) => sum + entries.length, -atStart);

/** An example packet with ann at the end that speaks. */
const byAnn = (type: PacketType): Draft => {
  const ends = fromRole(type) === 'recipient' ? { sender: 'ben', recipient: 'ann' } : { sender: 'ann' };
  const { sender, recipient } = packetExamples[type] as { sender?: string; recipient?: string };
  const to = recipient === undefined ? { sender: 'ann' } : { recipient: 'ben', ...ends };
  return { ...packetExamples[type], ...(sender === undefined ? {} : to) } as Draft;
};

describe('packets', () => {
  const endpoints: Partial<Record<PacketType, 'relay' | 'provider'>> = {
    envelope: 'relay',
    'device-copy': 'relay',
    clear: 'relay',
    'ghost-copy': 'relay',
    'prekey-upload': 'relay',
    'prekey-query': 'relay',
    'go-on': 'relay',
    'hash-upload': 'provider',
    'prefix-query': 'provider',
    'bucket-query': 'provider',
    'blinded-query': 'provider',
    'blinded-distances': 'provider',
    voucher: 'provider',
    flag: 'provider',
    'user-report': 'provider',
  };
  test.each((Object.keys(packetExamples) as PacketType[]).filter((type) => type !== 'go-on'))(
    '%s is taken at its endpoint, and at no other',
    async (type) => {
      for (const endpoint of ['relay', 'provider'] as const) {
        const before = crossings();
        const reply = await post(endpoint, byAnn(type));
        if (endpoints[type] === endpoint) {
          expect([200, 201], reply.body).toContain(reply.statusCode);
          const from = type === 'user-report' ? 'recipient' : 'sender';
          expect(network.views[endpoint].entries.find((entry) => entry.type === type)).toMatchObject({ from, type });
          const other = await send('dan', 'POST', `/${endpoint}/packets`, encode(byAnn(type), {}));
          expect([other.statusCode, errorOf(other)]).toEqual([403, 'Expected a packet about the caller’s own message']);
        } else {
          expect([reply.statusCode, crossings()]).toEqual([400, before]);
          expect(errorOf(reply)).toBe(
            `The request’s packet: expected one of ${Object.keys(endpoints)
              .filter((each) => endpoints[each as PacketType] === endpoint)
              .join(', ')} for its type`,
          );
        }
      }
    },
  );

  test('go-on is taken by the relay, and refused where no message is held', async () => {
    const before = crossings();
    const reply = await post('relay', byAnn('go-on'));
    expect([reply.statusCode, crossings()]).toEqual([400, before + 1]);
    expect(errorOf(reply)).toMatch(/^The services accept no go-on here: /);
    const elsewhere = await post('provider', byAnn('go-on'));
    expect([elsewhere.statusCode, crossings()]).toEqual([400, before + 1]);
    expect(errorOf(elsewhere)).toMatch(/^The request’s packet: expected one of hash-upload, /);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /at least 4 bytes long|empty/i],
    ['noise', new Uint8Array(64).fill(7), /ends inside its header/],
    ['no packet', concatBytes(new Uint8Array([0, 0, 0, 2]), utf8('{}')), /lists no blobs/],
    ['a cut packet', encode(packetExamples.envelope, { ciphertext: new Uint8Array(9) }).subarray(0, -1), /ends inside/],
    ['an unknown key', encode({ ...packetExamples.envelope, x: 1 } as Draft), /fits no packet type/],
  ])('%s is refused in one sentence, and nobody sees it', async (_, bytes, reason) => {
    const reply = await send('ann', 'POST', '/relay/packets', bytes);
    expect([reply.statusCode, crossings()]).toEqual([400, 0]);
    expect(errorOf(reply)).toMatch(reason);
  });

  test('a packet as JSON, or one that is too large, is none', async () => {
    expect((await send('ann', 'POST', '/relay/packets', packetExamples.envelope)).statusCode).toBe(415);
    expect((await send('ann', 'POST', '/relay/packets', new Uint8Array(packetBytes + 1))).statusCode).toBe(413);
    expect(crossings()).toBe(0);
  });

  test('an answer comes as the packet that it is', async () => {
    const entry = world.list.entries.at(0)!;
    const reply = await post('provider', { ...byAnn('prefix-query'), bits: 256 } as Draft, { prefix: entry.hash });
    const read = decode(new Uint8Array(reply.rawPayload));
    expect(reply.headers['content-type']).toBe(octets);
    expect(read.ok && read.packet.header).toMatchObject({ type: 'prefix-answer', message: 'm1', ids: [entry.id] });
  });
});

describe('mail', () => {
  const envelope = (message: string, recipient: string): Draft =>
    ({ ...byAnn('envelope'), message, recipient }) as Draft;
  const waiting = async (by: Caller, query = ''): Promise<{ messages: string[]; more: boolean }> => {
    const reply = await send(by, 'GET', `/mailbox${query}`);
    const read = unframe(new Uint8Array(reply.rawPayload));
    if (!read.ok) throw new Error(reply.body);
    const messages = Object.values(read.blobs).map((bytes) => {
      const packet = decode(bytes);
      return packet.ok ? packet.packet.header.message : packet.reason;
    });
    return { messages, more: (read.header as { more: boolean }).more };
  };
  const acknowledge = async (by: Caller, ...messages: string[]): Promise<number> => {
    const packets = messages.map((message) => ({ sender: 'ann', message, type: 'envelope' }));
    const reply = await send(by, 'POST', '/mailbox/acknowledgements', { packets });
    return (JSON.parse(reply.body) as { acknowledged: number }).acknowledged;
  };

  test('waits in its order until its recipient, and nobody else, acknowledges it', async () => {
    const sent: [string, string][] = [
      ['a', 'ben'],
      ['b', 'dan'],
      ['c', 'ben'],
      ['d', 'ben'],
    ];
    for (const each of sent) expect((await post('relay', envelope(...each))).statusCode).toBe(201);
    expect(await waiting('ann')).toEqual({ messages: [], more: false });
    expect(await waiting('ben', '?most=2')).toEqual({ messages: ['a', 'c'], more: true });
    expect(await acknowledge('dan', 'a', 'c')).toBe(0);
    expect(await acknowledge('ben', 'a', 'b')).toBe(1);
    expect(await waiting('ben')).toEqual({ messages: ['c', 'd'], more: false });
    expect(await acknowledge('ben', 'c', 'd')).toBe(2);
    expect(await waiting('ben')).toEqual({ messages: [], more: false });
    expect(await waiting('dan')).toEqual({ messages: ['b'], more: false });
  });

  test('a page ends before its bytes pass the limit, and one large packet is a page of its own', async () => {
    const large = { ciphertext: new Uint8Array(900_000) };
    const messages = Array.from({ length: 11 }, (_, i) => `m${i}`);
    for (const message of messages) await post('relay', envelope(message, 'ben'), large);
    const first = await waiting('ben');
    expect(first).toEqual({ messages: messages.slice(0, 9), more: true });
    expect((await portOf(services).mail('ben', { most: 64, mostBytes: 1 })).packets).toHaveLength(1);
  });

  test.each(['?most=0', '?most=-1', '?most=x', '?recipient=dan'])('%s is refused', async (query) => {
    await post('relay', envelope('a', 'ben'));
    expect((await send('ben', 'GET', `/mailbox${query}`)).statusCode).toBe(400);
    expect((await waiting('ben')).messages).toEqual(['a']);
  });
});

describe('set-up, directory and orders', () => {
  test('public facts come with the packets of the strategy, and no secret', async () => {
    await start({ name: 'client-list', listOnDevice: true, escrow: 'sole' });
    const { parameters, packets } = readSetUp(
      new Uint8Array((await send('ann', 'GET', '/set-up?account=ann')).rawPayload),
    );
    expect(parameters.list).toMatchObject({ algorithm: 'pdq', bits: 256, root: world.list.root });
    expect(parameters.escrow?.kind).toBe('sole');
    expect(Object.keys(packets)).toEqual(['list']);
    const { escrow, franking } = services.secrets;
    if (escrow?.kind !== 'sole') throw new Error('no escrow');
    const bytes = (await send('ann', 'GET', '/set-up')).rawPayload;
    for (const secret of [escrow.keys.secretKey, franking]) {
      expect(bytes.includes(Buffer.from(secret))).toBe(false);
      expect(bytes.includes(Buffer.from(secret).toString('hex'))).toBe(false);
    }
  });

  test('a ghost hears who is in the directory with a key that is one; others are noted, and nothing fails', async () => {
    await start({ name: 'ghost', ghost: true });
    const ann = new Device('ann', world);
    const register = async (by: Caller, account: string, publicKey: string): Promise<number> =>
      (await send(by, 'POST', '/accounts', { account, publicKey })).statusCode;
    expect(await register('ann', 'ann', toHex(ann.keys.publicKey))).toBe(200);
    expect(await register('eve', 'eve', toHex(new Uint8Array(32)))).toBe(201);
    expect(await register('ben', 'ben', toHex(new Uint8Array(31)))).toBe(400);
    const orders = ['ann', 'ben', 'eve'].map((account) => ({ order: `o-${account}`, account, from: 0, to: 99 }));
    for (const order of orders) expect((await send('court', 'POST', '/court/orders', order)).statusCode).toBe(201);
    for (const sender of ['ann', 'ben', 'eve'] as const) {
      const about = { message: `of-${sender}`, sender, recipient: 'dan' };
      const sealed = encode({ ...packetExamples.envelope, ...about }, {});
      const reply = await send(sender, 'POST', '/relay/packets', sealed);
      const read = decode(new Uint8Array(reply.rawPayload));
      if (!read.ok) throw new Error(read.reason);
      expect(read.packet.header).toMatchObject({ type: 'device-key', account: 'dan' });
      const message = { ...world.messages[0]!, id: about.message, sender, recipient: 'ghost', sequence: 1, sentAt: 12 };
      const peer = { publicKey: read.packet.blobs.key!, bundle: () => new Uint8Array(0) };
      const blobs = ann.seal(message, peer, { strategy: 'ghost' });
      const copy = { ...packetExamples['ghost-copy'], ...about, recipient: 'ghost', strategy: 'ghost', sequence: 1 };
      expect((await send(sender, 'POST', '/relay/packets', encode(copy, blobs))).statusCode).toBe(201);
    }
    const heard = network.views.court.entries.filter(({ type }) => type === 'opened').map(({ message }) => message);
    expect(heard).toEqual(['of-ann']);
    const no = 'the directory has no valid key of its sender';
    expect(services.rejected).toEqual([`of-ben: ${no}`, `of-eve: ${no}`]);
  });

  test.each<[string, object | Uint8Array]>([
    ['no period', { order: 'o', account: 'ann', from: 0 }],
    ['words for times', { order: 'o', account: 'ann', from: '0', to: '9' }],
    ['an unknown key', { order: 'o', account: 'ann', from: 0, to: 9, all: true }],
    ['bytes', new Uint8Array(4)],
  ])('an order with %s is refused, and the court asks for nothing', async (_, order) => {
    await start({ name: 'escrow', escrow: 'sole' });
    const before = crossings();
    expect((await send('court', 'POST', '/court/orders', order)).statusCode).toBeOneOf([400, 415]);
    expect(crossings()).toBe(before);
  });
});

describe('orders with a demand', () => {
  const ordered = (order: string, demand: string) =>
    send('court', 'POST', '/court/orders', { order, account: 'ann', from: 0, to: 99, demand });
  const envelope = (message: string) =>
    encode({ ...packetExamples.envelope, message, sender: 'ann', recipient: 'ben' }, {});
  const records = async (order: string) =>
    JSON.parse((await send('court', 'GET', `/court/orders/${order}/records`)).body);

  test('what the services cannot produce they refuse in one sentence, and the court gets nothing', async () => {
    for (const [demand, why] of [
      ['stored', 'messages are sealed on the devices, and none that could be opened is kept'],
      ['real-time', 'messages are sealed on the devices, and the service has no key to them'],
    ] as const) {
      const reply = await ordered(`o-${demand}`, demand);
      expect([reply.statusCode, JSON.parse(reply.body)]).toEqual([
        201,
        { order: `o-${demand}`, state: 'new', refusal: why },
      ]);
    }
    await send('ann', 'POST', '/relay/packets', envelope('m1'));
    expect(network.views.court.entries.map(({ type }) => type)).toEqual(['order-answer', 'order-answer']);
    expect(await store.orders.get('o-stored')).toBeUndefined();
  });

  test('metadata: records of what is sent from then on, and no content', async () => {
    await send('ann', 'POST', '/relay/packets', envelope('before'));
    expect(JSON.parse((await ordered('o', 'metadata')).body)).toEqual({ order: 'o', state: 'new' });
    await send('ann', 'POST', '/relay/packets', envelope('m1'));
    const { records: found, more, dropped } = await records('o');
    expect([found.length, more, dropped]).toEqual([1, false, 0]);
    expect(found[0]).toMatchObject({ order: 'o', message: 'm1', sender: 'ann', recipient: 'ben', bytes: 0 });
    // It is no order for content: the court's other endpoint knows nothing of it.
    expect(await store.orders.get('o')).toBeUndefined();
    expect((await ordered('o', 'metadata')).statusCode).toBe(200);
    expect((await ordered('o', 'stored')).statusCode).toBe(409);
    expect((await send('court', 'GET', '/court/orders/none/records')).statusCode).toBe(404);
  });

  test('real time and stored content, where there is escrow: what each may read of the store is on record', async () => {
    await start({ name: 'escrow', escrow: 'sole' });
    await send('ann', 'POST', '/relay/packets', envelope('before'));
    expect((await ordered('stored', 'stored')).statusCode).toBe(201);
    expect((await ordered('live', 'real-time')).statusCode).toBe(201);
    await send('ann', 'POST', '/relay/packets', envelope('m1'));
    // Logical time: the first message arrived at 12, and what is in force begins behind it.
    expect(await store.orders.get('stored')).toMatchObject({ from: 0, to: 99 });
    expect(await store.orders.get('live')).toMatchObject({ from: 13, to: 99 });
  });

  test('another demand than the three is refused before it reaches the services', async () => {
    const before = crossings();
    expect((await ordered('o', 'everything')).statusCode).toBe(400);
    expect(crossings()).toBe(before);
  });
});

describe('who may do what', () => {
  const order = { order: 'o', account: 'ann', from: 0, to: 9 };
  const registration = { account: 'new', publicKey: '11'.repeat(32) };
  const acknowledgement = { packets: [{ sender: 'ann', message: 'm', type: 'envelope' }] };
  /** Every endpoint with a request that succeeds, and the callers that it answers. */
  const table: [Method, string, Uint8Array | object | undefined, ('device' | Caller)[]][] = [
    ['POST', '/accounts', registration, ['stranger']],
    ['GET', '/set-up', undefined, ['device']],
    ['POST', '/relay/packets', encode(byAnn('envelope'), {}), ['device']],
    ['POST', '/provider/packets', encode(byAnn('flag'), {}), ['device']],
    ['GET', '/mailbox', undefined, ['device']],
    ['POST', '/mailbox/acknowledgements', acknowledgement, ['device']],
    ['POST', '/provider/reviews', undefined, ['provider']],
    ['POST', '/court/orders', order, ['court']],
    ['GET', '/court/orders/:order/records'.replace(':order', 'watched'), undefined, ['court']],
  ];
  const kinds = ['nobody', 'stranger', 'device', 'provider', 'court'] as const;
  beforeEach(async () => {
    await services.serve({ id: 'watched', account: 'ann', from: 0, to: 9, demand: 'metadata' });
  });

  test('the table is whole', async () => {
    const known: string[] = [];
    const other = createServer({});
    other.addHook('onRoute', ({ method, url }) => {
      if (method !== 'HEAD') known.push(`${String(method)} ${url}`);
    });
    const perMinute = { known: 1, others: 1 };
    await other.register(roleService, { deployed: () => deployed, packetBytes, perMinute, now: () => clock });
    const paths = table.map(([method, url]) => `${method} ${url.replace('watched', ':order')}`);
    expect(known.sort()).toEqual(paths.sort());
    await other.close();
  });

  describe.each(table)('%s %s', (method, url, body, allowed) => {
    test.each(kinds)('by %s', async (kind) => {
      const before = crossings();
      const by = kind === 'nobody' ? undefined : kind === 'device' ? 'ann' : kind;
      const { statusCode } = await send(by, method, url, body);
      if (kind !== 'nobody' && allowed.includes(kind)) expect(statusCode).toBeOneOf([200, 201, 204]);
      // A device is known, so that it is told that its name is taken; a role that it is not for it.
      else if (url === '/accounts' && kind === 'device') expect(statusCode).toBe(409);
      else expect(statusCode).toBe(kind === 'nobody' || kind === 'stranger' ? 401 : 403);
      if (statusCode >= 400) expect([crossings(), await services.deliver(), services.tips]).toEqual([before, [], []]);
    });
  });

  test('a set-up is fetched for the own account only', async () => {
    expect((await send('ann', 'GET', '/set-up?account=ben')).statusCode).toBe(403);
  });

  test('a request is taken once, in its own deployment, and at its time', async () => {
    const parts = { method: 'POST', authority: host, target: '/at/one/provider/reviews', body: new Uint8Array(0) };
    const again = signRequest(parts, keys.provider, { created: clock, nonce: random(16) });
    const late = signRequest(parts, keys.provider, { created: clock - 61, nonce: random(16) });
    const by = async (headers: object) =>
      (await app.inject({ method: 'POST', url: parts.target, headers: { host, ...headers } })).statusCode;
    expect([await by(again), await by(again), await by(late)]).toEqual([204, 401, 401]);
    expect((await send('provider', 'POST', '/provider/reviews', undefined, 'two')).statusCode).toBe(404);
  });

  test('there is room for so many accounts', async () => {
    expect((await send('eve', 'POST', '/accounts', { ...registration, account: 'eve' })).statusCode).toBe(201);
    expect((await send('stranger', 'POST', '/accounts', registration)).statusCode).toBe(507);
  });
});

test('nonces are remembered until their requests are too old, and no longer', async () => {
  const { nonces, prune } = memoryStore();
  const use = (nonce: string, expires: number) => nonces.use({ key: 'k', nonce, expires });
  expect([await use('a', 10), await use('b', 20)]).toEqual([true, true]);
  await prune(10);
  expect(await use('a', 10)).toBe(false);
  await prune(11);
  expect([await use('a', 20), await use('b', 20)]).toEqual([true, false]);
});
