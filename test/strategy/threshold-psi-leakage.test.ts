/** What threshold PSI gives away, measured where exact values are known: opened bits, list membership, room for hidden targets. */
import { describe, expect, test } from 'vitest';
import { slotsOf as slotsOfHash } from '../../src/crypto/cuckoo-table.ts';
import { psiPoint } from '../../src/crypto/dh-psi.ts';
import { filterHas, parseFilter } from '../../src/crypto/fuse-filter.ts';
import { one } from '../../src/crypto/group.ts';
import { tableHeaderBytes, tableRoot, tpsiPoint } from '../../src/crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../../src/crypto/tpsi-setup.ts';
import { parseTable } from '../../src/crypto/tpsi-table.ts';
import { testVoucher } from '../../src/crypto/voucher-opening.ts';
import type { Proportion } from '../../src/metric/interval.ts';
import { bayesCapacity, type Channel, posteriorVulnerability, shannonLeakage } from '../../src/metric/leakage.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import { equalityEntries } from '../../src/role/protocol/exact.ts';
import { thresholdPsi } from '../../src/role/protocol/threshold-psi.ts';
import { ownTable, type TableMaker, tpsiSettingsOf } from '../../src/role/protocol/voucher-server.ts';
import type { ProviderSetting } from '../../src/role/protocol.ts';
import { type StrategyName, strategies } from '../../src/strategy/index.ts';
import { byteKey, concatBytes, piecesOf } from '../../src/util/bytes.ts';
import { bitsOf, twoSample } from '../crypto/two-sample.ts';
import { plainWorld, sendAll } from '../helpers/plain-world.ts';
import { matched, packetsOf } from '../helpers/seen.ts';

const shown = ({ k, n, low, high }: Proportion): string => `${k}/${n} [${low.toFixed(4)}, ${high.toFixed(4)}]`;

/** Threshold PSI with a provider of one's own. */
const withProvider = async (
  world: ReturnType<typeof plainWorld>,
  make: (setting: ProviderSetting) => TableMaker,
  synthetic = true,
) => {
  let maker: TableMaker | undefined;
  const protocol = thresholdPsi(synthetic, (setting) => {
    maker = make(setting);
    return maker;
  });
  const deployment = await deploy(world, { name: 'threshold-psi', protocol });
  return { deployment, maker: maker! };
};

describe('T11: the opened-bit channel is the Z-channel of section 2.3', () => {
  const half = [0.5, 0.5];
  const channelOf = (p: number): Channel => [
    [1, 0],
    [p, 1 - p],
  ];

  test.each([
    { share: 0.01, strangers: 600, bits: 0.959531, success: 0.995, capacity: 1.99 },
    { share: 0.25, strangers: 200, bits: 0.548795, success: 0.875, capacity: 1.75 },
  ])('pitfall 8, with $share synthetic: α opens matches and synthetic ones, nothing else', async (exact) => {
    const { share, strangers, bits, success, capacity } = exact;
    const world = plainWorld({ listed: 100, settings: { syntheticShare: share } });
    const { deployment, maker } = await withProvider(world, ownTable);
    const pictures = [...world.listed, ...Array.from({ length: strangers }, () => world.stranger())];
    for (const picture of pictures) await deployment.send(world.message('ann', picture));
    const tester = {
      alpha: maker.secret.alpha,
      epoch: world.equality.list.version,
      root: maker.root!,
      settings: tpsiSettingsOf(world, true),
    };
    const opens = packetsOf({ deployment }, 'provider', 'voucher').map(
      ({ header, blobs }) => testVoucher(tester, 'ann', header.message, blobs.voucher!).state === 'opened',
    );
    const count = (from: readonly boolean[]): number => from.filter(Boolean).length;
    expect(count(opens.slice(0, world.listed.length))).toBe(world.listed.length);
    const others = proportion(count(opens.slice(world.listed.length)), strangers);
    console.log(`T11: p_syn ${share}: ${shown(others)} of the others open`);
    const [least, most] = [channelOf(others.high), channelOf(others.low)];
    expect(shannonLeakage(half, least)).toBeLessThanOrEqual(bits);
    expect(shannonLeakage(half, most)).toBeGreaterThanOrEqual(bits);
    expect(posteriorVulnerability(half, least)).toBeLessThanOrEqual(success);
    expect(posteriorVulnerability(half, most)).toBeGreaterThanOrEqual(success);
    expect(bayesCapacity(least)).toBeLessThanOrEqual(capacity);
    expect(bayesCapacity(most)).toBeGreaterThanOrEqual(capacity);
    // And the exact channel has the exact values.
    expect(shannonLeakage(half, channelOf(share))).toBeCloseTo(bits, 6);
    expect(posteriorVulnerability(half, channelOf(share))).toBeCloseTo(success, 10);
    expect(bayesCapacity(channelOf(share))).toBeCloseTo(capacity, 10);
  });
});

