/** How much one account may take, of a mailbox, of the provider's box and of the store: audit H4. */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/util/hex.ts';
import { envelope, packetOf, serviceWorld } from './service-world.ts';
import { messagesOf, names, oneSentence, testedServices } from './tested-services.ts';

const kilo = 1000;
const limits = {
  accounts: 4,
  mailboxBytes: 20 * kilo,
  shareBytes: 5 * kilo,
  sharePackets: 6,
  providerBytes: 20 * kilo,
  providerShareBytes: 3 * kilo,
  accountBytes: 10 * kilo,
  accountPackets: 30,
};
const { world, as, post } = testedServices({ limits });

/** A message of about so many bytes. */
const sized = (id: string, bytes: number, over: object = {}, blobs = {}): Uint8Array =>
  envelope(id, over, { ciphertext: new Uint8Array(bytes), ...blobs });

describe('audit H4', () => {
  test('a sender fills its share of a mailbox, and leaves the rest to others', async () => {
    for (let i = 0; i < 4; i++)
      expect((await post('alice', '/relay/packets', sized(`s${i}`, kilo))).statusCode).toBe(201);
    const more = await post('alice', '/relay/packets', sized('s4', kilo));
    expect(more.statusCode).toBe(409);
    oneSentence(more);
    expect((await post('alice', '/relay/packets', sized('s3', kilo))).json().state).toBe('known');
    const own = sized('own', kilo, { sender: 'bob' });
    expect((await post('bob', '/relay/packets', own)).statusCode).toBe(201);
    await post('bob', '/mailbox/acknowledgements', names('s0'));
    expect((await post('alice', '/relay/packets', sized('s4', kilo))).statusCode).toBe(201);
    await post('bob', '/mailbox/acknowledgements', names('s1', 's2', 's3', 's4'));
  });

  test('small messages are counted, too', async () => {
    for (let i = 0; i < 6; i++) expect((await post('alice', '/relay/packets', envelope(`n${i}`))).statusCode).toBe(201);
    expect((await post('alice', '/relay/packets', envelope('n6'))).statusCode).toBe(409);
    await post('bob', '/mailbox/acknowledgements', names(...[0, 1, 2, 3, 4, 5].map((i) => `n${i}`)));
  });

  test('what is kept for orders counts as the sender’s after it was delivered, and the gauge counts it', async () => {
    const gauge = async (): Promise<number> => {
      const { body } = await world().send(undefined, { url: '/metrics' });
      return Number(/^presend_messages_stored_bytes (\d+)$/m.exec(body)![1]);
    };
    const before = await gauge();
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const body = sized(`r${i}`, kilo, {}, { escrow: new Uint8Array(1) });
      const reply = await post('alice', '/relay/packets', body);
      statuses.push(reply.statusCode);
      if (reply.statusCode === 507) oneSentence(reply);
      await post('bob', '/mailbox/acknowledgements', names(`r${i}`));
    }
    expect(statuses).toEqual([...Array(8).fill(201), ...Array(4).fill(507)]);
    expect((await gauge()) - before).toBeGreaterThan(8 * kilo);
    const own = sized('mine', kilo, { sender: 'bob' });
    expect((await post('bob', '/relay/packets', own)).statusCode).toBe(201);
  });

  test('names that are remembered are counted, however little they hold', async () => {
    let status = 0;
    for (let i = 0; i < 40 && status !== 507; i++) {
      const body = envelope(`e${i}`, { sender: 'bob' });
      status = (await post('bob', '/relay/packets', body)).statusCode;
      await post('bob', '/mailbox/acknowledgements', {
        packets: [{ sender: 'bob', message: `e${i}`, type: 'envelope' }],
      });
      expect(status === 507).toBe(i >= 28);
    }
    expect(messagesOf(await as('bob')({ url: '/mailbox' })).filter((id) => id.startsWith('e'))).toEqual([]);
  });

  test('an account fills its share of the provider’s box, and leaves the rest to others', async () => {
    const flag = (id: string, sender: string) =>
      packetOf(
        { type: 'flag', message: id, strategy: 't', sender, recipient: 'bob', sequence: 0, sentAt: 1, reason: 'hash' },
        { picture: new Uint8Array(kilo) },
      );
    expect((await post('alice', '/provider/packets', flag('f0', 'alice'))).statusCode).toBe(201);
    expect((await post('alice', '/provider/packets', flag('f1', 'alice'))).statusCode).toBe(201);
    const more = await post('alice', '/provider/packets', flag('f2', 'alice'));
    expect(more.statusCode).toBe(409);
    oneSentence(more);
    expect((await post('bob', '/provider/packets', flag('f2', 'bob'))).statusCode).toBe(201);
  });

  test('accounts are so many; those that there are stay what they are', async () => {
    const register = (account: string, keys = world().newKeys()) =>
      world().send(keys, { method: 'POST', url: '/accounts', body: { account } });
    const kept = world().newKeys();
    expect((await register('c1', kept)).statusCode).toBe(201);
    expect((await register('c2')).statusCode).toBe(201);
    const full = await register('c3');
    expect(full.statusCode).toBe(507);
    oneSentence(full);
    expect((await register('c1', kept)).json()).toEqual({ account: 'c1', state: 'known' });
    expect((await register('alice')).statusCode).toBe(409);
  });

  test('what is retained goes after its time, and the sender has its room back', async () => {
    const small = await serviceWorld({ limits: { accountBytes: 2 * kilo, retainSeconds: 100 } });
    const body = (id: string) => sized(id, kilo, {}, { escrow: new Uint8Array(1) });
    const send = async (id: string) =>
      (await small.send(small.keys.alice, { method: 'POST', url: '/relay/packets', body: body(id) })).statusCode;
    expect([await send('k1'), await send('k2')]).toEqual([201, 507]);
    await small.store.messages.acknowledge('bob', [
      { poster: 'alice', sender: 'alice', message: 'k1', type: 'envelope' },
    ]);
    await small.store.prune(small.clock + 100);
    expect(await send('k2')).toBe(507);
    await small.store.prune(small.clock + 101);
    expect(await send('k2')).toBe(201);
    await small.close();
  });
});

test('audit H4: retries that come together with a new message take none of its room', async () => {
  const small = await serviceWorld({ limits: { mailboxBytes: 2500, shareBytes: 2000 } });
  const mallory = small.newKeys();
  await small.store.accounts.register('mallory', toHex(mallory.publicKey), 0);
  const hers = sized('m', kilo, { sender: 'mallory' });
  const post = (keys: typeof mallory, body: Uint8Array) =>
    small.send(keys, { method: 'POST', url: '/relay/packets', body });
  expect((await post(mallory, hers)).statusCode).toBe(201);
  const replies = await Promise.all([
    ...Array.from({ length: 5 }, () => post(mallory, hers)),
    post(small.keys.alice!, sized('a', 900)),
  ]);
  expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 201]);
  await small.close();
});
