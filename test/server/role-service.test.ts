/** The routes of a deployment's services: what they take, what they refuse and why, and that nothing passes beside authentication. */
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Design } from '../../src/role/design.ts';
import { Device } from '../../src/role/device.ts';
import { House } from '../../src/role/house.ts';
import { Services } from '../../src/role/services.ts';
import { type Draft, decode, encode } from '../../src/role/wire.ts';
import type { PacketType } from '../../src/schema/packet.ts';
import { octets, readMail, readSetUp } from '../../src/server/http-frames.ts';
import { type PacketBody, packetLimit, type RoleServiceOptions, roleService } from '../../src/server/role-service.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';
import { packetExamples } from '../helpers/examples.ts';
import { type SmallWorld, smallWorld } from '../helpers/world.ts';

let world: SmallWorld;
let house: House;
let services: Services;
let app: FastifyInstance;
let atStart = 0;

function start(design: Design, more: Partial<RoleServiceOptions> = {}): void {
  world = smallWorld();
  house = new House();
  services = new Services(house, world, design);
  atStart = 0;
  atStart = crossings();
  app = Fastify();
  app.register(roleService, { services, ...more });
}
beforeEach(() => start({ name: 'e2ee' }));
afterEach(() => app.close());

const send = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: Uint8Array | object, headers = {}) => {
  const bytes = payload instanceof Uint8Array ? Buffer.from(payload) : payload;
  const type = payload instanceof Uint8Array ? { 'content-type': octets } : {};
  return app.inject({ method, url, payload: bytes, headers: { ...type, ...headers } } as InjectOptions);
};
const post = (desk: string, draft: Draft, blobs = {}) => send('POST', `/${desk}/packets`, encode(draft, blobs));
const errorOf = (reply: { readonly body: string }): string => (JSON.parse(reply.body) as { error: string }).error;
/** What everybody saw since the services were set up. */
const crossings = (): number =>
  Object.values(house.views).reduce((sum, { sightings }) => sum + sightings.length, -atStart);

describe('packets', () => {
  const desks: Partial<Record<PacketType, 'relay' | 'provider'>> = {
    envelope: 'relay',
    clear: 'relay',
    'ghost-copy': 'relay',
    'hash-upload': 'provider',
    'prefix-query': 'provider',
    'bucket-query': 'provider',
    'blinded-query': 'provider',
    'blinded-distances': 'provider',
    voucher: 'provider',
    flag: 'provider',
    'user-report': 'provider',
  };
  test.each(Object.keys(packetExamples) as PacketType[])('%s is taken at its desk, and at no other', async (type) => {
    for (const desk of ['relay', 'provider'] as const) {
      const before = crossings();
      const reply = await post(desk, packetExamples[type]);
      if (desks[type] === desk) {
        expect([200, 204], reply.body).toContain(reply.statusCode);
        const from = type === 'user-report' ? 'recipient' : 'sender';
        expect(house.views[desk].sightings.find(({ message }) => message !== '')).toMatchObject({ from, type });
      } else {
        expect([reply.statusCode, crossings()]).toEqual([400, before]);
        expect(errorOf(reply)).toBe(
          `The request’s packet: the ${desk} takes ${Object.keys(desks)
            .filter((each) => desks[each as PacketType] === desk)
            .join(', ')}, not ${type}`,
        );
      }
    }
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /at least 4 bytes long|empty/i],
    ['noise', new Uint8Array(64).fill(7), /ends inside its header/],
    ['no packet', concatBytes(new Uint8Array([0, 0, 0, 2]), utf8('{}')), /lists no blobs/],
    ['a cut packet', encode(packetExamples.envelope, { ciphertext: new Uint8Array(9) }).subarray(0, -1), /ends inside/],
    ['an unknown key', encode({ ...packetExamples.envelope, x: 1 } as Draft), /fits no packet type/],
  ])('%s is refused in one sentence, and nobody sees it', async (_, bytes, reason) => {
    const reply = await send('POST', '/relay/packets', bytes);
    expect([reply.statusCode, crossings()]).toEqual([400, 0]);
    expect(errorOf(reply)).toMatch(reason);
  });

  test('a packet as JSON, or one that is too large, is none', async () => {
    expect((await send('POST', '/relay/packets', packetExamples.envelope)).statusCode).toBe(400);
    const head = { 'content-type': octets, 'content-length': String(packetLimit + 1) };
    expect((await send('POST', '/relay/packets', undefined, head)).statusCode).toBe(413);
    expect(crossings()).toBe(0);
  });

  test('an answer comes as the packet that it is', async () => {
    const entry = world.list.entries.at(0)!;
    const reply = await post('provider', { ...packetExamples['prefix-query'], bits: 256 }, { prefix: entry.hash });
    const read = decode(new Uint8Array(reply.rawPayload));
    expect(reply.headers['content-type']).toBe(octets);
    expect(read.ok && read.packet.header).toMatchObject({ type: 'prefix-answer', message: 'm1', ids: [entry.id] });
  });
});

