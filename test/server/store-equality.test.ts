/** Every strategy over a store in memory and over the embedded database: the same observations, byte for byte. */
import { describe, expect, test } from 'vitest';
import { logKeys } from '../../src/crypto/merkle-log.ts';
import type { Connect } from '../../src/role/connection.ts';
import { withinProcess } from '../../src/role/connection.ts';
import type { Order } from '../../src/role/court.ts';
import { deploy } from '../../src/role/deployment.ts';
import { overHttp } from '../../src/server/transport/http-transport.ts';
import { storeLimits } from '../../src/store/limits.ts';
import type { Store } from '../../src/store/store.ts';
import { strategies, strategyByName } from '../../src/strategy/index.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { openEmptyStore } from '../helpers/empty-store.ts';
import { plainWorld, sendAll } from '../helpers/plain-world.ts';
import { quickStrategies, slow } from '../helpers/slow.ts';

const order: Order = { id: 'o', account: 'ann', from: 10_000, to: 99_999 };
const limits = Object.fromEntries(Object.keys(storeLimits).map((name) => [name, 2 ** 40]));

/** Two rounds of messages, an order and reviews; all that everybody saw, knows, turned away and reported. */
async function played(name: string, connect?: Connect) {
  const world = plainWorld({ listed: 6, settings: { matchThreshold: 2, bucketRadius: 3 } });
  const people = { ...world.people, reports: ({ id }: { id: string }) => id === 'p10002' };
  const deployment = await deploy({ ...world, people }, strategyByName(name).design, connect);
  await deployment.serve(order);
  const pictures = [world.listed[0]!, world.stranger(), world.listed[1]!, new Uint8Array(5)];
  const first = pictures.map((picture) => world.message('ann', picture));
  await sendAll(deployment, first);
  const later = ['ann', 'ben'].map((account) => world.message(account, world.listed[2]!));
  await sendAll(deployment, later);
  await deployment.serve({ ...order, id: 'o2', from: 10_001 });
  await deployment.close();
  return {
    views: Object.values(deployment.views).map(({ role, entries }) => [
      role,
      entries.map(({ bytes, ...rest }) => ({ ...rest, bytes: sha256Hex(bytes) })),
    ]),
    outcomes: [...first, ...later].map(({ id }) => deployment.outcome(id)),
    tips: deployment.tips,
    rejected: deployment.rejected,
    listBytes: deployment.listBytes,
    hiddenCapacity: deployment.hiddenCapacity,
  };
}

/** What a store holds when a deployment is done with it. */
async function heldBy(store: Store) {
  return {
    reports: (await store.reports.page(0, 100)).map(({ tip }) => tip),
    mail: await store.messages.waiting(),
    provider: await store.vouchers.waiting(),
  };
}

/** Run within the process too, over the same store as behind sockets: one that keeps vouchers, one that asks a court, one that lists. */
const both = ['threshold-psi', 'escrow', 'client-list'];

const threshold = ['threshold-psi', 'threshold-psi-synthetic', 'certified-threshold-psi'];

describe.each(quickStrategies(Object.keys(strategies)))('%s', (name) => {
  test('over the embedded database and sockets everybody sees, concludes and reports the same as in memory', async () => {
    const alone = await played(name);
    let held: Awaited<ReturnType<typeof heldBy>> | undefined;
    const open = async (): Promise<Store> => {
      const store = await openEmptyStore({ logKeys: logKeys(() => new Uint8Array(32)), limits });
      const close = async (): Promise<void> => {
        held = await heldBy(store);
        await store.close();
      };
      return { ...store, close };
    };
    const within = Object.assign(withinProcess.bind(undefined), { store: open });
    for (const connect of slow || both.includes(name) ? [within, overHttp({ open })] : [overHttp({ open })]) {
      held = undefined;
      expect(await played(name, connect)).toEqual(alone);
      // An order that is served twice reports the same twice, and it is kept once.
      const kept = [...new Map(alone.tips.map((tip) => [JSON.stringify(tip), tip])).values()];
      expect(held!.reports).toEqual(kept);
      expect(held!.mail.packets).toBe(0);
      // Vouchers stay: a later one may pass the threshold.
      expect(held!.provider.packets).toBe(threshold.includes(name) ? 6 : 0);
    }
  });
});
