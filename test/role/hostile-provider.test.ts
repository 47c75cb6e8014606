/** A malicious list or provider: devices turn it away with a reason, and messages go on. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { buildFilter, serializeFilter } from '../../src/crypto/fuse-filter.ts';
import { basePoint, multiplyEncoded, randomScalar } from '../../src/crypto/group.ts';
import { entryBytes } from '../../src/crypto/hidden-distance.ts';
import { tableHeaderBytes, tableRoot } from '../../src/crypto/tpsi-format.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { sample, sampledBits } from '../../src/role/bucket.ts';
import { deploy } from '../../src/role/deployment.ts';
import { ownTable, thresholdPsi } from '../../src/role/protocol/threshold-psi.ts';
import type { Setting } from '../../src/role/protocol.ts';
import type { Blobs } from '../../src/role/wire.ts';
import { type StrategyName, strategies } from '../../src/strategy/index.ts';
import { u32 } from '../../src/util/bytes.ts';
import { plainWorld, sendAll, withFlipped } from '../helpers/plain-world.ts';
import { packetsOf, types } from '../helpers/seen.ts';
import { tamper } from '../helpers/tamper.ts';
import { attacked, expectUnharmed, found, reasons } from './hostile-service.ts';

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
    const protocol = (setting: Setting) => {
      const maker = ownTable(setting);
      const bytes = how(maker.bytes);
      return thresholdPsi(setting, false, { ...maker, bytes, root: tableRoot([bytes]) });
    };
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
    const protocol = (setting: Setting) => {
      const maker = ownTable(setting);
      logged ??= maker.root!;
      return thresholdPsi(setting, false, { ...maker, root: logged });
    };
    expectUnharmed(await attacked('threshold-psi', { protocol }));
    const deployment = deploy(tagged, { name: 'threshold-psi', protocol });
    const messages = [target, target].map((picture) => tagged.message('eve', picture));
    await sendAll(deployment, messages);
    expect(deployment.rejected).toEqual(['set-up: this table is not the one in the log; the device makes no vouchers']);
    expect(types({ deployment }, 'provider')).not.toContain('voucher');
    for (const { id } of messages) expect(deployment.fate(id)).toMatchObject({ scanned: 'refused', delivered: true });
  });
});

describe('answers', () => {
  const eves = (message: string): boolean => message >= 'p10008';
  const random = (length: number): Uint8Array => new Uint8Array(length).map((_, i) => 7 * i + 1);
  const underOtherKey = (point: Uint8Array): Uint8Array => {
    const product = multiplyEncoded(randomScalar(random), point);
    return product.ok ? product.point : point;
  };

  test.each<[StrategyName, string, (bytes: Uint8Array) => Uint8Array, string]>([
    ['oprf-lookup', 'identity', () => identity, 'element 0 is no point: identity'],
    ['oprf-lookup', 'half a point', (bytes) => bytes.subarray(16), 'element 0 is no point: length'],
    ['oprf-lookup', 'another key’s', underOtherKey, 'the proof does not hold under this public key'],
    ['psi', 'identity', () => identity, 'element 0 is no point: identity'],
    ['psi', 'no point', () => invalid, 'element 0 is no point: invalid'],
    ['psi', 'half a point', (bytes) => bytes.subarray(16), 'element 0 is no point: length'],
  ])('%s: %s for one account: that device turns it away, others match', async (name, _, how, reason) => {
    tamper('blinded-answer', ({ draft, blobs }) =>
      eves(draft.message) ? { blobs: change('evaluated', how)(blobs) } : undefined,
    );
    const run = await attacked(name);
    expectUnharmed(run, ['eve']);
    expect(reasons(run)).toEqual(new Array(4).fill(reason));
    expect(run.deployment.rejected.every(eves)).toBe(true);
    expect(found(run).filter(eves)).toEqual([]);
  });

  test('psi: an answer under another key for one account is not noticed: it finds nothing, which a proof would show', async () => {
    tamper('blinded-answer', ({ draft, blobs }) =>
      eves(draft.message) ? { blobs: change('evaluated', underOtherKey)(blobs) } : undefined,
    );
    const run = await attacked('psi');
    expectUnharmed(run, ['eve']);
    expect(run.deployment.rejected).toEqual([]);
    expect(found(run).filter(eves)).toEqual([]);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    [
      'cut',
      (bytes) => bytes.subarray(0, -1),
      `an entry of ${entryBytes(32) - 1} bytes where ${entryBytes(32)} are due`,
    ],
    ['no points', (bytes) => bytes.map(() => 255), 'an entry holds what is no point'],
    ['one byte', () => Uint8Array.of(1), `an entry of 1 bytes where ${entryBytes(32)} are due`],
  ])('private-membership: encrypted entries that are %s for one account are not answered', async (_, how, reason) => {
    tamper('encrypted-bucket', ({ draft, blobs }) =>
      eves(draft.message) && blobs.entries!.length > 0 ? { blobs: { entries: how(blobs.entries!) } } : undefined,
    );
    const run = await attacked('private-membership');
    expectUnharmed(run, ['eve']);
    expect(reasons(run)).toContain(reason);
    expect(found(run).filter(eves)).toEqual([]);
  });

  test('similarity-bucket: an entry that was not asked for is passed over, however near it is', async () => {
    const world = plainWorld({ listed: 1, settings: { bucketNoise: 0, bucketRadius: 3 } });
    const picture = world.stranger();
    const answered = async (bits: number): Promise<string> => {
      const hash = withFlipped(picture, sampledBits(world).slice(0, bits)).slice(0, 32);
      expect(sample(hash, sampledBits(world))).not.toEqual(sample(picture, sampledBits(world)));
      tamper('bucket-answer', ({ draft }) => ({ draft: { ...draft, ids: ['made up'] }, blobs: { hashes: hash } }));
      const deployment = strategies['similarity-bucket'].deploy(world);
      const message = world.message('ann', picture);
      await sendAll(deployment, [message]);
      vi.restoreAllMocks();
      return deployment.fate(message.id).scanned;
    };
    expect([await answered(3), await answered(4)]).toEqual(['match', 'clear']);
  });
});

describe('other holders of a split escrow key', () => {
  test.each<[string, (blobs: Blobs) => Blobs]>([
    ['a part of something else', change('point', () => basePoint)],
    ['a part under another place', change('x', (x) => x.with(0, x[0]! ^ 3))],
    ['no proof', ({ proof: _, ...blobs }) => blobs],
    ['identity', change('point', () => identity)],
    ['nothing', () => ({})],
  ])('%s is turned away, and the next holder asked', async (_, how) => {
    tamper('escrow-part', ({ from, blobs }) => (from === 'provider' ? { blobs: how(blobs) } : undefined));
    const run = await attacked('split-escrow');
    run.deployment.serve({ id: 'o', account: 'ann', from: 0, to: 99_999 });
    const ids = run.messages.slice(0, 4).map(({ id }) => id);
    expect(run.deployment.rejected).toEqual(ids.map((id) => `${id}: the part of the provider is not right`));
    expect(packetsOf(run, 'curator', 'part-request').map(({ header }) => header.message)).toEqual(ids);
    const opened = run.deployment.views.court.sightings.filter(({ type }) => type === 'opened');
    expect(opened.map(({ message }) => message)).toEqual(ids);
  });

  test('where all must take part, a wrong one stops the opening, with a reason', async () => {
    tamper('escrow-part', ({ from }) => (from === 'provider' ? { blobs: {} } : undefined));
    const run = await attacked('split-escrow', { settings: { escrowQuorum: 3 } });
    run.deployment.serve({ id: 'o', account: 'ann', from: 0, to: 10_000 });
    expect(reasons(run).sort()).toEqual([
      '2 of the 3 parts that open are right',
      'the part of the provider is not right',
    ]);
    expect(types(run, 'court')).not.toContain('opened');
  });
});

test.each([identity, new Uint8Array(3), new Uint8Array(0)])(
  'ghost: a directory that names a key which is none (%s) costs no message',
  async (key) => {
    tamper('device-key', () => ({ blobs: { key } }));
    const world = plainWorld();
    const deployment = strategies.ghost.deploy(world);
    deployment.serve({ id: 'o', account: 'ann', from: 0, to: 99_999 });
    const messages = [world.message('ann', world.stranger()), world.message('ben', world.stranger())];
    await sendAll(deployment, messages);
    expect(messages.map(({ id }) => deployment.fate(id).delivered)).toEqual([true, true]);
    expect(deployment.rejected).toEqual([`${messages[0]!.id}: the key of the added device is none`]);
  },
);