describe('T10: is a hash on the list? What a device can tell from all that it was given', () => {
  const size = 200;

  /** Guesses about members and as many others of the same kind; right ones of all. */
  const tried = (world: ReturnType<typeof plainWorld>, guess: (hash: Uint8Array) => boolean): Proportion => {
    const hashOf = (picture: Uint8Array): Uint8Array => picture.slice(0, 16);
    const members = world.listed.map(hashOf);
    const others = Array.from({ length: size }, () => hashOf(world.stranger()));
    const right = members.filter(guess).length + others.filter((hash) => !guess(hash)).length;
    return proportion(right, 2 * size);
  };
  const set = (deployment: Deployment) => packetsOf({ deployment }, 'sender', 'device-setup')[0]!.blobs;
  const slotsOf = (table: Uint8Array): Set<string> =>
    new Set(piecesOf(table.subarray(tableHeaderBytes), 32).map(byteKey));
  /** The advantage, twice the accuracy less one, that an interval of accuracies allows. */
  const advantage = ({ low, high }: Proportion): [number, number] => [2 * low - 1, 2 * high - 1];
  const verdict = (name: string, found: Proportion): [number, number] => {
    const [low, high] = advantage(found);
    console.log(`T10: ${name}: ${shown(found)} right, advantage [${low.toFixed(3)}, ${high.toFixed(3)}]`);
    return [low, high];
  };

  test.each<[StrategyName, (blobs: ReturnType<typeof set>) => (hash: Uint8Array) => boolean, told: boolean]>([
    [
      'client-filter',
      ({ filter, key }) => {
        const parsed = parseFilter(filter!, key!);
        return (hash) => parsed.ok && filterHas(parsed.filter, hash);
      },
      true,
    ],
    [
      'oprf-lookup',
      ({ filter, key }) => {
        const parsed = parseFilter(filter!, key!);
        return (hash) => parsed.ok && filterHas(parsed.filter, hash);
      },
      false,
    ],
    [
      'psi',
      ({ set }) => {
        const elements = new Set(piecesOf(set!, 32).map(byteKey));
        return (hash) => elements.has(byteKey(psiPoint(hash)));
      },
      false,
    ],
    [
      'threshold-psi',
      ({ set }) => {
        const slots = slotsOf(set!);
        return (hash) => slots.has(byteKey(tpsiPoint(hash)));
      },
      false,
    ],
  ])('%s: comparing with what lies on the device', async (name, attack, told) => {
    const world = plainWorld({ listed: size });
    const found = tried(world, attack(set(await deploy(world, strategies[name].design))));
    const [low, high] = verdict(name, found);
    if (told) expect(low).toBeGreaterThan(0.95);
    else expect([low <= 0, high >= 0]).toEqual([true, true]);
  });

  test('threshold-psi: bits of both slots, learnt on one half and scored on the other; an unblinded table is found out', async () => {
    const world = plainWorld({ listed: size });
    const { deployment } = await withProvider(world, ownTable);
    const parsed = parseTable(set(deployment).set!);
    if (!parsed.ok) throw new Error(parsed.reason);
    const { seed, slots, points } = parsed.table;
    const bits = (picture: Uint8Array): Uint8Array =>
      bitsOf(
        concatBytes(
          ...slotsOfHash(seed, slots, picture.slice(0, 16)).map((slot) => points.slice(32 * slot, 32 * slot + 32)),
        ),
      );
    const strangers = Array.from({ length: size }, () => world.stranger());
    const { accuracy, maxZ, limit } = twoSample(world.listed.map(bits), strangers.map(bits), 1);
    const [low, high] = verdict('threshold-psi, trained on its slots', accuracy);
    expect([low <= 0, high >= 0]).toEqual([true, true]);
    expect(maxZ).toBeLessThan(limit);
    const bare = await withProvider(world, (setting) => {
      const secret = { ...tableSecret(world.random), alpha: one };
      const bytes = blindTable(planTable(equalityEntries(setting), secret, 1), secret);
      return { bytes, secret, hiddenCapacity: 0, root: tableRoot([bytes]) };
    });
    const table = slotsOf(set(bare.deployment).set!);
    expect(
      verdict(
        'the same with α = 1',
        tried(world, (hash) => table.has(byteKey(tpsiPoint(hash)))),
      )[0],
    ).toBeGreaterThan(0.95);
  });
});

test('pitfall 6: hidden targets fit into free slots, open like entries, and no device notices: the capacity is the slots', async () => {
  const world = plainWorld({ listed: 10, settings: { matchThreshold: 2, syntheticShare: 0 } });
  const targets = [world.stranger(), world.stranger()];
  const honest = await withProvider(world, ownTable, false);
  const { deployment, maker } = await withProvider(
    world,
    (setting) => {
      const secret = tableSecret(world.random);
      const hidden = targets.map((picture) => picture.slice(0, 16));
      const plan = planTable([...equalityEntries(setting), ...hidden], secret, 1);
      const bytes = blindTable(plan, secret);
      return { bytes, secret, hiddenCapacity: plan.placed.slots - 10, root: tableRoot([bytes]) };
    },
    false,
  );
  const messages = [world.stranger(), ...targets].map((picture) => world.message('ann', picture));
  await sendAll(deployment, messages);
  expect(deployment.rejected).toEqual([]);
  expect(matched({ deployment }, { messages })).toEqual(messages.slice(1).map(({ id }) => id));
  for (const { bytes, hiddenCapacity } of [honest.maker, maker])
    expect(hiddenCapacity).toBe((bytes.length - tableHeaderBytes) / 32 - 10);
  expect(honest.maker.hiddenCapacity).toBeGreaterThan(10);
});
