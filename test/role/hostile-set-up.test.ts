/** A malicious list or provider at set-up: devices refuse what it gives them, once, and messages go on. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { buildFilter, serializeFilter } from '../../src/crypto/fuse-filter.ts';
import { tableHeaderBytes, tableRoot } from '../../src/crypto/tpsi-format.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { deploy } from '../../src/role/deployment.ts';
import { thresholdPsi } from '../../src/role/protocol/threshold-psi.ts';
import { ownTable } from '../../src/role/protocol/voucher-server.ts';
import type { Blobs } from '../../src/role/wire.ts';
import type { StrategyName } from '../../src/strategy/index.ts';
import { u32 } from '../../src/util/bytes.ts';
import { plainWorld, sendAll } from '../helpers/plain-world.ts';
import { types } from '../helpers/seen.ts';
import { tamper } from '../helpers/tamper.ts';
import { attacked, expectUnharmed, found } from './hostile-service.ts';

afterEach(() => vi.restoreAllMocks());
const all = ['ann', 'ben', 'eve'];
const identity = new Uint8Array(32);
const invalid = new Uint8Array(32).fill(255);
const put = (bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array => {
  const out = bytes.slice();
  out.set(part, at);
  return out;
};
const slot = (index: number): number => tableHeaderBytes + 32 * index;
const change = (name: string, how: (bytes: Uint8Array) => Uint8Array) => (blobs: Blobs) => ({
  ...blobs,
  [name]: how(blobs[name]!),
});
/** The filter of something else, with fingerprints of one byte: one picture in 256 would match. */
const wide = (blobs: Blobs): Blobs => ({
  ...blobs,
  filter: serializeFilter(buildFilter([identity, invalid], 8, blobs.key!)),
});

