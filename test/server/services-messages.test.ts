/** Messages over HTTP: what is taken, who gets it, and what is refused. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { frank, verifyFranking } from '../../src/crypto/franking.ts';
import type { Packet } from '../../src/role/wire.ts';
import { packetBytes } from '../../src/server/limits.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { envelope, packetOf, voucher } from './service-world.ts';
import { messagesOf, names, oneSentence, pageOf, testedServices } from './tested-services.ts';

const { world, as, post } = testedServices({ limits: { mailboxBytes: 3 * packetBytes } });

describe('messages', () => {
  test('wait for their recipient, and go when it acknowledges them', async () => {
    for (const id of ['a1', 'a2', 'a3'])
      expect((await post('alice', '/relay/packets', envelope(id))).statusCode).toBe(201);
    const again = await post('alice', '/relay/packets', envelope('a2'));
    expect([again.statusCode, again.json()]).toEqual([200, { message: 'a2', state: 'known' }]);
    const first = await as('bob')({ url: '/mailbox?most=2' });
    expect(messagesOf(first)).toEqual(['a1', 'a2']);
    expect(pageOf(first).more).toBe(true);
    expect(messagesOf(await as('bob')({ url: '/mailbox' }))).toEqual(['a1', 'a2', 'a3']);
    const done = await post('bob', '/mailbox/acknowledgements', names('a1', 'a2', 'never'));
    expect(done.json()).toEqual({ acknowledged: 2 });
    expect(messagesOf(await as('bob')({ url: '/mailbox' }))).toEqual(['a3']);
    expect((await post('alice', '/relay/packets', envelope('a1'))).json().state).toBe('known');
    expect(messagesOf(await as('bob')({ url: '/mailbox' }))).toEqual(['a3']);
    await post('bob', '/mailbox/acknowledgements', names('a3'));
  });

  test('of a mailbox are for its owner: others read nothing there, and acknowledge nothing', async () => {
    await post('alice', '/relay/packets', envelope('b1'));
    expect(messagesOf(await as('alice')({ url: '/mailbox' }))).toEqual([]);
    expect((await post('alice', '/mailbox/acknowledgements', names('b1'))).json()).toEqual({ acknowledged: 0 });
    expect(messagesOf(await as('bob')({ url: '/mailbox' }))).toEqual(['b1']);
    await post('bob', '/mailbox/acknowledgements', names('b1'));
  });

  test.each(['no-such-type', 'constructor', 'user-report'])('acknowledges nothing of the type %s', async (type) => {
    const packets = [{ sender: 'alice', recipient: 'bob', message: 'm1', type }];
    const done = await post('bob', '/mailbox/acknowledgements', { packets });
    expect([done.statusCode, done.json()]).toEqual([200, { acknowledged: 0 }]);
  });

  test('with a franking tag are stamped as the relay stamps them', async () => {
    const [plaintext, frankingKey] = [utf8('a picture'), new Uint8Array(32).fill(9)];
    const tag = frank(plaintext, frankingKey);
    await post('alice', '/relay/packets', envelope('stamped', {}, { tag }));
    const [packet] = pageOf(await as('bob')({ url: '/mailbox' })).packets as [Packet<'envelope'>];
    const report = { plaintext, frankingKey, tag, stamp: packet.blobs.stamp! };
    expect(verifyFranking(report, packet.header, world().frankingKey)).toBe(true);
    expect(verifyFranking(report, { ...packet.header, sender: 'bob' }, world().frankingKey)).toBe(false);
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
    const before = await world().store.messages.waiting();
    const reply = await post('alice', '/relay/packets', body);
    expect(reply.statusCode, reply.body).toBe(status);
    oneSentence(reply);
    expect(await world().store.messages.waiting()).toEqual(before);
  });

  test('under an id that another has are refused, and the first one stays', async () => {
    await post('alice', '/relay/packets', envelope('d1'));
    const other = await post('alice', '/relay/packets', envelope('d1', { sentAt: 6 }));
    expect(other.statusCode).toBe(409);
    oneSentence(other);
    const [packet] = pageOf(await as('bob')({ url: '/mailbox' })).packets as [Packet<'envelope'>];
    expect(packet.header.sentAt).toBe(5);
    await post('bob', '/mailbox/acknowledgements', names('d1'));
  });

  test('of 8 MiB are taken, larger ones are not, and a full mailbox takes none', async () => {
    const large = (id: string, bytes: number) => envelope(id, {}, { ciphertext: new Uint8Array(bytes) });
    const room = packetBytes - envelope('e1', {}, { ciphertext: new Uint8Array(0) }).length - 10;
    expect((await post('alice', '/relay/packets', large('e0', packetBytes))).statusCode).toBe(413);
    for (const id of ['e1', 'e2', 'e3'])
      expect((await post('alice', '/relay/packets', large(id, room))).statusCode).toBe(201);
    const full = await post('alice', '/relay/packets', large('e4', room));
    expect(full.statusCode).toBe(409);
    oneSentence(full);
    const { packets, more } = pageOf(await as('bob')({ url: '/mailbox' }));
    expect([packets.length, more]).toEqual([1, true]);
    await post('bob', '/mailbox/acknowledgements', names('e1', 'e2', 'e3'));
  });
});

test.each(['/relay/packets', '/provider/packets', '/lists'])(
  '%s takes packets as bytes alone, however they are dressed up',
  async (url) => {
    const who = url === '/lists' ? 'curator' : 'alice';
    const dressed = {
      packet: { header: { type: 'envelope', message: 'x', sender: 'alice', recipient: 'bob', sentAt: 1 } },
    };
    const before = await world().store.messages.waiting();
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
    expect(await world().store.messages.waiting()).toEqual(before);
  },
);

test('lists that are not what they say are refused', async () => {
  const header = { type: 'list', message: '', version: 1, root: '00'.repeat(32) };
  const reply = await post('curator', '/lists', packetOf(header, { list: new Uint8Array(randomBytes(100)) }));
  expect(reply.statusCode).toBe(400);
  oneSentence(reply);
});
