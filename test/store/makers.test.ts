/** The two makers of a store keep to the same rules: the same calls, drawn at random, get the same answers from memory and from a database. */
import { expect, test } from 'vitest';
import { logKeys } from '../../src/crypto/merkle-log.ts';
import { memoryStore } from '../../src/store/memory.ts';
import type { NewPacket } from '../../src/store/packet.ts';
import type { Store } from '../../src/store/store.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';
import { openEmptyStore } from '../helpers/empty-store.ts';
import { tip } from '../server/tip.ts';

const limits = {
  accounts: 4,
  reports: 6,
  mailboxPackets: 8,
  mailboxBytes: 200,
  sharePackets: 3,
  shareBytes: 120,
  providerPackets: 8,
  providerBytes: 200,
  providerSharePackets: 3,
  providerShareBytes: 120,
  accountPackets: 5,
  accountBytes: 300,
  rememberSeconds: 20,
  retainSeconds: 40,
};
const names = ['ann', 'ben', 'cleo'];
const page = { most: 3, mostBytes: 60 };

/** One call of a store, at a time. */
function anyCall(rng: Rng, now: number): (store: Store) => Promise<unknown> {
  const [poster, reader, message] = [rng.pick(names), rng.pick(names), `m${rng.int(8)}`];
  const box = rng.pick(['messages', 'vouchers'] as const);
  const period = { account: poster, from: now - rng.int(30), to: now };
  const packet: NewPacket = {
    ...{ poster, sender: rng.pick([poster, 'dan']), message, type: 'envelope', reader, sentAt: 1 },
    ...{ retained: rng.int(3) === 0, arrived: now, packet: utf8(`${rng.int(2)}`.repeat(1 + 20 * rng.int(3))) },
  };
  const { sender } = packet;
  const [key, order, account] = [`${rng.int(6)}`.repeat(64), `o${rng.int(4)}`, `n${rng.int(6)}`];
  const [sealing, report] = [rng.pick([undefined, '7'.repeat(64), '8'.repeat(64)]), tip(`r${rng.int(9)}`)];
  const [nonce, version] = [`${rng.int(5)}`, rng.int(3)];
  return rng.pick<(store: Store) => Promise<unknown>>([
    (store) => store[box].post(packet),
    (store) => store[box].post(packet),
    (store) => store[box].post(packet),
    (store) => store[box].page(rng.int(4) === 0 ? undefined : reader, page),
    (store) => store[box].acknowledge(reader, [{ poster, sender, message, type: 'envelope' }]),
    (store) => store[box].retained(period, 1, page),
    (store) => Promise.all([store[box].waiting(), store[box].stored()]),
    (store) => store.accounts.register(account, key, now, sealing),
    (store) =>
      Promise.all([store.accounts.ofKey(key), store.accounts.has(account), store.accounts.sealingKey(account)]),
    (store) => store.nonces.use({ key, nonce, expires: now + 5 }),
    (store) => store.orders.serve({ order, ...period }, now),
    (store) => Promise.all([store.orders.get(order), store.orders.cover(poster, now - 2)]),
    (store) => store.reports.add({ tip: report, received: 1 }),
    (store) => Promise.all([store.reports.page(1, 3), store.reports.count()]),
    (store) => store.lists.publish({ name: 'list', version, root: `${nonce}0`.repeat(32) }, utf8(nonce), now),
    (store) => Promise.all([store.lists.head(), store.lists.entries(1, 2), store.lists.packet(version)]),
    (store) => store.kept.once(nonce, () => utf8(`${now}`)),
    (store) => store.prune(now),
  ]);
}

/** Bytes as numbers, whichever class they are of. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value ?? null, (_, each) => (each?.type === 'Buffer' ? Object.assign({}, each.data) : each)),
  );

test('2,000 calls get the same answers', { timeout: 300_000 }, async () => {
  const keys = logKeys(() => new Uint8Array(32));
  const stores = [memoryStore({ keys, limits }), await openEmptyStore({ logKeys: keys, limits })];
  const rng = seededRng(5, 'makers');
  const seen = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    // What a call draws when it is made has to be drawn alike for both.
    const seed = rng.int(2 ** 30);
    const [memory, database] = await Promise.all(
      stores.map(async (store) => plain(await anyCall(seededRng(seed, 'call'), 100 + Math.floor(i / 20))(store))),
    );
    expect(database, `call ${i}`).toEqual(memory);
    seen.add(JSON.stringify(memory));
  }
  // Calls that are all refused, or never, would compare nothing.
  for (const state of ['stored', 'known', 'conflict', 'full', 'share', 'quota', 'new', 'taken'])
    expect(
      [...seen].some((each) => each.includes(`"${state}"`)),
      state,
    ).toBe(true);
  for (const store of stores) await store.close();
});
