/** The store, on the embedded database and on a PostgreSQL server: the same SQL, the same answers. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareHeads, logKeys, verifyLogged } from '../../../src/crypto/merkle-log.ts';
import type { Tip } from '../../../src/schema/tip.ts';
import { openStore } from '../../../src/server/store/store.ts';
import { type StoreLimits, storeLimits } from '../../../src/store/limits.ts';
import type { NewPacket } from '../../../src/store/packet.ts';
import type { Store } from '../../../src/store/store.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { noPostgres, startPostgres, type TestServer } from '../../helpers/postgres.ts';
import { tip } from '../tip.ts';

const rng = seededRng(8, 'store test');
const keys = logKeys((length) => rng.bytes(length));
const page = { most: 100, mostBytes: 2 ** 30 };

const packet = (over: Partial<NewPacket> & { readonly message: string }): NewPacket => {
  const bytes = over.packet ?? new TextEncoder().encode(`packet ${over.message}`);
  return {
    reader: 'bob',
    poster: over.sender ?? 'alice',
    sender: 'alice',
    type: 'envelope',
    sentAt: 1,
    digest: sha256Hex(bytes),
    retained: false,
    arrived: 1000,
    ...over,
    packet: bytes,
  };
};
const texts = (packets: readonly Uint8Array[]): string[] => packets.map((each) => new TextDecoder().decode(each));
const name = (message: string) => ({ poster: 'alice', sender: 'alice', message, type: 'envelope' });

const kinds = [
  ['embedded', undefined],
  ['server', noPostgres],
] as const;

describe.each(kinds)('the store, %s', (kind, reason) => {
  if (reason !== undefined) return test.skip(reason, () => undefined);
  let server: TestServer | undefined;
  let folder: string | undefined;
  let place: { folder?: string; url?: string };
  let store: Store;
  const reopen = async (limits: Partial<StoreLimits> = {}): Promise<Store> => {
    await store?.close();
    store = await openStore({ ...place, logKeys: keys, limits });
    return store;
  };

  beforeAll(async () => {
    if (kind === 'server') {
      server = await startPostgres();
      place = { url: await server.database() };
    } else {
      folder = mkdtempSync(join(tmpdir(), 'presend-store-'));
      place = { folder: join(folder, 'store') };
    }
    await reopen();
  });
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  test('is of the kind that was asked for, and answers', async () => {
    expect(store.kind).toBe(kind);
    await store.ping();
  });

  test('accounts: a name stands for one key, and a key for one name', async () => {
    const [a, b] = ['aa'.repeat(32), 'bb'.repeat(32)];
    expect(await store.accounts.register('alice', a, 1)).toBe('new');
    expect(await store.accounts.register('alice', a, 2)).toBe('known');
    expect(await store.accounts.register('alice', b, 2)).toBe('taken');
    expect(await store.accounts.register('bob', a, 2)).toBe('taken');
    expect(await store.accounts.ofKey(a)).toBe('alice');
    expect(await store.accounts.ofKey(b)).toBeUndefined();
    expect(await store.accounts.has('alice')).toBe(true);
    expect(await store.accounts.has('bob')).toBe(false);
    await reopen();
    expect(await store.accounts.ofKey(a)).toBe('alice');
    expect(await store.accounts.has('alice')).toBe(true);
  });

  test('nonces are used once, in one group and over a restart, until they are pruned', async () => {
    const use = (nonce: string, key = 'k') => store.nonces.use({ key, nonce, expires: 100 });
    expect(await Promise.all([use('x'), use('n'), use('n'), use('n', 'other')])).toEqual([true, true, false, true]);
    expect(await use('n')).toBe(false);
    await reopen();
    expect(await use('n')).toBe(false);
    await store.prune(100);
    expect(await use('n')).toBe(false);
    await store.prune(101);
    expect(await use('n')).toBe(true);
  });

  test('packets are stored once, wait in order, and go when they are acknowledged', async () => {
    const box = store.messages;
    const posts = ['m1', 'm2', 'm3', 'm1'].map((message) => box.post(packet({ message })));
    expect(await Promise.all(posts)).toEqual(['stored', 'stored', 'stored', 'known']);
    expect(await box.post(packet({ message: 'm2', packet: Uint8Array.of(1) }))).toBe('conflict');
    expect(await box.post(packet({ message: 'm2', type: 'ghost-copy' }))).toBe('stored');
    const { packets, more } = await box.page('bob', page);
    expect(texts(packets)).toEqual(['packet m1', 'packet m2', 'packet m3', 'packet m2']);
    expect(more).toBe(false);
    expect((await box.page('carol', page)).packets).toEqual([]);
    expect(await box.acknowledge('carol', [name('m1')])).toBe(0);
    expect(await box.acknowledge('bob', [name('m1'), name('m3'), name('m9')])).toBe(2);
    expect(await box.acknowledge('bob', [name('m1')])).toBe(0);
    await reopen();
    expect(texts((await store.messages.page('bob', page)).packets)).toEqual(['packet m2', 'packet m2']);
    expect(await store.messages.post(packet({ message: 'm1' }))).toBe('known');
    expect((await store.messages.page('bob', page)).packets.length).toBe(2);
    expect((await store.vouchers.page('bob', page)).packets).toEqual([]);
    await store.messages.acknowledge('bob', [name('m2'), { ...name('m2'), type: 'ghost-copy' }]);
  });

  test('pages end at a number or at their bytes, and hold one packet at least', async () => {
    const box = store.messages;
    for (let i = 0; i < 5; i++) await box.post(packet({ message: `p${i}`, reader: 'dave', packet: rng.bytes(1000) }));
    const sizes = async (most: number, mostBytes: number) => {
      const { packets, more } = await box.page('dave', { most, mostBytes });
      return [packets.length, more];
    };
    expect(await sizes(3, 1e9)).toEqual([3, true]);
    expect(await sizes(5, 1e9)).toEqual([5, false]);
    expect(await sizes(9, 2500)).toEqual([2, true]);
    expect(await sizes(9, 10)).toEqual([1, true]);
    expect(await box.waiting()).toEqual({ packets: 5, bytes: 5000 });
  });

  test('packets come back byte for byte, whatever view they came in', async () => {
    const whole = rng.bytes(300_000);
    const view = whole.subarray(100_001, 200_003);
    await store.messages.post(packet({ message: 'view', reader: 'erin', packet: view }));
    const [back] = (await store.messages.page('erin', page)).packets;
    expect(sha256Hex(back!)).toBe(sha256Hex(view));
  });

  test('a full mailbox takes nothing in until something is acknowledged', async () => {
    const { messages } = await reopen({ mailboxBytes: 2500 });
    const post = (message: string) => messages.post(packet({ message, reader: 'frank', packet: new Uint8Array(1000) }));
    expect(await Promise.all(['f1', 'f2', 'f3', 'f1'].map(post))).toEqual(['stored', 'stored', 'full', 'known']);
    await messages.acknowledge('frank', [name('f1')]);
    expect(await post('f3')).toBe('stored');
    await reopen();
  });

  test('retained packets stay for the orders that name their sender and the time of their arrival, others leave no bytes', async () => {
    const box = store.messages;
    const send = (message: string, arrived: number, retained: boolean, sender = 'grace') =>
      box.post(packet({ message, arrived, retained, sender, reader: 'heidi' }));
    for (const [message, time] of [['r1', 5] as const, ['r2', 6] as const, ['r3', 7] as const])
      await send(message, time, true);
    await send('r4', 6, false);
    await send('r5', 6, true, 'ivan');
    await box.acknowledge(
      'heidi',
      ['r1', 'r2', 'r3', 'r4'].map((message) => ({ ...name(message), poster: 'grace', sender: 'grace' })),
    );
    const named = async (from: number, to: number, skip = 0, most = 100) => {
      const found = await box.retained({ account: 'grace', from, to }, skip, { ...page, most });
      return [texts(found.packets), found.more];
    };
    expect(await named(5, 6)).toEqual([['packet r1', 'packet r2'], false]);
    expect(await named(6, 6)).toEqual([['packet r2'], false]);
    expect(await named(0, 100, 1, 1)).toEqual([['packet r2'], true]);
    expect(await named(8, 100)).toEqual([[], false]);
  });

  test('names of delivered packets are forgotten after a week, what waits or is retained is not', async () => {
    const box = store.messages;
    for (const message of ['old', 'kept', 'waits'])
      await box.post(packet({ message, reader: 'judy', retained: message === 'kept' }));
    await box.acknowledge('judy', [name('old'), name('kept')]);
    await store.prune(1000 + storeLimits.rememberSeconds);
    expect(await box.post(packet({ message: 'old', reader: 'judy' }))).toBe('known');
    await store.prune(1001 + storeLimits.rememberSeconds);
    expect(await box.post(packet({ message: 'old', reader: 'judy' }))).toBe('stored');
    for (const message of ['kept', 'waits'])
      expect(await box.post(packet({ message, reader: 'judy' })), message).toBe('known');
  });

  test('lists are logged once, proofs hold over a restart, and heads only grow', async () => {
    const list = (version: number) => ({ name: 'demo', version, root: sha256Hex(`list ${version}`) });
    const empty = await store.lists.head();
    const done = await Promise.all([1, 2, 3].map((v) => store.lists.publish(list(v), Uint8Array.of(v), 1)));
    expect(done.map((each) => ('place' in each ? each.place : -1)).sort()).toEqual([0, 1, 2]);
    expect(await store.lists.publish(list(2), Uint8Array.of(2), 1)).toMatchObject({ state: 'known' });
    expect(await store.lists.publish({ ...list(2), root: sha256Hex('x') }, Uint8Array.of(2), 1)).toEqual({
      state: 'taken',
    });
    const before = await store.lists.head();
    await reopen();
    await store.lists.publish(list(4), Uint8Array.of(4), 1);
    const head = await store.lists.head();
    expect([empty.size, before.size, head.size]).toEqual([0, 3, 4]);
    const proof = await store.lists.consistency(3, 4);
    expect(compareHeads(before, head, keys.publicKey, proof)).toBe('consistent');
    expect(compareHeads(before, head, keys.publicKey, [])).toBe('unproven');
    const entries = await store.lists.entries(0, 10);
    for (const [place, entry] of entries.entries())
      expect(verifyLogged(entry, place, await store.lists.inclusion(place, 4), head, keys.publicKey)).toBe(true);
    expect((await store.lists.entries(1, 2)).length).toBe(2);
    expect(await store.lists.packet(3)).toEqual(Buffer.of(4));
    expect(await store.lists.packet(4)).toBeUndefined();
    await expect(store.lists.inclusion(4, 4)).rejects.toThrow(RangeError);
  });

  test('an order that was served cannot be widened', async () => {
    const order = { order: 'o1', account: 'grace', from: 1, to: 5 };
    expect(await store.orders.serve(order, 1)).toBe('new');
    expect(await store.orders.serve(order, 1)).toBe('known');
    expect(await store.orders.serve({ ...order, to: 6 }, 1)).toBe('taken');
    expect(await store.orders.serve({ ...order, account: 'ivan' }, 1)).toBe('taken');
    expect(await store.orders.get('o1')).toEqual(order);
    expect(await store.orders.get('o2')).toBeUndefined();
  });

  test('reports are kept once each, in order, up to a number', async () => {
    const { reports } = await reopen({ reports: 3 });
    const add = (each: Tip) => reports.add({ tip: each, received: 7 });
    const states = async (...ids: string[]) =>
      (await Promise.all(ids.map((id) => add(tip(id))))).map(({ state }) => state);
    expect(await states('t1', 't2', 't1')).toEqual(['new', 'new', 'known']);
    expect(await add({ ...tip('t1'), reporter: { service: 'other', strategy: 'x' } })).toEqual({ state: 'taken' });
    expect(await states('t3')).toEqual(['new']);
    expect(await states('t4', 't2')).toEqual(['full', 'known']);
    const kept = await reports.page(0, 10);
    expect(kept.map((each) => each.tip)).toEqual(['t1', 't2', 't3'].map(tip));
    expect(await reports.page(kept[1]!.number, 10)).toEqual([kept[2]]);
    expect(await reports.count()).toBe(3);
  });

  test('the same migrations are taken once', async () => {
    await reopen();
    await reopen();
    expect(await store.accounts.has('alice')).toBe(true);
  });

  if (kind === 'embedded')
    test('audit M4: a folder is for one process: one that is open keeps it, whatever a lock says that nobody holds', async () => {
      const path = join(place.folder!, 'lock');
      await expect(openStore({ ...place, logKeys: keys })).rejects.toThrow(
        `Process ${process.pid} is working in the store in ${place.folder}`,
      );
      expect(statSync(place.folder!).mode & 0o077).toBe(0);
      await store.close();
      for (const stale of ['1\n', `${process.pid}\n`, '', 'x']) {
        writeFileSync(path, stale);
        store = await openStore({ ...place, logKeys: keys });
        expect(readFileSync(path, 'utf8')).toContain(`"pid":${process.pid}`);
        await store.close();
      }
      store = await openStore({ ...place, logKeys: keys });
    });
});

test('a server that is not there is one sentence without the password', async () => {
  const url = 'postgres://user:secret@127.0.0.1:1/none';
  await expect(openStore({ url, logKeys: keys })).rejects.toThrow(
    /^The PostgreSQL server of DATABASE_URL cannot be used: /,
  );
  await expect(openStore({ url, logKeys: keys })).rejects.not.toThrow('secret');
});
