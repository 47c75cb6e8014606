/** The services: what is answered, to whom, and what becomes of requests that are old, repeated, changed, too large or too many. */
import { randomBytes } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentDigest } from '../../src/client/signature.ts';
import { frank, verifyFranking } from '../../src/crypto/franking.ts';
import { decode, type Packet } from '../../src/role/wire.ts';
import { clockSeconds } from '../../src/server/auth/authenticate.ts';
import { jsonBytes, packetBytes } from '../../src/server/limits.ts';
import { securityHeaders } from '../../src/server/security.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { unframe } from '../../src/util/framing.ts';
import { toHex } from '../../src/util/hex.ts';
import {
  envelope,
  host,
  type Plain,
  packetOf,
  type SentRequest,
  type ServiceWorld,
  serviceWorld,
  voucher,
} from './service-world.ts';
import { tip } from './tip.ts';

const lines: string[] = [];
let world: ServiceWorld;
beforeAll(async () => {
  world = await serviceWorld({ log: { write: (line) => void lines.push(line) }, mailboxBytes: 3 * packetBytes });
});
afterAll(() => world.close());

const as = (who: string) => (plain: Plain, spoil?: (request: SentRequest) => SentRequest) =>
  world.send(world.keys[who], plain, spoil);
const post = (who: string, url: string, body: unknown) => as(who)({ method: 'POST', url, body });
const names = (...messages: string[]) => ({
  packets: messages.map((message) => ({ sender: 'alice', message, type: 'envelope' })),
});
function pageOf(reply: LightMyRequestResponse): { packets: Packet[]; more: boolean } {
  expect(reply.statusCode, reply.body).toBe(200);
  const framed = unframe(reply.rawPayload);
  if (!framed.ok) throw new Error(framed.reason);
  const packets = Object.values(framed.blobs).map((bytes) => {
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(decoded.reason);
    return decoded.packet;
  });
  return { packets, more: (framed.header as { more: boolean }).more };
}
const messagesOf = (reply: LightMyRequestResponse): string[] =>
  pageOf(reply).packets.map(({ header }) => header.message);
const oneSentence = (reply: LightMyRequestResponse): void => {
  const { error, ...rest } = reply.json() as { error: string };
  expect(rest).toEqual({});
  expect(error.length).toBeGreaterThan(10);
  expect(error).not.toMatch(/\n| at .*\.ts|\/work|\/tmp|\bpg\b|postgres/i);
  expect(reply.headers).toMatchObject(securityHeaders);
};

