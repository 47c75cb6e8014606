/** Services that run a strategy end and start again on their store: what devices have stays good, and nothing that was answered is lost. */
import { describe, expect, test } from 'vitest';
import { demoDevices } from '../../src/client/demo/world.ts';
import { withinProcess } from '../../src/role/connection.ts';
import { Devices } from '../../src/role/devices.ts';
import type { Link } from '../../src/role/link.ts';
import { Network } from '../../src/role/network.ts';
import { encode } from '../../src/role/wire.ts';
import { runStrategy } from '../../src/server/strategy.ts';
import { storeLimits } from '../../src/store/limits.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { strategies, strategyByName } from '../../src/strategy/index.ts';
import { plainWorld } from '../helpers/plain-world.ts';

const order = { id: 'o', account: 'ann', from: 0, to: 9_999_999_999 };

/** Messages of listed and other pictures under a strategy, with as many restarts as are asked for between any two steps. */
async function played(name: string, restarts: boolean) {
  const world = plainWorld({ listed: 6 });
  const { list, scanner } = world;
  const lists = { list, equality: world.equality, second: { list, thresholdBits: 31 } };
  const store = memoryStore({ limits: storeLimits });
  const start = () =>
    runStrategy({
      ...{ store, strategy: name, lists, scanner, frankingKey: new Uint8Array(32), now: () => 1_800_000_000 },
    });
  let services = await start();
  const again = async (): Promise<void> => {
    if (restarts) services = await start();
  };
  const network = new Network();
  const linked = async (): Promise<Link> => (await withinProcess(services, network)).link;
  const link: Link = {
    register: async (...all) => (await linked()).register(...all),
    setUp: async (...all) => (await linked()).setUp(...all),
    async ask(...all) {
      await again();
      return await (await linked()).ask(...all);
    },
    async *deliver() {
      yield* (await linked()).deliver();
    },
  };
  const phones = demoDevices({ ...scanner, score: async () => 1 }, () => true);
  // A match that is drawn to be synthetic is not reported.
  const settings = { ...phones.settings, syntheticShare: 0 };
  const deviceWorld = { ...phones, settings, accounts: ['ann', 'ben', 'dan'] };
  const devices = new Devices(network, deviceWorld, strategyByName(name).design);
  await devices.connect(link);
  await services.serve(order);
  const before = services.setUp();
  const pictures = [...world.listed.slice(0, 4), world.stranger()];
  const messages = pictures.map((picture) => world.message('ann', picture));
  for (const message of messages) await devices.send(message);
  await again();
  const after = services.setUp();
  await devices.deliver();
  await again();
  await services.review();
  await again();
  await services.serve({ ...order, id: 'o2' });
  await services.review();
  const reports = (await store.reports.page(0, 100)).map(({ tip }) => `${tip.reportId} ${tip.incident.detectedBy}`);
  const bytes = [before, after].map(({ parameters, set }) => [
    parameters,
    set && Buffer.from(encode(set.draft, set.blobs)).toString('base64'),
  ]);
  return {
    reports: reports.sort(),
    delivered: messages.map(({ id }) => devices.sent(id)?.delivered),
    rejected: devices.rejected,
    isSame: JSON.stringify(bytes[0]) === JSON.stringify(bytes[1]),
  };
}

describe.each(Object.keys(strategies))('%s', (name) => {
  test('that is restarted before every packet and every review reports what it would have reported', async () => {
    const [calm, restarted] = [await played(name, false), await played(name, true)];
    expect(restarted).toEqual(calm);
    expect([calm.isSame, calm.rejected]).toEqual([true, []]);
    expect(calm.delivered).toEqual([true, true, true, true, true]);
    const quiet = ['e2ee', 'client-warn'];
    expect(calm.reports.length > 0, calm.reports.join()).toBe(!quiet.includes(name));
  });
});

test('other lists give other keys, and the same ones the same', async () => {
  const store = memoryStore();
  const setUpOf = async (seed: number) => {
    const { list, equality, scanner } = plainWorld({ seed });
    const lists = { list, equality, second: { list, thresholdBits: 31 } };
    const rest = { store, scanner, frankingKey: new Uint8Array(32), now: () => 0 };
    return (await runStrategy({ ...rest, strategy: 'oprf-lookup', lists })).secrets.protocol;
  };
  const [first, other, same] = [await setUpOf(1), await setUpOf(2), await setUpOf(1)];
  expect(same).toEqual(first);
  expect(other).not.toEqual(first);
});
