/** Requests that are old, repeated, changed on the way or too many, and accounts that are taken. */
import { describe, expect, test } from 'vitest';
import { contentDigest } from '../../src/client/signature.ts';
import { clockSeconds } from '../../src/server/auth/authenticate.ts';
import { toHex } from '../../src/util/hex.ts';
import { envelope, host, type Plain, type SentRequest, serviceWorld } from './service-world.ts';
import { names, oneSentence, testedServices } from './tested-services.ts';
import { tip } from './tip.ts';

const { world, as, post } = testedServices();

describe('requests', () => {
  const inbox: Plain = { url: '/mailbox' };

  test('are taken once, also by another process on the same store', async () => {
    const seen: SentRequest[] = [];
    const keep = (request: SentRequest): SentRequest => {
      seen.push(request);
      return request;
    };
    expect((await as('bob')(inbox, keep)).statusCode).toBe(200);
    const replay = () => world().send(world().keys.bob, inbox, () => seen[0]!);
    const reply = await replay();
    expect(reply.statusCode).toBe(401);
    expect(reply.json().error).toMatch(/made before/);
    await world().store.prune(world().clock);
    expect((await replay()).statusCode).toBe(401);
    world().clock += clockSeconds + 1;
    expect((await replay()).json().error).toMatch(/time/);
    world().clock -= clockSeconds + 1;
  });

  test('that run at the same time with one nonce are taken once', async () => {
    let one: SentRequest | undefined;
    await as('bob')(inbox, (request) => {
      one = request;
      return { ...request, url: '/health', headers: { host } };
    });
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => world().send(world().keys.bob, inbox, () => one!)),
    );
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(7).fill(401)]);
  });

  test('are refused when their time is off, on both sides', async () => {
    for (const off of [-clockSeconds - 1, clockSeconds + 1]) {
      const sent = as('bob')(inbox, (request) => {
        world().clock += off;
        return request;
      });
      const reply = await sent;
      world().clock -= off;
      expect(reply.statusCode, `${off}`).toBe(401);
      oneSentence(reply);
    }
    for (const off of [-clockSeconds, clockSeconds]) {
      const reply = await as('bob')(inbox, (request) => {
        world().clock += off;
        return request;
      });
      world().clock -= off;
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
    ['its path', (request) => ({ ...request, url: '/provider/packets' })],
    ['its query', (request) => ({ ...request, url: '/relay/packets?x=1' })],
    ['its host', (request) => ({ ...request, headers: { ...request.headers, host: '127.0.0.1:8642' } })],
    [
      'its key',
      (request) => ({
        ...request,
        headers: {
          ...request.headers,
          'signature-input': request.headers['signature-input']!.replace(
            toHex(world().keys.alice!.publicKey),
            toHex(world().keys.bob!.publicKey),
          ),
        },
      }),
    ],
    ['its signature, away', ({ headers: { signature: _, ...headers }, ...request }) => ({ ...request, headers })],
  ])('are refused when somebody changes %s on the way', async (_, spoil) => {
    const before = await world().store.messages.waiting();
    const reply = await as('alice')({ method: 'POST', url: '/relay/packets', body: envelope('g1') }, spoil);
    expect(reply.statusCode).toBe(401);
    oneSentence(reply);
    expect(await world().store.messages.waiting()).toEqual(before);
  });

  test('whose body was changed leave the nonce to the one who signed it', async () => {
    let one: SentRequest | undefined;
    const plain: Plain = { method: 'POST', url: '/relay/packets', body: envelope('h1') };
    await as('alice')(plain, (request) => {
      one = request;
      return { ...request, payload: envelope('h2') };
    });
    expect((await world().send(world().keys.alice, plain, () => one!)).statusCode).toBe(201);
    await post('bob', '/mailbox/acknowledgements', names('h1'));
  });

  test('with a query or path that fits no schema get 400', async () => {
    for (const url of ['/mailbox?most=0', '/mailbox?most=999', '/mailbox?all=1', '/mailbox?most=1&most=2'])
      expect((await as('bob')({ url })).statusCode, url).toBe(400);
    for (const url of ['/log/inclusion?place=5&size=9', '/log/consistency?first=2&second=1', '/log/inclusion'])
      expect((await as('bob')({ url })).statusCode, url).toBe(400);
    expect((await as('court')({ url: '/court/orders/%00/messages' })).statusCode).toBe(400);
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

describe('accounts', () => {
  test('are one name for one key', async () => {
    const [keys, other] = [world().newKeys(), world().newKeys()];
    const register = (by: typeof keys, account: unknown) =>
      world().send(by, { method: 'POST', url: '/accounts', body: { account } });
    expect((await register(keys, 'dora')).statusCode).toBe(201);
    expect((await register(keys, 'dora')).json()).toEqual({ account: 'dora', state: 'known' });
    expect((await register(other, 'dora')).statusCode).toBe(409);
    expect((await register(keys, 'dora2')).statusCode).toBe(409);
    for (const bad of ['', 'Dora', '.x', 'a/b', 'a\u0000', 'x'.repeat(65), 5, null])
      expect((await register(other, bad)).statusCode, String(bad)).toBe(400);
    expect((await world().send(keys, { url: '/mailbox' })).statusCode).toBe(200);
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