describe('messages', () => {
  test('wait for their recipient, and go when it acknowledges them', async () => {
    for (const id of ['a1', 'a2', 'a3']) expect((await post('alice', '/messages', envelope(id))).statusCode).toBe(201);
    const again = await post('alice', '/messages', envelope('a2'));
    expect([again.statusCode, again.json()]).toEqual([200, { message: 'a2', state: 'known' }]);
    const first = await as('bob')({ url: '/mailbox?most=2' });
    expect(messagesOf(first)).toEqual(['a1', 'a2']);
    expect(pageOf(first).more).toBe(true);
    expect(messagesOf(await as('bob')({ url: '/mailbox' }))).toEqual(['a1', 'a2', 'a3']);
    const done = await post('bob', '/mailbox/acknowledgements', names('a1', 'a2', 'never'));
    expect(done.json()).toEqual({ acknowledged: 2 });
    expect(messagesOf(await as('bob')({ url: '/mailbox' }))).toEqual(['a3']);
    expect((await post('alice', '/messages', envelope('a1'))).json().state).toBe('known');
    expect(messagesOf(await as('bob')({ url: '/mailbox' }))).toEqual(['a3']);
    await post('bob', '/mailbox/acknowledgements', names('a3'));
  });

  test('of a mailbox are for its owner: others read nothing there, and acknowledge nothing', async () => {
    await post('alice', '/messages', envelope('b1'));
    expect(messagesOf(await as('alice')({ url: '/mailbox' }))).toEqual([]);
    expect((await post('alice', '/mailbox/acknowledgements', names('b1'))).json()).toEqual({ acknowledged: 0 });
    expect(messagesOf(await as('bob')({ url: '/mailbox' }))).toEqual(['b1']);
    await post('bob', '/mailbox/acknowledgements', names('b1'));
  });

  test('with a franking tag are stamped as the relay stamps them', async () => {
    const [plaintext, frankingKey] = [utf8('a picture'), new Uint8Array(32).fill(9)];
    const tag = frank(plaintext, frankingKey);
    await post('alice', '/messages', envelope('stamped', {}, { tag }));
    const [packet] = pageOf(await as('bob')({ url: '/mailbox' })).packets as [Packet<'envelope'>];
    const report = { plaintext, frankingKey, tag, stamp: packet.blobs.stamp! };
    expect(verifyFranking(report, packet.header, world.frankingKey)).toBe(true);
    expect(verifyFranking(report, { ...packet.header, sender: 'bob' }, world.frankingKey)).toBe(false);
    await post('bob', '/mailbox/acknowledgements', names('stamped'));
  });

  test.each<[string, Uint8Array, number]>([
    ['by somebody else', envelope('c1', { sender: 'bob', recipient: 'alice' }), 403],
    ['to nobody', envelope('c2', { recipient: 'carol' }), 404],
    ['of another type', voucher('c3'), 400],
    ['without an id', envelope(''), 400],
    ['with an id of zero bytes', envelope('a\u0000b'), 400],
    ['with a long id', envelope('x'.repeat(129)), 400],
    ['with a time that is none', envelope('c4', { sentAt: 1e300 }), 400],
    ['with a name that is none', envelope('c5', { recipient: "bob'; drop table messages; --" }), 400],
    ['with an unknown member', envelope('c6', { plaintext: 'x' }), 400],
    ['that are cut', envelope('c7').subarray(0, 40), 400],
    ['that are nothing', new Uint8Array(4), 400],
    ['that are text', utf8('hello'), 400],
  ])('%s are refused in one sentence', async (_, body, status) => {
    const before = await world.store.messages.waiting();
    const reply = await post('alice', '/messages', body);
    expect(reply.statusCode, reply.body).toBe(status);
    oneSentence(reply);
    expect(await world.store.messages.waiting()).toEqual(before);
  });

  test('under an id that another has are refused, and the first one stays', async () => {
    await post('alice', '/messages', envelope('d1'));
    const other = await post('alice', '/messages', envelope('d1', { sentAt: 6 }));
    expect(other.statusCode).toBe(409);
    oneSentence(other);
    const [packet] = pageOf(await as('bob')({ url: '/mailbox' })).packets as [Packet<'envelope'>];
    expect(packet.header.sentAt).toBe(5);
    await post('bob', '/mailbox/acknowledgements', names('d1'));
  });

  test('of 8 MiB are taken, larger ones are not, and a full mailbox takes none', async () => {
    const large = (id: string, bytes: number) => envelope(id, {}, { ciphertext: new Uint8Array(bytes) });
    const room = packetBytes - envelope('e1', {}, { ciphertext: new Uint8Array(0) }).length - 10;
    expect((await post('alice', '/messages', large('e0', packetBytes))).statusCode).toBe(413);
    for (const id of ['e1', 'e2', 'e3'])
      expect((await post('alice', '/messages', large(id, room))).statusCode).toBe(201);
    const full = await post('alice', '/messages', large('e4', room));
    expect(full.statusCode).toBe(507);
    oneSentence(full);
    const { packets, more } = pageOf(await as('bob')({ url: '/mailbox' }));
    expect([packets.length, more]).toEqual([1, true]);
    await post('bob', '/mailbox/acknowledgements', names('e1', 'e2', 'e3'));
  });
});

