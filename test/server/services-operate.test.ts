/** What operators and programmers get: counts, log, description, and word of a store that does not answer. */
import { beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/util/bytes.ts';
import { toHex } from '../../src/util/hex.ts';
import { envelope, serviceWorld } from './service-world.ts';
import { names, testedServices } from './tested-services.ts';

const lines: string[] = [];
const { world, as, post } = testedServices({ log: { write: (line) => void lines.push(line) } });

/** What is looked for afterwards has to have happened: requests of every kind, with names that may not be repeated. */
beforeAll(async () => {
  for (let i = 0; i < 20; i++) await post('alice', '/relay/packets', envelope(`n${i}`));
  await post('court', '/court/orders', { order: 'x/1', account: 'alice', from: 10, to: 11 });
  await as('court')({ url: '/court/orders/x%2F1/messages' });
  await as('bob')({ url: '/mailbox?most=2' });
  await post('bob', '/mailbox/acknowledgements', names('n1', 'n2'));
});

test('metrics count, and name nobody', async () => {
  const { body, headers } = await world().send(undefined, { url: '/metrics' });
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(body).toMatch(/^presend_requests_total\{method="POST",route="\/relay\/packets",status="201"\} \d+$/m);
  expect(body).toMatch(/^presend_messages_waiting \d+$/m);
  for (const line of body.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) presend_\w+ .+|presend_\w+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+)$/);
  expect(body).not.toMatch(/alice|bob/);
});

test('the log has routes and statuses, and no account, id, key, address or content', async () => {
  await post('alice', '/relay/packets', envelope('secret-id', {}, { ciphertext: utf8('secret content') }));
  const text = lines.join('');
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expect(Object.keys(JSON.parse(line)).sort()).toContain('level');
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    route: '/relay/packets',
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
    ...Object.values(world().keys).map((key) => toHex(key.publicKey)),
  ])
    expect(text.includes(word), word).toBe(false);
});

describe('the description', () => {
  test('is a page that loads nothing', async () => {
    const { body, headers } = await world().send(undefined, { url: '/api' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(body).toContain('<code>POST /mailbox/acknowledgements</code>');
    expect(body).not.toMatch(/<script|src=|url\(|https?:\/\//);
  });

  test('is an OpenAPI document that says what is signed', async () => {
    const document = (await world().send(undefined, { url: '/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    expect(document.paths['/mailbox'].get.security).toEqual([{ signature: [] }]);
    expect(document.paths['/health'].get.security).toBeUndefined();
    expect(Object.keys(document.paths['/relay/packets'].post.requestBody.content)).toEqual([
      'application/octet-stream',
    ]);
    expect(document.paths['/tips'].post.requestBody.content['application/json'].schema.required).toContain('reportId');
  });
});

test('a store that does not answer is said, without why', async () => {
  const down = await serviceWorld();
  await down.store.close();
  const health = await down.send(undefined, { url: '/health' });
  const said = [503, { error: 'The server’s store does not answer; try again later' }];
  expect([health.statusCode, health.json()]).toEqual(said);
  const mailbox = await down.send(down.keys.bob, { url: '/mailbox' });
  expect([mailbox.statusCode, mailbox.json()]).toEqual(said);
  await down.app.close();
});
