/** S9c against the provider and the curator that it is there to bind: devices refuse the set-up, make no voucher, and messages go on. */
import { describe, expect, test } from 'vitest';
import { multiply } from '../../src/crypto/group.ts';
import { tableHeaderBytes, tpsiPoint } from '../../src/crypto/tpsi-format.ts';
import type { Deployment } from '../../src/role/deployment.ts';
import { type Authorisation, authorise, certifiedTable } from '../../src/role/protocol/certified-threshold-psi.ts';
import { thresholdPsi } from '../../src/role/protocol/threshold-psi.ts';
import { ownTable, type TableMaker } from '../../src/role/protocol/voucher-server.ts';
import type { ProviderSetting } from '../../src/role/protocol.ts';
import { decode } from '../../src/role/wire.ts';
import { strategies } from '../../src/strategy/index.ts';
import { runThrough } from '../helpers/deployment.ts';
import { type SmallWorld, smallWorld } from '../helpers/world.ts';

const name = 'certified-threshold-psi';
const base = strategies[name];

/** S9c with a provider of one's own, or a curator. */
const through = async (cheats: {
  provider?: (maker: TableMaker, setting: ProviderSetting, authorisation: Authorisation) => TableMaker;
  curator?: (authorisation: Authorisation) => Authorisation;
}): Promise<{ world: SmallWorld; deployment: Deployment }> => {
  const world = smallWorld();
  const { provider, curator = (same) => same } = cheats;
  const protocol = thresholdPsi(true, (setting) => {
    const authorisation = curator(authorise(setting));
    const maker = certifiedTable(setting, authorisation);
    return provider && maker ? provider(maker, setting, authorisation) : maker;
  });
  const { deployment } = await runThrough({ ...base, design: { name, protocol } }, world);
  return { world, deployment };
};