describe('requests', () => {
  const inbox: Plain = { url: '/mailbox' };

  test('are taken once, also by another process on the same store', async () => {
    const seen: SentRequest[] = [];
    const keep = (request: SentRequest): SentRequest => {
      seen.push(request);
      return request;
    };
    expect((await as('bob')(inbox, keep)).statusCode).toBe(200);
    const replay = () => world.send(world.keys.bob, inbox, () => seen[0]!);
    const reply = await replay();
    expect(reply.statusCode).toBe(401);
    expect(reply.json().error).toMatch(/made before/);
    await world.store.prune(world.clock);
    expect((await replay()).statusCode).toBe(401);
    world.clock += clockSeconds + 1;
    expect((await replay()).json().error).toMatch(/time/);
    world.clock -= clockSeconds + 1;
  });

  test('that run at the same time with one nonce are taken once', async () => {
    let one: SentRequest | undefined;
    await as('bob')(inbox, (request) => {
      one = request;
      return { ...request, url: '/health', headers: { host } };
    });
    const replies = await Promise.all(Array.from({ length: 8 }, () => world.send(world.keys.bob, inbox, () => one!)));
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(7).fill(401)]);
  });

  test('are refused when their time is off, on both sides', async () => {
    for (const off of [-clockSeconds - 1, clockSeconds + 1]) {
      const sent = as('bob')(inbox, (request) => {
        world.clock += off;
        return request;
      });
      const reply = await sent;
      world.clock -= off;
      expect(reply.statusCode, `${off}`).toBe(401);
      oneSentence(reply);
    }
    for (const off of [-clockSeconds, clockSeconds]) {
      const reply = await as('bob')(inbox, (request) => {
        world.clock += off;
        return request;
      });
      world.clock -= off;
      expect(reply.statusCode, `${off}`).toBe(200);
    }
  });

  test.each<[string, (request: SentRequest) => SentRequest]>([
    ['its body', (request) => ({ ...request, payload: envelope('g2') })],
    [
      'its body and digest',
      (request) => {
        const payload = envelope('g2');
        return { ...request, payload, headers: { ...request.headers, 'content-digest': contentDigest(payload) } };
      },
    ],
    ['its path', (request) => ({ ...request, url: '/vouchers' })],
    ['its query', (request) => ({ ...request, url: '/messages?x=1' })],
    ['its host', (request) => ({ ...request, headers: { ...request.headers, host: '127.0.0.1:8642' } })],
    [
      'its key',
      (request) => ({
        ...request,
        headers: {
          ...request.headers,
          'signature-input': request.headers['signature-input']!.replace(
            toHex(world.keys.alice!.publicKey),
            toHex(world.keys.bob!.publicKey),
          ),
        },
      }),
    ],
    ['its signature, away', ({ headers: { signature: _, ...headers }, ...request }) => ({ ...request, headers })],
  ])('are refused when somebody changes %s on the way', async (_, spoil) => {
    const before = await world.store.messages.waiting();
    const reply = await as('alice')({ method: 'POST', url: '/messages', body: envelope('g1') }, spoil);
    expect(reply.statusCode).toBe(401);
    oneSentence(reply);
    expect(await world.store.messages.waiting()).toEqual(before);
  });

  test('whose body was changed leave the nonce to the one who signed it', async () => {
    let one: SentRequest | undefined;
    const plain: Plain = { method: 'POST', url: '/messages', body: envelope('h1') };
    await as('alice')(plain, (request) => {
      one = request;
      return { ...request, payload: envelope('h2') };
    });
    expect((await world.send(world.keys.alice, plain, () => one!)).statusCode).toBe(201);
    await post('bob', '/mailbox/acknowledgements', names('h1'));
  });

  test('with a query or path that fits no schema get 400', async () => {
    for (const url of ['/mailbox?most=0', '/mailbox?most=999', '/mailbox?all=1', '/mailbox?most=1&most=2'])
      expect((await as('bob')({ url })).statusCode, url).toBe(400);
    for (const url of ['/log/inclusion?place=5&size=9', '/log/consistency?first=2&second=1', '/log/inclusion'])
      expect((await as('bob')({ url })).statusCode, url).toBe(400);
    expect((await as('court')({ url: '/orders/%00/messages' })).statusCode).toBe(400);
    expect((await as('provider')({ url: '/lists/-1' })).statusCode).toBe(400);
    expect((await as('provider')({ url: '/lists/7' })).statusCode).toBe(404);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'x'])(
    'of type %s get 415',
    async (type) => {
      const reply = await as('provider')({
        method: 'POST',
        url: '/tips',
        body: tip(),
        headers: { 'content-type': type },
      });
      expect(reply.statusCode).toBe(415);
      oneSentence(reply);
    },
  );
});