describe('set-up', () => {
  const filters: [string, (blobs: Blobs) => Blobs, RegExp][] = [
    ['a filter that is cut', change('filter', (bytes) => bytes.subarray(1)), /do not begin as a filter does/],
    ['a filter that is too short', change('filter', (bytes) => bytes.subarray(0, -1)), /are no filter of \d+ finger/],
    ['a filter key of 31 bytes', change('key', (bytes) => bytes.subarray(1)), /a filter key has 32 bytes, not 31/],
    ['a filter with wider nets', wide, /fingerprints of 8 bits where 16 are due/],
    ['nothing', () => ({}), /a filter key has 32 bytes, not 0/],
  ];
  const tables: [string, (blobs: Blobs) => Blobs, RegExp][] = [
    ['identity as L', change('set', (bytes) => put(bytes, tableHeaderBytes - 32, identity)), /not the one in the log/],
    ['identity in a slot', change('set', (bytes) => put(bytes, slot(3), identity)), /not the one in the log/],
    ['a cut table', change('set', (bytes) => bytes.subarray(0, -1)), /are no table of/],
    ['an older epoch', change('set', (bytes) => put(bytes, 8, u32(0))), /not the one in the log/],
    ['nothing', () => ({}), /do not begin as a table does/],
  ];
  const cases: [StrategyName, string, (blobs: Blobs) => Blobs, RegExp][] = [
    ...filters.map((each): [StrategyName, ...typeof each] => ['client-filter', ...each]),
    ...filters.slice(0, 4).map((each): [StrategyName, ...typeof each] => ['oprf-lookup', ...each]),
    [
      'oprf-lookup',
      'identity as key',
      change('publicKey', () => identity),
      /the provider's key is no point \(identity/,
    ],
    ['oprf-lookup', 'a short key', change('publicKey', (key) => key.subarray(1)), /no point \(length/],
    ['oprf-lookup', 'a key that is none', change('publicKey', () => invalid), /no point \(invalid/],
    [
      'psi',
      'a set that is cut',
      change('set', (set) => set.subarray(0, -1)),
      /element 5 of the set is no point: length/,
    ],
    ['psi', 'identity in the set', change('set', (set) => put(set, 32, identity)), /element 1 .* no point: identity/],
    ['psi', 'no point in the set', change('set', (set) => put(set, 64, invalid)), /element 2 .* no point: invalid/],
    ['psi', 'a repeated entry', change('set', (set) => put(set, 96, set.slice(0, 32))), /element 3 .* there twice/],
    ['private-membership', 'identity as key', change('publicKey', () => identity), /no point \(identity/],
    ['private-membership', 'a key that is none', change('publicKey', () => invalid), /no point \(invalid/],
    ...tables.map((each): [StrategyName, ...typeof each] => ['threshold-psi', ...each]),
    ...tables.slice(0, 2).map((each): [StrategyName, ...typeof each] => ['threshold-psi-synthetic', ...each]),
  ];

  test.each(cases)('T7: %s with %s: refused once, nothing matches, all is delivered', async (name, _, how, reason) => {
    tamper('device-setup', ({ blobs }) => ({ blobs: how(blobs) }));
    const run = await attacked(name);
    const refused = run.deployment.rejected.filter((each) => each.startsWith('set-up: '));
    expect(refused).toEqual([expect.stringMatching(reason)]);
    expect(found(run)).toEqual([]);
    expect(run.deployment.tips).toEqual([]);
    expectUnharmed(run, all);
  });

  test.each(['client-filter', 'oprf-lookup', 'psi', 'private-membership', 'threshold-psi'] as const)(
    '%s: a set-up for another version of the list is refused',
    async (name) => {
      tamper('device-setup', ({ draft }) => ({ draft: { ...draft, version: 0 } }));
      const run = await attacked(name);
      expect(run.deployment.rejected[0]).toMatch(/^set-up: version 0 of the list where 1 is due; /);
      expect(found(run)).toEqual([]);
      expectUnharmed(run, all);
    },
  );

  // In the log itself, so that the root fits: what a provider that logs a bad table is found out by.
  test.each<[string, (bytes: Uint8Array) => Uint8Array, RegExp]>([
    ['identity as L', (bytes) => put(bytes, tableHeaderBytes - 32, identity), /key is no point: identity/],
    ['identity in a slot', (bytes) => put(bytes, slot(3), identity), /slot 3 of the table is the identity/],
    ['no point in a slot', (bytes) => put(bytes, slot(4), invalid), /slot 4 of the table is no point/],
    ['a repeated entry', (bytes) => put(bytes, slot(5), bytes.slice(slot(2), slot(3))), /slot 5 .* repeats slot 2/],
    ['an older epoch', (bytes) => put(bytes, 8, u32(0)), /a table of epoch 0/],
  ])('pitfall 6b and T7: a logged table with %s is refused before the first voucher', async (_, how, reason) => {
    const protocol = thresholdPsi(false, (setting) => {
      const maker = ownTable(setting);
      const bytes = how(maker.bytes);
      return { ...maker, bytes, root: tableRoot([bytes]) };
    });
    const run = await attacked('threshold-psi', { protocol });
    expect(run.deployment.rejected).toEqual([expect.stringMatching(reason)]);
    expect(types(run, 'provider')).not.toContain('voucher');
    expectUnharmed(run, all);
  });

  test('pitfall 5: a table for one user, with a target of its own, is not the logged one: that user sends no voucher', async () => {
    const world = plainWorld({ settings: { matchThreshold: 2 } });
    const target = world.stranger();
    const { list } = world.equality;
    const tagged = {
      ...world,
      equality: {
        list: hashList(list, [...list.entries, { id: 'target', hash: target.slice(0, 16) }]),
        thresholdBits: 0,
      },
    };
    // Whose table is made first is in the log.
    let logged: Uint8Array | undefined;
    const protocol = thresholdPsi(false, (setting) => {
      const maker = ownTable(setting);
      logged ??= maker.root!;
      return { ...maker, root: logged };
    });
    expectUnharmed(await attacked('threshold-psi', { protocol }));
    const deployment = await deploy(tagged, { name: 'threshold-psi', protocol });
    const messages = [target, target].map((picture) => tagged.message('eve', picture));
    await sendAll(deployment, messages);
    expect(deployment.rejected).toEqual(['set-up: this table is not the one in the log; the device makes no vouchers']);
    expect(types({ deployment }, 'provider')).not.toContain('voucher');
    for (const { id } of messages)
      expect(deployment.outcome(id)).toMatchObject({ scanned: 'refused', delivered: true });
  });
});
