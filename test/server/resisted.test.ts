/** What was pushed hard and held, as tests: requests moved, repeated, late, for others, out of the folder, with markup, from other pages, slow. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { createServer } from '../../src/server/http-server.ts';
import { envelope, host, type Plain, type SentRequest } from './service-world.ts';
import { oneSentence, testedServices } from './tested-services.ts';

const { world, as, post } = testedServices();
const mailbox = { url: '/mailbox' };

/** A signed request as it would have been sent. */
async function overheard(who: string, plain: Plain = mailbox): Promise<SentRequest> {
  let kept: SentRequest | undefined;
  await as(who)(plain, (request) => {
    kept = request;
    // The nonce is not used up: what is sent in its place is another request.
    return { ...request, method: 'GET', url: '/health', payload: new Uint8Array(0), headers: { host } };
  });
  return kept!;
}

describe('resisted: signature transplants', () => {
  const message: Plain = { method: 'POST', url: '/relay/packets', body: envelope('moved') };
  test.each<[string, string, Plain, (request: SentRequest) => SentRequest]>([
    ['to another method', 'provider', { url: '/provider/packets' }, (request) => ({ ...request, method: 'POST' })],
    ['to another path', 'provider', { url: '/provider/packets' }, (request) => ({ ...request, url: '/mailbox' })],
    ['to another query', 'bob', mailbox, (request) => ({ ...request, url: '/mailbox?most=1' })],
    [
      'to another host',
      'bob',
      mailbox,
      (request) => ({ ...request, headers: { ...request.headers, host: '127.0.0.1:1' } }),
    ],
    ['to another body', 'alice', message, (request) => ({ ...request, payload: envelope('other') })],
    ['to no body', 'alice', message, (request) => ({ ...request, payload: new Uint8Array(0) })],
  ])('%s', async (_, who, plain, spoil) => {
    const request = await overheard(who, plain);
    const reply = await world().send(world().keys[who], plain, () => spoil(request));
    expect([401, 415]).toContain(reply.statusCode);
    oneSentence(reply);
  });
});

test('resisted: of 20 parallel replays one is taken', async () => {
  const request = await overheard('bob');
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => world().send(world().keys.bob, mailbox, () => request)),
  );
  expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(19).fill(401)]);
});

test('resisted: 60 seconds are in time, 61 are not, on both sides', async () => {
  for (const [off, status] of [
    [60, 200],
    [-60, 200],
    [61, 401],
    [-61, 401],
  ] as const) {
    const request = await overheard('bob');
    world().clock += off;
    const reply = await world().send(world().keys.bob, mailbox, () => request);
    world().clock -= off;
    expect(reply.statusCode, `${off}`).toBe(status);
  }
});

test('resisted: an account reads, acknowledges and speaks for nobody else', async () => {
  expect((await post('alice', '/relay/packets', envelope('r1'))).statusCode).toBe(201);
  const names = { packets: [{ sender: 'alice', message: 'r1', type: 'envelope' }] };
  expect((await as('alice')(mailbox)).body).not.toContain('sealed r1');
  expect((await as('stranger')(mailbox)).statusCode).toBe(401);
  for (const who of ['provider', 'curator', 'court']) expect((await as(who)(mailbox)).statusCode, who).toBe(403);
  expect((await post('alice', '/mailbox/acknowledgements', names)).json()).toEqual({ acknowledged: 0 });
  expect((await post('bob', '/relay/packets', envelope('r2'))).statusCode).toBe(403);
  expect((await as('bob')(mailbox)).body).toContain('sealed r1');
});