test.each(['/messages', '/vouchers', '/lists'])(
  '%s takes packets as bytes alone, however they are dressed up',
  async (url) => {
    const who = url === '/lists' ? 'curator' : 'alice';
    const dressed = {
      packet: { header: { type: 'envelope', message: 'x', sender: 'alice', recipient: 'bob', sentAt: 1 } },
    };
    const before = await world.store.messages.waiting();
    for (const plain of [
      { body: dressed },
      { body: { ...dressed, bytes: { length: 3 } } },
      {},
      { body: envelope('z1'), headers: { 'content-type': '' } },
      { body: envelope('z2'), headers: { 'content-type': 'application/json' } },
    ]) {
      const reply = await as(who)({ method: 'POST', url, ...plain });
      expect([400, 415]).toContain(reply.statusCode);
      oneSentence(reply);
    }
    expect(await world.store.messages.waiting()).toEqual(before);
  },
);

describe('accounts', () => {
  test('are one name for one key', async () => {
    const [keys, other] = [world.newKeys(), world.newKeys()];
    const register = (by: typeof keys, account: unknown) =>
      world.send(by, { method: 'POST', url: '/accounts', body: { account } });
    expect((await register(keys, 'dora')).statusCode).toBe(201);
    expect((await register(keys, 'dora')).json()).toEqual({ account: 'dora', state: 'known' });
    expect((await register(other, 'dora')).statusCode).toBe(409);
    expect((await register(keys, 'dora2')).statusCode).toBe(409);
    for (const bad of ['', 'Dora', '.x', 'a/b', 'a\u0000', 'x'.repeat(65), 5, null])
      expect((await register(other, bad)).statusCode, String(bad)).toBe(400);
    expect((await world.send(keys, { url: '/mailbox' })).statusCode).toBe(200);
  });
});

describe('the provider', () => {
  test('gets what devices leave for it, and no message', async () => {
    await post('alice', '/messages', envelope('v0'));
    expect((await post('alice', '/vouchers', voucher('v1'))).statusCode).toBe(201);
    expect((await post('alice', '/vouchers', envelope('v2'))).statusCode).toBe(400);
    expect((await post('bob', '/vouchers', voucher('v3'))).statusCode).toBe(403);
    const { packets } = pageOf(await as('provider')({ url: '/vouchers' }));
    expect(packets.map(({ header }) => [header.type, header.message])).toEqual([['voucher', 'v1']]);
    const done = await post('provider', '/vouchers/acknowledgements', {
      packets: [{ sender: 'alice', message: 'v1', type: 'voucher' }],
    });
    expect(done.json()).toEqual({ acknowledged: 1 });
    expect(pageOf(await as('provider')({ url: '/vouchers' })).packets).toEqual([]);
    await post('bob', '/mailbox/acknowledgements', names('v0'));
  });

  test('gets a user’s report from who received the message', async () => {
    const header = { type: 'user-report', message: 'u1', strategy: 't', sequence: 0, sentAt: 1 };
    const report = packetOf({ ...header, sender: 'alice', recipient: 'bob' }, { plaintext: utf8('x') });
    expect((await post('alice', '/vouchers', report)).statusCode).toBe(403);
    expect((await post('bob', '/vouchers', report)).statusCode).toBe(201);
  });
});

