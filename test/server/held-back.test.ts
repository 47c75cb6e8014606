/** Requests on real sockets: bodies that are held back, Host headers, and for which server a signature is. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SigningKeys, signRequest } from '../../src/client/signature.ts';
import { clockSeconds } from '../../src/server/auth/authenticate.ts';
import { isOwnAuthority } from '../../src/server/auth/authority.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { envelope, type ServiceWorld, serviceWorld } from './service-world.ts';
import { tip } from './tip.ts';

let world: ServiceWorld;
let port: number;
beforeAll(async () => {
  world = await serviceWorld();
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = world.app.server.address() as AddressInfo);
});
afterAll(() => world.close());

/** A signed request as it stands on the wire; its nonce is as told. */
function wire(
  keys: SigningKeys,
  target: string,
  body: Uint8Array,
  nonce: Uint8Array,
  { authority = `127.0.0.1:${port}`, hosts = [authority] }: { authority?: string; hosts?: string[] } = {},
): Uint8Array {
  const [method, type] = target === '/tips' ? ['POST', 'application/json'] : ['POST', 'application/octet-stream'];
  const signed = signRequest({ method: method!, authority, target, body }, keys, { created: world.clock, nonce });
  const headers: [string, string | number][] = [
    ...hosts.map((each): [string, string] => ['host', each]),
    ['connection', 'close'],
    ['content-type', type!],
    ['content-length', body.length],
    ...Object.entries(signed),
  ];
  return Buffer.concat([
    utf8(`${method} ${target} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`),
    body,
  ]);
}

/** Everything that comes back, once the connection closes. */
async function answer(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}
const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
async function send(bytes: Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const text = answer(socket);
  socket.write(bytes);
  return await text;
}

describe('audit M2', () => {
  test.each([1, clockSeconds, 3 * clockSeconds])(
    'a request whose last byte is held back is taken once, also when the nonce’s end came %i seconds before',
    async (behind) => {
      const nonce = world.newKeys().publicKey.slice(0, 16);
      const start = world.clock;
      const bytes = wire(world.keys.provider!, '/tips', utf8(JSON.stringify(tip(`held/${behind}`))), nonce);
      expect(statusOf(await send(bytes))).toBe(201);
      // It comes within its time, and only its last byte does not.
      world.clock = start + clockSeconds;
      const held = connect(port, '127.0.0.1');
      const text = answer(held);
      held.write(bytes.subarray(0, -1));
      await new Promise((wait) => setTimeout(wait, 100));
      world.clock = start + clockSeconds + behind;
      await world.store.prune(world.clock);
      held.write(bytes.subarray(-1));
      expect(statusOf(await text)).toBe(401);
    },
  );

  test('a body that is slow, and comes in time, is taken', async () => {
    const nonce = world.newKeys().publicKey.slice(0, 16);
    const bytes = wire(world.keys.alice!, '/relay/packets', envelope('slow'), nonce);
    const start = world.clock;
    const socket = connect(port, '127.0.0.1');
    const text = answer(socket);
    socket.write(bytes.subarray(0, -1));
    await new Promise((wait) => setTimeout(wait, 100));
    world.clock = start + clockSeconds;
    socket.write(bytes.subarray(-1));
    expect(statusOf(await text)).toBe(201);
    world.clock = start;
  });

  test('a nonce is kept until no request with it can be taken', async () => {
    const [key, expires] = ['k', world.clock + clockSeconds];
    const nonce = world.newKeys().publicKey.slice(0, 16);
    const bytes = wire(world.keys.alice!, '/relay/packets', envelope('kept'), nonce);
    expect(statusOf(await send(bytes))).toBe(201);
    expect(await world.store.nonces.use({ key, nonce: 'x', expires })).toBe(true);
    await world.store.prune(world.clock + clockSeconds + 30);
    // The pruning process may be ahead of the one that takes the request.
    expect(statusOf(await send(bytes))).toBe(401);
    expect(await world.store.nonces.use({ key, nonce: 'x', expires })).toBe(true);
  });
});

describe('audit M3', () => {
  const post = (options: Parameters<typeof wire>[4]) =>
    send(wire(world.keys.alice!, '/relay/packets', envelope('m3'), world.newKeys().publicKey.slice(0, 16), options));

  test('a request that was signed for another server, or another port of this one, is refused', async () => {
    for (const authority of [`127.0.0.1:${port + 1}`, '127.0.0.1', 'localhost', `localhost:${port}0`]) {
      const text = await post({ authority });
      expect(statusOf(text), authority).toBe(401);
      expect(text).toContain('The request was signed for another server');
    }
    // A name that is no name of this machine does not come so far.
    expect(statusOf(await post({ authority: `relay.example:${port}` }))).toBe(421);
    for (const authority of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect([200, 201], authority).toContain(statusOf(await post({ authority })));
  });

  test('two Host headers are refused, whichever of them was signed for', async () => {
    const own = `127.0.0.1:${port}`;
    for (const hosts of [
      [own, own],
      [own, 'relay.example'],
      ['relay.example', own],
    ]) {
      const text = await post({ authority: own, hosts });
      expect(statusOf(text), hosts.join()).toBe(400);
      expect(text).toContain('Expected one Host header');
    }
  });

  const at = (address: string, port_ = 8642) => ({ address: () => ({ address, port: port_, family: '' }) });
  test.each<[string, readonly string[] | undefined, boolean]>([
    ['localhost:8642', undefined, true],
    ['LOCALHOST:8642', undefined, true],
    ['127.0.0.2:8642', undefined, true],
    ['10.0.0.1:8642', undefined, true],
    ['10.0.0.2:8642', undefined, false],
    ['localhost', undefined, false],
    ['', undefined, false],
    ['relay.example:8642', ['relay.example'], true],
    ['relay.example', ['relay.example'], false],
    ['relay.example:8642', ['relay.example:443'], false],
    ['relay.example:443', ['relay.example:443'], true],
    ['relay.example:9000', ['other.example', 'Relay.Example:9000'], true],
    ['localhost:8642', ['relay.example'], false],
    ['a.relay.example:8642', ['*.relay.example'], true],
    ['a.b.relay.example:8642', ['*.relay.example'], false],
    ['relay.example:8642', ['*.relay.example'], false],
    ['[2001:db8::1]:8642', ['[2001:db8::1]'], true],
    ['[2001:db8::1]:8642', ['2001:db8::1'], true],
    ['[2001:db8::1]:8643', ['[2001:db8::1]:8643'], true],
    ['relay.example.:8642', ['relay.example'], false],
  ])('%j with the names %j: %j', (authority, names, own) => {
    expect(isOwnAuthority(authority, at('10.0.0.1'), { names, isTls: false })).toBe(own);
  });

  test('a name without a port is that of the scheme', () => {
    const names = ['relay.example'];
    expect(isOwnAuthority('relay.example', at('::', 443), { names, isTls: true })).toBe(true);
    expect(isOwnAuthority('relay.example', at('::', 443), { names, isTls: false })).toBe(false);
    expect(isOwnAuthority('relay.example', at('::', 80), { names, isTls: false })).toBe(true);
  });
});