describe('resisted: paths and names of runs', () => {
  const root = mkdtempSync(join(tmpdir(), 'presend-resisted-'));
  const runs = join(root, 'runs');
  mkdirSync(join(runs, 'empty'), { recursive: true });
  writeFileSync(join(root, 'secret.json'), 'outside');
  symlinkSync(root, join(runs, 'out'));
  symlinkSync(join(root, 'secret.json'), join(runs, 'empty', 'metrics.json'));
  const app = createApp({ folder: runs });
  afterAll(async () => {
    await app.close();
    rmSync(root, { recursive: true, force: true });
  });
  const get = (url: string, headers = {}) => app.inject({ url, headers: { host: 'localhost', ...headers } });

  test.each([
    '/runs/../secret.json',
    '/runs/..%2fsecret.json',
    '/runs/%2e%2e/secret.json',
    '/runs/%2e%2e%2fsecret.json/metrics.json',
    '/runs/..%5csecret.json',
    '/runs/empty/..%2f..%2fsecret.json',
    '/runs/out/secret.json',
    '/runs/empty/metrics.json',
    '/runs/%00/metrics.json',
    '/runs/empty%00/metrics.json',
    '/runs//etc/passwd',
    '/scripts/..%2f..%2fpackage.json',
  ])('resisted: traversal by %s', async (url) => {
    const reply = await get(url);
    expect(reply.statusCode).toBeGreaterThanOrEqual(400);
    expect(reply.statusCode).toBeLessThan(500);
    expect(reply.body).not.toContain('outside');
  });

  test('resisted: names with markup stay text, or are no names', async () => {
    const hostile = [
      '<img src=x onerror=alert(1)>',
      '"><script>alert(1)<',
      "' onload='alert(1)",
      '&lt;b&gt;',
      'javascript:alert(1)',
    ];
    for (const name of hostile) mkdirSync(join(runs, name), { recursive: true });
    for (const url of [
      '/',
      ...hostile.map((name) => `/runs/${encodeURIComponent(name)}`),
      ...hostile.map((name) => `/?search=${encodeURIComponent(name)}`),
    ]) {
      const { body, headers } = await get(url);
      expect(body, url).not.toMatch(/<img src=x|<script>alert|onload='alert/);
      expect(headers['content-security-policy'], url).toContain("default-src 'none'");
      expect(headers['x-content-type-options'], url).toBe('nosniff');
    }
  });

  test('resisted: other pages are told nothing, and simple forms reach nothing', async () => {
    for (const method of ['GET', 'OPTIONS', 'POST'] as const) {
      const headers = {
        host: 'localhost',
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'POST',
      };
      const reply = await app.inject({ method, url: '/runs', headers });
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const sent = {
        method: 'POST',
        url: '/relay/packets',
        headers: { host, 'content-type': type },
        payload: 'a=b',
      } as const;
      const { statusCode } = await world().app.inject(sent);
      expect(statusCode, type).toBeGreaterThanOrEqual(400);
      expect(statusCode, type).toBeLessThan(500);
    }
  });
});

describe('sockets', () => {
  async function listening(
    options: Parameters<typeof createServer>[0],
    work: (port: number, server: Server) => Promise<void>,
  ) {
    const app = createServer(options);
    await app.listen({ port: 0, host: '127.0.0.1' });
    try {
      await work((app.server.address() as AddressInfo).port, app.server);
    } finally {
      await app.close();
    }
  }

  test('resisted: slow sockets hold nobody up, and are cut in time', async () => {
    await listening({}, async (port, server) => {
      Object.assign(server, { requestTimeout: 1000, headersTimeout: 1000 });
      const slow = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'));
      const answers = slow.map(async (socket) => {
        let text = '';
        socket.on('data', (piece: Buffer) => (text += piece)).on('error', () => undefined);
        socket.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\nx: ');
        await once(socket, 'close');
        return text;
      });
      const quick = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } });
      expect(quick.status).toBe(200);
      for (const text of await Promise.all(answers)) expect(text).toMatch(/^HTTP\/1\.1 408 .*in time"}$/s);
    });
  }, 30_000);

  test('audit: more connections than the limit are closed at once, and host that is free again is given', async () => {
    await listening({ connections: 3 }, async (port) => {
      const held = [1, 2, 3].map(() => connect(port, '127.0.0.1'));
      await Promise.all(held.map((socket) => once(socket, 'connect')));
      const more = connect(port, '127.0.0.1').on('error', () => undefined);
      await once(more, 'close');
      for (const socket of held) expect(socket.destroyed).toBe(false);
      held[0]!.destroy();
      await expect
        .poll(async () =>
          fetch(`http://127.0.0.1:${port}/metrics`).then(
            ({ status }) => status,
            () => 0,
          ),
        )
        .toBe(200);
      for (const socket of held) socket.destroy();
    });
  });
});

test('audit: what came through a proxy is not from this machine, whatever its address', async () => {
  const urls = ['/demo', '/', '/metrics', '/demo/pictures'];
  for (const [name, value] of [
    ['forwarded', 'for=192.0.2.1'],
    ['x-forwarded-for', '192.0.2.1'],
    ['x-forwarded-proto', 'https'],
    ['x-real-ip', '192.0.2.1'],
    ['via', '1.1 proxy'],
  ] as const)
    for (const url of urls) {
      const reply = await world().send(undefined, { url, headers: { [name]: value } });
      expect(reply.statusCode, `${name} ${url}`).toBe(403);
      oneSentence(reply);
    }
  const opening = {
    method: 'POST',
    url: '/demo/sessions',
    body: {},
    headers: { 'x-forwarded-for': '192.0.2.1' },
  } as const;
  expect((await as('stranger')(opening)).statusCode).toBe(403);
  // The services are for everybody who signs.
  expect((await as('bob')({ ...mailbox, headers: { 'x-forwarded-for': '192.0.2.1' } })).statusCode).toBe(200);
});

test('audit M1: JSON that lies deep is refused before it is parsed, and hostile JSON costs little', async () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['deep arrays', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['deep objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['many items', `{"packets":[${'0,'.repeat(30_000)}0]}`],
    ['many names', `{${Array.from({ length: 6000 }, (_, i) => `"${i}":0`).join(',')}}`],
    ['many packets that do not fit', `{"packets":[${'{"a":1},'.repeat(8000)}{}]}`],
    ['a long text', `{"account":"${'x'.repeat(60_000)}"}`],
  ];
  for (const url of ['/mailbox/acknowledgements', '/accounts'])
    for (const [name, text] of bodies) {
      const body = new TextEncoder().encode(text);
      const from = process.cpuUsage();
      const reply = await as('alice')({ method: 'POST', url, body, headers: { 'content-type': 'application/json' } });
      const { user, system } = process.cpuUsage(from);
      expect(reply.statusCode, `${name} to ${url}`).toBe(400);
      oneSentence(reply);
      expect((user + system) / 1000, `${name} to ${url}`).toBeLessThan(300);
      if (name.startsWith('deep')) expect(reply.json().error).toMatch(/nested more than 16 deep/);
    }
});

test('audit H5: /health writes, and many who ask at once share one answer', async () => {
  const replies = await Promise.all(Array.from({ length: 50 }, () => world().send(undefined, { url: '/health' })));
  expect(new Set(replies.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  expect(await world().store.nonces.use({ key: 'health', nonce: '', expires: 0 })).toBe(false);
});