describe('the court', () => {
  test('reads what its order names, delivered or not, and nothing else', async () => {
    const escrow = { escrow: new Uint8Array(80) };
    const send = (id: string, sentAt: number, blobs = {}) =>
      post('alice', '/messages', envelope(id, { sentAt }, blobs));
    await send('o1', 10, escrow);
    await send('o2', 11, escrow);
    await send('o3', 12, escrow);
    await send('o4', 11);
    await post('bob', '/messages', envelope('o5', { sender: 'bob', recipient: 'alice', sentAt: 11 }, escrow));
    await post('bob', '/mailbox/acknowledgements', names('o1', 'o2', 'o3', 'o4'));
    await post('court', '/orders', { order: 'x/1', account: 'alice', from: 10, to: 11 });
    const url = '/orders/x%2F1/messages';
    const { packets } = pageOf(await as('court')({ url }));
    expect(packets.map(({ header }) => header)).toMatchObject([
      { type: 'returned', order: 'x/1', message: 'o1', sender: 'alice', sentAt: 10 },
      { type: 'returned', order: 'x/1', message: 'o2', sender: 'alice', sentAt: 11 },
    ]);
    expect(packets[0]!.blobs.escrow).toEqual(Buffer.alloc(80));
    expect(messagesOf(await as('court')({ url: `${url}?skip=1` }))).toEqual(['o2']);
    expect((await as('court')({ url: '/orders/x2/messages' })).statusCode).toBe(404);
    const wider = await post('court', '/orders', { order: 'x/1', account: 'alice', from: 0, to: 99 });
    expect(wider.statusCode).toBe(409);
  });
});

describe('reports', () => {
  test('are kept once and read in order', async () => {
    const replies = await Promise.all(['t1', 't2', 't3'].map((id) => post('provider', '/tips', tip(id))));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    expect((await post('provider', '/tips', tip('t2'))).statusCode).toBe(200);
    const conflict = { ...tip('t2'), reporter: { service: 'other', strategy: 'x' } };
    expect((await post('provider', '/tips', conflict)).statusCode).toBe(409);
    const { tips } = (await as('curator')({ url: '/tips' })).json() as { tips: { number: number; tip: unknown }[] };
    expect(tips.map((each) => each.tip)).toEqual(['t1', 't2', 't3'].map(tip));
    expect((await as('curator')({ url: `/tips?after=${tips[1]!.number}` })).json().tips).toEqual([tips[2]]);
  });

  const { files: _, ...incomplete } = tip();
  test.each<[string, string | object, RegExp]>([
    ['a missing part', incomplete, /files/],
    ['no file', { ...tip(), files: [] }, /files/],
    ['an unknown key', { ...tip(), picture: 'AAAA' }, /unknown key picture/],
    ['a picture in a file', { ...tip(), files: [{ ...tip().files[0], data: 'AAAA' }] }, /unknown key data/],
    ['no test', { ...tip(), test: false }, /test/],
    ['an id of zero bytes', tip('a\u0000'), /reportId/],
    ['half a character for an id', tip('\ud800'), /reportId/],
    ['a number as text', { ...tip(), schemaVersion: '1' }, /schemaVersion/],
    ['a list', [tip()], /object/],
    ['null', 'null', /object/],
    ['no JSON', '{"schemaVersion":', /JSON/],
    ['a prototype', '{"__proto__":{"polluted":true}}', /./],
    ['a constructor', '{"constructor":{"prototype":{"polluted":true}}}', /./],
    ['deep nesting', '['.repeat(20_000) + ']'.repeat(20_000), /./],
  ])('with %s get 400 and one sentence, and are not kept', async (_name, body, sentence) => {
    const before = await world.store.reports.count();
    const bytes = utf8(typeof body === 'string' ? body : JSON.stringify(body));
    const reply = await as('provider')({
      method: 'POST',
      url: '/tips',
      body: bytes,
      headers: { 'content-type': 'application/json' },
    });
    expect(reply.statusCode, reply.body).toBe(400);
    oneSentence(reply);
    expect(reply.json().error).toMatch(sentence);
    expect(await world.store.reports.count()).toBe(before);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('that are too large get 413', async () => {
    const reply = await post('provider', '/tips', { ...tip(), reportId: 'x'.repeat(jsonBytes) });
    expect(reply.statusCode).toBe(413);
    oneSentence(reply);
  });
});

test('lists that are not what they say are refused', async () => {
  const header = { type: 'list', message: '', version: 1, root: '00'.repeat(32) };
  const reply = await post('curator', '/lists', packetOf(header, { list: new Uint8Array(randomBytes(100)) }));
  expect(reply.statusCode).toBe(400);
  oneSentence(reply);
});

test('metrics count, and name nobody', async () => {
  const { body, headers } = await world.send(undefined, { url: '/metrics' });
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(body).toMatch(/^presend_requests_total\{method="POST",route="\/messages",status="201"\} \d+$/m);
  expect(body).toMatch(/^presend_messages_waiting \d+$/m);
  for (const line of body.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) presend_\w+ .+|presend_\w+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+)$/);
  expect(body).not.toMatch(/alice|bob/);
});

