/** Devices and services that share no network, no world and no randomness: packets over a link are all that they have of each other. */

import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/experiment/index.ts';
import type { Connection } from '../../src/role/connection.ts';
import type { Order } from '../../src/role/court.ts';
import type { Design } from '../../src/role/design.ts';
import { Devices } from '../../src/role/devices.ts';
import { Network } from '../../src/role/network.ts';
import { certifiedThresholdPsi } from '../../src/role/protocol/certified-threshold-psi.ts';
import { clientFilter } from '../../src/role/protocol/client-filter.ts';
import { oprfLookup } from '../../src/role/protocol/oprf-lookup.ts';
import { privateMembership } from '../../src/role/protocol/private-membership.ts';
import { psi } from '../../src/role/protocol/psi.ts';
import { similarityBucket } from '../../src/role/protocol/similarity-bucket.ts';
import { thresholdPsi } from '../../src/role/protocol/threshold-psi.ts';
import { Services } from '../../src/role/services.ts';
import type { DeviceWorld, Message, ServiceWorld } from '../../src/role/world.ts';
import type { Role } from '../../src/schema/vocabulary.ts';
import { http, overHttp } from '../../src/server/transport/http-transport.ts';
import { seededRng } from '../../src/util/rng.ts';
import { type PlainWorld, plainWorld } from '../helpers/plain-world.ts';

/** A design of each kind, and for how many of three listed and two other pictures its provider or devices say 'match'. */
const designs: [Design, matches: number][] = [
  [{ name: 'e2ee' }, 0],
  [{ name: 'server-scan', clear: true }, 3],
  [{ name: 'escrow', escrow: 'sole' }, 0],
  [{ name: 'split-escrow', escrow: 'split' }, 0],
  [{ name: 'ghost', ghost: true }, 0],
  [{ name: 'user-report', franking: true }, 0],
  [
    {
      name: 'client-list',
      listOnDevice: true,
      secondOpinion: true,
      async scan(sender, message) {
        const matched = await sender.match(message);
        if (matched.state === 'match') await sender.flag(message, { reason: 'hash', ...matched });
        return { scanned: matched.state };
      },
    },
    3,
  ],
  [{ name: 'hash-upload', scan: async (sender, message) => ({ scanned: await sender.uploadHash(message) }) }, 3],
  [
    {
      name: 'prefix-lookup',
      scan: async (sender, message) => ({ scanned: (await sender.matchByPrefix(message)).state }),
    },
    3,
  ],
  [{ name: 'client-filter', protocol: clientFilter }, 3],
  [{ name: 'oprf-lookup', protocol: oprfLookup }, 3],
  [{ name: 'psi', protocol: psi }, 3],
  [{ name: 'similarity-bucket', protocol: similarityBucket() }, 3],
  [{ name: 'private-membership', protocol: privateMembership }, 3],
  [{ name: 'threshold-psi', protocol: thresholdPsi(false) }, 3],
  [{ name: 'threshold-psi-synthetic', protocol: thresholdPsi(true) }, 3],
  [{ name: 'certified-threshold-psi', protocol: certifiedThresholdPsi }, 3],
];

const order: Order = { id: 'o', account: 'ann', from: 0, to: 99_999 };

/** The two parts in worlds of which each has only what its type names. */
async function apart(world: PlainWorld, design: Design) {
  const { settings, scanner, thresholdBits, list, equality, second, people } = world;
  const { accounts, thresholdScore, paddingBytes, prefixBits } = world;
  const [device, service] = ['device', 'service'].map((name) => seededRng(7, name));
  const common = { settings, scanner, thresholdBits };
  const forDevices: DeviceWorld = {
    ...common,
    accounts,
    thresholdScore,
    paddingBytes,
    prefixBits,
    people: { reports: people.reports, aborts: people.aborts },
    random: (length) => device!.bytes(length),
  };
  const forServices: ServiceWorld = {
    ...common,
    list,
    equality,
    second,
    people: { confirms: people.confirms },
    random: (length) => service!.bytes(length),
  };
  const networks = { devices: new Network(), services: new Network() };
  const services = new Services(networks.services, forServices, design);
  const connection: Connection = await overHttp()(services, networks.devices);
  const devices = new Devices(networks.devices, forDevices, design);
  await devices.connect(connection.link);
  return { networks, services, devices, connection };
}

describe.each(designs)('$name', (design, matches) => {
  test('works over HTTP between parts that share nothing else', async () => {
    const base = plainWorld({ listed: 3, settings: { matchThreshold: 3, syntheticShare: 0, bucketNoise: 0 } });
    const world = { ...base, people: { ...base.people, reports: () => true }, second: { ...base, thresholdBits: 31 } };
    const { networks, services, devices, connection } = await apart(world, design);
    await connection.serve(order);
    const pictures = [...world.listed, world.stranger(), world.stranger()];
    const messages = pictures.map((picture): Message => world.message('ann', picture));
    for (const message of messages) await devices.send(message);
    await devices.deliver();
    await connection.review();
    await connection.serve({ ...order, id: 'o2' });
    await connection.close();

    const scanned = messages.map(
      ({ id, sender }) => services.finding({ sender, message: id })?.scanned ?? devices.sent(id)?.scanned,
    );
    expect(scanned.filter((each) => each === 'match')).toHaveLength(matches);
    expect(messages.map(({ id }) => devices.sent(id)?.delivered)).toEqual(messages.map(() => true));
    expect([devices.rejected, services.rejected]).toEqual([[], []]);
    // Each part noted what arrived at its own roles, and nothing of the others.
    const empty = (network: Network, roles: readonly Role[]): void => {
      for (const role of roles) expect([role, network.views[role].entries.length]).toEqual([role, 0]);
    };
    empty(networks.devices, ['relay', 'provider', 'curator', 'court']);
    empty(networks.services, ['sender', 'recipient']);
    const opened = networks.services.views.court.entries.filter(({ type }) => type === 'opened');
    // The ghost's device is told of every message, an escrow's court opens what was kept.
    expect(opened).toHaveLength(design.escrow || design.ghost ? messages.length : 0);
    const reports = networks.services.views.provider.entries.filter(({ type }) => type === 'user-report');
    expect(reports).toHaveLength(design.franking ? messages.length : 0);
  });
});

test('what worker threads connect by is the transport’s', async () => {
  const { default: connect } = await import(http.connect!.href);
  expect(connect).toBeTypeOf('function');
});

test.each(Object.values(kinds).map((kind) => [kind.name, kind] as const))(
  'the tasks of %s are functions, and one that deploys takes how to connect',
  async (_, kind) => {
    const tasks: Readonly<Record<string, unknown>> = await import(kind.tasks.href);
    const functions = Object.values(tasks).filter(
      (each): each is (...given: unknown[]) => unknown => typeof each === 'function',
    );
    expect(functions.length).toBeGreaterThan(0);
    if (kind.deploys) expect(functions.some(({ length }) => length === 2)).toBe(true);
  },
);
