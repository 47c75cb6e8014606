/** The same deployments within a process and over sockets: the same bytes in every view, and nothing crosses beside the sockets. */
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { hashList } from '../../src/match/hash-list.ts';
import type { Connect } from '../../src/role/connection.ts';
import type { Order } from '../../src/role/court.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import type { ViewEntry } from '../../src/role/view.ts';
import type { Lists, World } from '../../src/role/world.ts';
import { overHttp } from '../../src/server/transport/http-transport.ts';
import { strategies, strategyByName } from '../../src/strategy/index.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { plainWorld, sendAll } from '../helpers/plain-world.ts';

/** Every strategy and every variant of one. */
const names = Object.values(strategies).flatMap(({ name, variants = {} }) => [
  name,
  ...Object.keys(variants).map((variant) => `${name}:${variant}`),
]);

const order: Order = { id: 'o', account: 'ann', from: 10_000, to: 99_999 };

/** Everything that can happen to a deployment: messages, a provider's own list for one account, a new list for all, orders, reviews. */
async function played(
  name: string,
  connect?: Connect,
  more: Partial<World> = {},
): Promise<{ deployment: Deployment; ids: readonly string[] }> {
  const world = plainWorld({ listed: 6, settings: { matchThreshold: 2, bucketRadius: 3 } });
  const people = { ...world.people, reports: ({ id }: { id: string }) => id === 'p10002' };
  const deployment = await deploy({ ...world, people, ...more }, strategyByName(name).design, connect);
  await deployment.serve(order);
  const [listed, hidden, none] = [world.listed, world.stranger(), new Uint8Array(5)];
  const first = [listed[0]!, world.stranger(), listed[1]!, none].map((picture) => world.message('ann', picture));
  await sendAll(deployment, first);
  const { list, equality, second } = world;
  const grown = (old: typeof list): typeof list => {
    const { name: called, algorithm, bits, version } = old;
    const more = { id: 'hidden', hash: hidden.slice(0, bits / 8) };
    return hashList({ name: called, algorithm, bits, version: version + 1 }, [...old.entries, more]);
  };
  const lists: Lists = { list: grown(list), equality: { ...equality, list: grown(equality.list) }, second };
  await deployment.relist(lists, 'provider', ['ann']);
  const later = ['ann', 'ben'].map((account) => world.message(account, hidden));
  // Both wait at the relay when they are delivered.
  for (const message of later) await deployment.send(message);
  await deployment.deliver();
  await deployment.relist(lists, 'curator');
  const last = world.message('ben', hidden);
  await sendAll(deployment, [last]);
  await deployment.serve({ ...order, id: 'o2', from: 10_001 });
  await deployment.close();
  return { deployment, ids: [...first, ...later, last].map(({ id }) => id) };
}

/** All that everybody saw, knows and turned away. */
const stateOf = ({ deployment, ids }: Awaited<ReturnType<typeof played>>) => ({
  views: Object.values(deployment.views).map(({ role, entries }) => [
    role,
    entries.map(({ bytes, ...rest }) => ({ ...rest, bytes: sha256Hex(bytes) })),
  ]),
  outcomes: ids.map((id) => deployment.outcome(id)),
  tips: deployment.tips,
  rejected: deployment.rejected,
  listBytes: deployment.listBytes,
  hiddenCapacity: deployment.hiddenCapacity,
});

/** What a server was sent, what it answered, and how many bytes its sockets carried. */
function wireTap() {
  const packets: { path: string; bytes: Uint8Array }[] = [];
  const answers: Buffer[] = [];
  const sockets = new Set<{ readonly bytesRead: number; readonly bytesWritten: number }>();
  const watch = (app: FastifyInstance): void => {
    app.server.on('connection', (socket) => void sockets.add(socket));
    app.addHook('preHandler', async ({ url, body }) => {
      if (url.endsWith('/packets')) packets.push({ path: url, bytes: (body as { bytes: Uint8Array }).bytes });
    });
    app.addHook('onSend', async (_, __, payload) => {
      if (payload instanceof Uint8Array) answers.push(Buffer.from(payload));
    });
  };
  const sum = (of: 'bytesRead' | 'bytesWritten'): number => [...sockets].reduce((all, socket) => all + socket[of], 0);
  return { connect: overHttp({ watch }), packets, answers, sockets, sum };
}