test('the log has routes and statuses, and no account, id, key, address or content', async () => {
  await post('alice', '/messages', envelope('secret-id', {}, { ciphertext: utf8('secret content') }));
  const text = lines.join('');
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expect(Object.keys(JSON.parse(line)).sort()).toContain('level');
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    route: '/messages',
    method: 'POST',
    status: 201,
    caller: 'account',
  });
  for (const word of [
    'alice',
    'bob',
    'secret',
    '127.0.0.1',
    'x%2F1',
    ...Object.values(world.keys).map((key) => toHex(key.publicKey)),
  ])
    expect(text.includes(word), word).toBe(false);
});

describe('the description', () => {
  test('is a page that loads nothing', async () => {
    const { body, headers } = await world.send(undefined, { url: '/api' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(body).toContain('<code>POST /mailbox/acknowledgements</code>');
    expect(body).not.toMatch(/<script|src=|url\(|https?:\/\//);
  });

  test('is an OpenAPI document that says what is signed', async () => {
    const document = (await world.send(undefined, { url: '/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths['/mailbox'].get.security).toEqual([{ signature: [] }]);
    expect(document.paths['/health'].get.security).toBeUndefined();
    expect(Object.keys(document.paths['/messages'].post.requestBody.content)).toEqual(['application/octet-stream']);
    expect(document.paths['/tips'].post.requestBody.content['application/json'].schema.required).toContain('reportId');
  });
});

test('too many requests are refused: by key where it is known, else by address', async () => {
  const small = await serviceWorld({ perMinute: { known: 5, others: 3 } });
  const status = async (who: string | undefined, remoteAddress = '127.0.0.1') =>
    (await small.send(who === undefined ? undefined : small.keys[who], { url: '/log/head', remoteAddress })).statusCode;
  const many = async (count: number, who?: string, from?: string) => {
    const all: number[] = [];
    for (let i = 0; i < count; i++) all.push(await status(who, from));
    return all;
  };
  expect(await many(6, 'alice')).toEqual([200, 200, 200, 200, 200, 429]);
  expect(await many(5, 'bob')).toEqual([200, 200, 200, 200, 200]);
  expect(await many(4)).toEqual([200, 200, 200, 429]);
  expect(await status('stranger')).toBe(429);
  expect(await status(undefined, '192.0.2.1')).toBe(200);
  const limited = await small.send(small.keys.alice, { url: '/log/head' });
  expect(limited.headers['retry-after']).toBeDefined();
  expect(limited.json()).toEqual({ error: 'Too many requests; try again in a minute' });
  await small.close();
});

test('a store that does not answer is said, without why', async () => {
  const down = await serviceWorld();
  await down.store.close();
  const health = await down.send(undefined, { url: '/health' });
  expect([health.statusCode, health.json()]).toEqual([503, { error: 'The store does not answer' }]);
  const mailbox = await down.send(down.keys.bob, { url: '/mailbox' });
  expect([mailbox.statusCode, mailbox.json()]).toEqual([500, { error: 'The server failed' }]);
  await down.app.close();
});