const put = (bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array => {
  const out = bytes.slice();
  out.set(part, at);
  return out;
};
const slot = (index: number): number => tableHeaderBytes + 32 * index;
const vouchers = ({ views }: Deployment): number =>
  views.provider.entries.filter(({ type }) => type === 'voucher').length;
const delivered = (deployment: Deployment, world: SmallWorld): boolean =>
  world.messages.every(({ id }) => deployment.outcome(id).delivered);

test('an honest run finds what threshold-psi-synthetic finds, and leaves no room for hidden targets', async () => {
  // Synthetic vouchers, which are the device's secret, would hide different matches in the two runs.
  const world = smallWorld({ settings: { syntheticShare: 0 } });
  const runs = [base, strategies['threshold-psi-synthetic']].map(async (strategy) => runThrough(strategy, world));
  const [certified, plain] = (await Promise.all(runs)).map(({ deployment }) => deployment) as [Deployment, Deployment];
  const found = (of: Deployment): string[] =>
    world.messages.map(({ id }) => id).filter((id) => of.outcome(id).scanned === 'match');
  expect(found(certified)).toEqual(found(plain));
  expect(found(certified).length).toBeGreaterThan(3);
  expect(certified.rejected).toEqual([]);
  expect(vouchers(certified)).toBe(world.messages.length);
  expect([certified.hiddenCapacity, (plain.hiddenCapacity ?? 0) > 0]).toEqual([0, true]);
});

test('a curator’s auditors who do not open every slot leave as much room as they keep to themselves', async () => {
  const { deployment } = await through({ curator: (authorisation) => ({ ...authorisation, unexplained: 3 }) });
  expect(deployment.hiddenCapacity).toBe(3);
});

test('the provider gets the signed table and its key but no list under the equality hash; devices get no key', async () => {
  const { deployment } = await through({});
  const seen = (role: 'provider' | 'sender', bytes: Uint8Array): boolean =>
    deployment.views[role].entries.some((entry) => Buffer.from(entry.bytes).includes(Buffer.from(bytes)));
  const packet = deployment.views.provider.entries.find(({ type }) => type === 'authorised-table')!;
  const read = decode(packet.bytes);
  if (!read.ok) throw new Error(read.reason);
  const { table, signature, key } = read.packet.blobs;
  expect(packet.from).toBe('curator');
  expect([seen('sender', table!), seen('sender', signature!), seen('sender', key!)]).toEqual([true, true, false]);
  // One list, under the near hash, which every provider gets; threshold-psi-synthetic asks for a second one.
  expect(deployment.views.provider.entries.filter(({ type }) => type === 'list')).toHaveLength(1);
});

describe('refused, before the first voucher', () => {
  test.each<[string, Parameters<typeof through>[0], RegExp]>([
    [
      'a provider that puts a hidden target into a slot',
      {
        provider: (maker) => {
          const target = multiply(maker.secret.alpha, tpsiPoint(new Uint8Array(16).fill(7)));
          return { ...maker, bytes: put(maker.bytes, slot(3), target) };
        },
      },
      /slots 0 to \d+ of the table are not proved/,
    ],
    [
      'a provider that exchanges two slots',
      {
        provider: (maker) => {
          const [a, b] = [maker.bytes.slice(slot(1), slot(2)), maker.bytes.slice(slot(2), slot(3))];
          return { ...maker, bytes: put(put(maker.bytes, slot(1), b), slot(2), a) };
        },
      },
      /are not proved/,
    ],
    [
      'a provider that gives a user another table, which it signed and certified itself',
      {
        provider: (maker, setting) => ({
          ...certifiedTable(setting, authorise(setting))!,
          authoriser: maker.authoriser!,
        }),
      },
      /not signed by the authoriser/,
    ],
    [
      'its own table under the certificate of the right one',
      {
        provider: (maker, setting) => {
          const { bytes, secret } = ownTable(setting);
          return { ...maker, bytes, secret };
        },
      },
      /another epoch or seed/,
    ],
    [
      'the authorised table itself, unmultiplied',
      { provider: (maker, _, { packet }) => ({ ...maker, bytes: packet.blobs.table! }) },
      /are not proved/,
    ],
    ['no certificate', { provider: ({ certificate: _, ...maker }) => maker }, /the table comes without a certificate/],
    [
      'a certificate that was cut',
      { provider: (maker) => ({ ...maker, certificate: maker.certificate!.subarray(1) }) },
      /does not fit a table of/,
    ],
  ])('%s', async (_, cheats, reason) => {
    const { world, deployment } = await through(cheats);
    expect(deployment.rejected).toHaveLength(1);
    expect(deployment.rejected[0]).toMatch(/^set-up: .*; the device makes no vouchers$/);
    expect(deployment.rejected[0]).toMatch(reason);
    expect(vouchers(deployment)).toBe(0);
    expect(deployment.tips).toEqual([]);
    expect(delivered(deployment, world)).toBe(true);
  });

  test.each<[string, (authorisation: Authorisation) => Authorisation, RegExp]>([
    [
      'a curator whose signature is not the one that devices know',
      (authorisation) => ({ ...authorisation, keys: { ...authorisation.keys, publicKey: new Uint8Array(32).fill(9) } }),
      /not signed by the authoriser/,
    ],
    [
      'a curator whose key is not the table’s',
      ({ packet, ...rest }) => ({
        ...rest,
        packet: { ...packet, blobs: { ...packet.blobs, key: new Uint8Array(32).fill(1) } },
      }),
      /the key is not the one of the authorised table/,
    ],
    [
      'a curator that sends nothing',
      ({ packet, ...rest }) => ({ ...rest, packet: { ...packet, blobs: {} } }),
      /do not begin as a table/,
    ],
  ])('%s: the provider has no table, and never falls back on its own', async (_, curator, reason) => {
    const { world, deployment } = await through({ curator });
    expect(deployment.rejected).toEqual([expect.stringMatching(reason)]);
    expect(deployment.views.sender.entries.map(({ type }) => type)).not.toContain('device-setup');
    expect(vouchers(deployment)).toBe(0);
    expect(delivered(deployment, world)).toBe(true);
  });
});
