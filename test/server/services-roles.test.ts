/** What provider, court and curator get over HTTP, and what they are refused. */
import { describe, expect, test } from 'vitest';
import type { Tip } from '../../src/schema/tip.ts';
import { jsonBytes } from '../../src/server/limits.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { toHex } from '../../src/util/hex.ts';
import { envelope, packetOf, voucher } from './service-world.ts';
import { messagesOf, names, oneSentence, pageOf, testedServices } from './tested-services.ts';
import { tip } from './tip.ts';

const { world, as, post } = testedServices();

describe('the provider', () => {
  test('gets what devices leave for it, and no message', async () => {
    await post('alice', '/relay/packets', envelope('v0'));
    expect((await post('alice', '/provider/packets', voucher('v1'))).statusCode).toBe(201);
    expect((await post('alice', '/provider/packets', envelope('v2'))).statusCode).toBe(400);
    expect((await post('bob', '/provider/packets', voucher('v3'))).statusCode).toBe(403);
    const { packets } = pageOf(await as('provider')({ url: '/provider/packets' }));
    expect(packets.map(({ header }) => [header.type, header.message])).toEqual([['voucher', 'v1']]);
    const done = await post('provider', '/provider/packets/acknowledgements', {
      packets: [{ sender: 'alice', message: 'v1', type: 'voucher' }],
    });
    expect(done.json()).toEqual({ acknowledged: 1 });
    expect(pageOf(await as('provider')({ url: '/provider/packets' })).packets).toEqual([]);
    await post('bob', '/mailbox/acknowledgements', names('v0'));
  });

  test('gets a user’s report from who received the message', async () => {
    const header = { type: 'user-report', message: 'u1', strategy: 't', sequence: 0, sentAt: 1 };
    const report = packetOf({ ...header, sender: 'alice', recipient: 'bob' }, { plaintext: utf8('x') });
    expect((await post('alice', '/provider/packets', report)).statusCode).toBe(403);
    expect((await post('bob', '/provider/packets', report)).statusCode).toBe(201);
  });

  test('audit H3: gets every recipient’s report of one message, whatever the sender or another reported before', async () => {
    const mallory = world().newKeys();
    await world().store.accounts.register('mallory', toHex(mallory.publicKey), 0);
    const header = { type: 'user-report', message: 'h3', strategy: 't', sequence: 0, sentAt: 1, sender: 'mallory' };
    const report = (recipient: string, text: string): Uint8Array =>
      packetOf({ ...header, recipient }, { plaintext: utf8(text) });
    const junk = { method: 'POST', url: '/provider/packets', body: report('mallory', 'junk') } as const;
    expect((await world().send(mallory, junk)).statusCode).toBe(201);
    expect((await post('alice', '/provider/packets', report('alice', 'junk'))).statusCode).toBe(201);
    expect((await post('bob', '/provider/packets', report('bob', 'genuine'))).statusCode).toBe(201);
    expect((await post('bob', '/provider/packets', report('bob', 'genuine'))).json().state).toBe('known');
    expect((await post('bob', '/provider/packets', report('bob', 'other'))).statusCode).toBe(409);
    const waiting = async () =>
      pageOf(await as('provider')({ url: '/provider/packets' }))
        .packets.filter(({ header }) => header.message === 'h3')
        .map(({ header }) => (header as { recipient?: string }).recipient);
    expect(await waiting()).toEqual(['mallory', 'alice', 'bob']);
    const name = { sender: 'mallory', message: 'h3', type: 'user-report' };
    const unnamed = await post('provider', '/provider/packets/acknowledgements', { packets: [name] });
    expect(unnamed.statusCode).toBe(400);
    oneSentence(unnamed);
    const one = { packets: [{ ...name, recipient: 'mallory' }] };
    expect((await post('provider', '/provider/packets/acknowledgements', one)).json()).toEqual({ acknowledged: 1 });
    expect(await waiting()).toEqual(['alice', 'bob']);
  });
});

describe('the court', () => {
  test('audit, low: reads what its order names, delivered or not, by the relay’s own clock, and nothing else', async () => {
    const escrow = { escrow: new Uint8Array(80) };
    const start = world().clock;
    // The sender says that all was sent long ago.
    const send = async (id: string, after: number, blobs = {}) => {
      world().clock = start + after;
      expect((await post('alice', '/relay/packets', envelope(id, { sentAt: 0 }, blobs))).statusCode).toBe(201);
    };
    await send('o1', 10, escrow);
    await send('o2', 11, escrow);
    await send('o4', 11);
    await post('bob', '/relay/packets', envelope('o5', { sender: 'bob', recipient: 'alice' }, escrow));
    await send('o3', 12, escrow);
    await post('bob', '/mailbox/acknowledgements', names('o1', 'o2', 'o3', 'o4'));
    const order = { order: 'x/1', account: 'alice', from: start + 10, to: start + 11 };
    expect((await post('court', '/court/orders', order)).statusCode).toBe(201);
    const url = '/court/orders/x%2F1/messages';
    const { packets } = pageOf(await as('court')({ url }));
    expect(packets.map(({ header }) => header)).toMatchObject([
      { type: 'returned', order: 'x/1', message: 'o1', sender: 'alice', sentAt: 0 },
      { type: 'returned', order: 'x/1', message: 'o2', sender: 'alice', sentAt: 0 },
    ]);
    expect(packets[0]!.blobs.escrow).toEqual(Buffer.alloc(80));
    expect(messagesOf(await as('court')({ url: `${url}?skip=1` }))).toEqual(['o2']);
    expect((await as('court')({ url: '/court/orders/x2/messages' })).statusCode).toBe(404);
    expect((await post('court', '/court/orders', { ...order, from: 0 })).statusCode).toBe(409);
  });

  test('audit, low: a period that ends before it begins is refused, and not kept', async () => {
    const reply = await post('court', '/court/orders', { order: 'back', account: 'alice', from: 2, to: 1 });
    expect(reply.statusCode).toBe(400);
    oneSentence(reply);
    expect((await as('court')({ url: '/court/orders/back/messages' })).statusCode).toBe(404);
  });

  test.each([1, 100, 101, 128])(
    'audit, low: an order whose id has %i characters is read, however it is spelt',
    async (length) => {
      for (const id of ['x'.repeat(length), '/%'.repeat(64).slice(0, length)]) {
        expect((await post('court', '/court/orders', { order: id, account: 'alice', from: 0, to: 0 })).statusCode).toBe(
          201,
        );
        const reply = await as('court')({ url: `/court/orders/${encodeURIComponent(id)}/messages` });
        expect(reply.statusCode, id).toBe(200);
      }
    },
  );
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

  test('audit H3: of two accounts, or of two detections, are kept under one id: it is made of names that senders choose', async () => {
    const one = tip('strategy/chosen');
    const others: Tip[] = [
      { ...one, reportedAccount: { id: 'other' } },
      { ...one, recipientAccount: { id: 'other' } },
      { ...one, incident: { ...one.incident, detectedBy: 'user-report' } },
    ];
    for (const each of [one, ...others]) expect((await post('provider', '/tips', each)).statusCode).toBe(201);
    expect((await post('provider', '/tips', one)).statusCode).toBe(200);
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
