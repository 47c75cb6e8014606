/** What provider, court and curator get over HTTP, and what they are refused. */
import { describe, expect, test } from 'vitest';
import { jsonBytes } from '../../src/server/limits.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { envelope, packetOf, voucher } from './service-world.ts';
import { messagesOf, names, oneSentence, pageOf, testedServices } from './tested-services.ts';
import { tip } from './tip.ts';

const { world, as, post } = testedServices();

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
    const before = await world().store.reports.count();
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
    expect(await world().store.reports.count()).toBe(before);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('that are too large get 413', async () => {
    const reply = await post('provider', '/tips', { ...tip(), reportId: 'x'.repeat(jsonBytes) });
    expect(reply.statusCode).toBe(413);
    oneSentence(reply);
  });
});