describe('mail', () => {
  const envelope = (message: string, recipient: string): Draft<'envelope'> => ({
    ...packetExamples.envelope,
    message,
    recipient,
  });
  const taken = async (query = ''): Promise<string[]> => {
    const reply = await send('POST', `/relay/deliveries${query}`);
    if (reply.statusCode === 204) return [];
    return readMail(new Uint8Array(reply.rawPayload)).map((bytes) => {
      const read = decode(bytes);
      return read.ok ? read.packet.header.message : read.reason;
    });
  };

  test('is taken once, in its order, by recipient and number where these are named', async () => {
    const sent: [string, string][] = [
      ['a', 'ben'],
      ['b', 'dan'],
      ['c', 'ben'],
      ['d', 'ben'],
      ['e', 'dan'],
    ];
    for (const each of sent) await post('relay', envelope(...each));
    expect(await taken('?recipient=eve')).toEqual([]);
    expect(await taken('?recipient=ben&most=2')).toEqual(['a', 'c']);
    expect(await taken('?recipient=ben&most=2')).toEqual(['d']);
    expect(await taken()).toEqual(['b', 'e']);
    expect(await taken()).toEqual([]);
  });

  test.each(['?most=0', '?most=-1', '?most=x', '?recipient=', '?whose=ben'])('%s is refused', async (query) => {
    await post('relay', envelope('a', 'ben'));
    expect((await send('POST', `/relay/deliveries${query}`)).statusCode).toBe(400);
    expect(await taken()).toEqual(['a']);
  });
});