const lengthOf = (all: readonly { readonly bytes: Uint8Array }[]): number =>
  all.reduce((sum, { bytes }) => sum + bytes.length, 0);

describe.each(names)('%s', (name) => {
  test('over sockets everybody sees, concludes and turns away the same, byte for byte; every packet is a request', async () => {
    const tap = wireTap();
    const over = await played(name, tap.connect);
    expect(stateOf(over)).toEqual(stateOf(await played(name)));
    const { relay, provider, sender, recipient } = over.deployment.views;
    const fromDevices = ({ from }: ViewEntry): boolean => from === 'sender' || from === 'recipient';
    for (const view of [relay, provider])
      expect(tap.packets.filter(({ path }) => path === `/${view.role}/packets`).map(({ bytes }) => bytes)).toEqual(
        view.entries.filter((each) => fromDevices(each)).map(({ bytes }) => bytes),
      );
    expect(tap.packets.length).toBeGreaterThanOrEqual(over.ids.length);
    const toDevices = [...sender.entries, ...recipient.entries].filter(
      ({ from, type }) => from !== 'recipient' && type !== 'opened',
    );
    for (const { bytes } of toDevices)
      expect(tap.answers.some((answer) => answer.includes(Buffer.from(bytes)))).toBe(true);
    // A few connections that are kept carry it all, heads of requests and answers included.
    expect(tap.sockets.size).toBeLessThan(tap.packets.length / 2);
    expect(tap.sum('bytesRead')).toBeGreaterThan(lengthOf(tap.packets));
    expect(tap.sum('bytesWritten')).toBeGreaterThan(lengthOf(toDevices));
  });
});

test('a deployment that is closed takes nothing more, and what was seen stays', async () => {
  const world = plainWorld();
  const deployment = await deploy(world, strategies.e2ee.design, overHttp());
  await sendAll(deployment, [world.message('ann', world.stranger())]);
  await deployment.close();
  await expect(deployment.send(world.message('ann', world.stranger()))).rejects.toThrow(/fetch failed/);
  expect(deployment.views.relay.entries).toHaveLength(1);
});

test('accounts with two devices and a key service: the same bytes too', async () => {
  const prekeys = { oneTimeKeys: 2, rotateAfter: 3, keepFor: 1 };
  const more = { devices: 2, session: 'ratchet', prekeys } as const;
  for (const name of ['e2ee', 'ghost']) {
    const [inside, over] = [await played(name, undefined, more), await played(name, overHttp(), more)];
    expect(stateOf(over)).toEqual(stateOf(inside));
    expect(over.deployment.keyService).toEqual(inside.deployment.keyService);
    expect(over.ids.map((id) => over.deployment.outcome(id).copies)).toEqual(over.ids.map(() => 2));
  }
});

test.each(['stored', 'real-time', 'metadata'] as const)('an order for %s: the court sees the same', async (demand) => {
  const seen = async (connect?: Connect): Promise<unknown> => {
    const world = { ...plainWorld({ listed: 2 }), retention: 1000 };
    const deployment = await deploy(world, strategies.escrow.design, connect);
    await sendAll(deployment, [world.message('ann', world.stranger())]);
    await deployment.serve({ ...order, from: 0, demand });
    await sendAll(deployment, [world.message('ann', world.stranger())]);
    await deployment.close();
    return deployment.views.court.entries.map(({ type, bytes }) => [type, sha256Hex(bytes)]);
  };
  const over = await seen(overHttp());
  expect(over).toEqual(await seen());
  expect((over as unknown[]).length).toBeGreaterThan(1);
});