describe('set-up, directory and orders', () => {
  test('public facts come with the packets of the strategy, and no secret', async () => {
    start({ name: 'client-list', listOnDevice: true, escrow: 'sole' });
    const { bulletin, packets } = readSetUp(new Uint8Array((await send('GET', '/set-up?account=ann')).rawPayload));
    expect(bulletin.list).toMatchObject({ algorithm: 'pdq', bits: 256, root: world.list.root });
    expect(bulletin.escrow?.kind).toBe('sole');
    expect(Object.keys(packets)).toEqual(['list']);
    const { escrow, franking } = services.secrets;
    if (escrow?.kind !== 'sole') throw new Error('no escrow');
    const bytes = (await send('GET', '/set-up')).rawPayload;
    for (const secret of [escrow.keys.secretKey, franking]) {
      expect(bytes.includes(Buffer.from(secret))).toBe(false);
      expect(bytes.includes(Buffer.from(secret).toString('hex'))).toBe(false);
    }
  });

  test('a ghost hears who is in the directory with a key that is one; others are noted, and nothing fails', async () => {
    start({ name: 'ghost', ghost: true });
    const ann = new Device('ann', world);
    expect((await send('PUT', '/devices/ann', ann.keys.publicKey)).statusCode).toBe(204);
    expect((await send('PUT', '/devices/eve', new Uint8Array(32))).statusCode).toBe(204);
    expect((await send('PUT', '/devices/ben', new Uint8Array(31))).statusCode).toBe(400);
    expect((await send('PUT', '/devices/ben')).statusCode).toBe(400);
    const orders = ['ann', 'ben', 'eve'].map((account) => ({ id: `o-${account}`, account, from: 0, to: 99 }));
    for (const order of orders) expect((await send('POST', '/court/orders', order)).statusCode).toBe(204);
    for (const sender of ['ann', 'ben', 'eve']) {
      const about = { message: `of ${sender}`, sender, recipient: 'dan' };
      const reply = await post('relay', { ...packetExamples.envelope, ...about });
      const read = decode(new Uint8Array(reply.rawPayload));
      if (!read.ok) throw new Error(read.reason);
      expect(read.packet.header).toMatchObject({ type: 'device-key', account: 'dan' });
      const message = { ...world.messages[0]!, id: about.message, sender, recipient: 'ghost', sequence: 1, sentAt: 12 };
      const blobs = ann.seal(message, read.packet.blobs.key!, { strategy: 'ghost' });
      const copy = { ...packetExamples['ghost-copy'], ...about, recipient: 'ghost', strategy: 'ghost', sequence: 1 };
      expect((await post('relay', copy, blobs)).statusCode).toBe(204);
    }
    const heard = house.views.court.sightings.filter(({ type }) => type === 'opened').map(({ message }) => message);
    expect(heard).toEqual(['of ann']);
    const no = 'the directory has no key of its sender that is one';
    expect(services.rejected).toEqual([`of ben: ${no}`, `of eve: ${no}`]);
  });

  test.each<[string, object | Uint8Array]>([
    ['no period', { id: 'o', account: 'ann', from: 0 }],
    ['words for times', { id: 'o', account: 'ann', from: '0', to: '9' }],
    ['an unknown key', { id: 'o', account: 'ann', from: 0, to: 9, all: true }],
    ['bytes', new Uint8Array(4)],
  ])('an order with %s is refused, and the court asks for nothing', async (_, order) => {
    start({ name: 'escrow', escrow: 'sole' });
    const before = crossings();
    expect((await send('POST', '/court/orders', order)).statusCode).toBe(400);
    expect(crossings()).toBe(before);
  });
});

describe('authentication', () => {
  const routes: [method: 'GET' | 'POST' | 'PUT', url: string, payload?: Uint8Array | object][] = [
    ['PUT', '/devices/ann', new Uint8Array(32)],
    ['GET', '/set-up'],
    ['POST', '/relay/packets', encode(packetExamples.envelope)],
    ['POST', '/provider/packets', encode(packetExamples.flag)],
    ['POST', '/relay/deliveries'],
    ['POST', '/provider/reviews'],
    ['POST', '/court/orders', { id: 'o', account: 'ann', from: 0, to: 9 }],
  ];

  test('the list of routes is whole', async () => {
    const known: string[] = [];
    const other = Fastify();
    other.addHook('onRoute', ({ method, url }) => {
      if (method !== 'HEAD') known.push(`${String(method)} ${url}`);
    });
    await other.register(roleService, { services });
    await other.ready();
    const listed = routes.map(([method, url]) => `${method} ${url.replace('/ann', '/:account')}`);
    expect(known.sort()).toEqual(listed.sort());
    await other.close();
  });

  test.each(routes)('%s %s asks it first, and does nothing where it refuses', async (method, url, payload) => {
    start(
      { name: 'e2ee' },
      { authenticate: async (_, reply) => void (await reply.code(401).send({ error: 'Expected a signature' })) },
    );
    const before = crossings();
    expect((await send(method, url, payload)).statusCode).toBe(401);
    expect([crossings(), services.deliver(), services.tips]).toEqual([before, [], []]);
  });

  test('it is shown the packet, decoded, beside its bytes', async () => {
    const shown: PacketBody[] = [];
    start(
      { name: 'e2ee' },
      {
        authenticate: async ({ body }) => {
          shown.push(body as PacketBody);
        },
      },
    );
    expect((await post('relay', packetExamples.envelope)).statusCode).toBe(204);
    expect(shown.map(({ packet }) => packet.header)).toEqual([{ ...packetExamples.envelope, blobs: {} }]);
    expect(shown.map(({ bytes }) => bytes)).toEqual([encode(packetExamples.envelope)]);
  });
});
