/** A malicious provider, holder of a key or directory: what it answers is turned away, and nobody else loses anything. */

import { afterEach, describe, expect, test, vi } from 'vitest';
import { basePoint, multiplyEncoded, randomScalar } from '../../src/crypto/group.ts';
import { entryBytes } from '../../src/crypto/hidden-distance.ts';
import { sample, sampledBits } from '../../src/role/bucket.ts';
import { deploy } from '../../src/role/deployment.ts';
import type { Blobs } from '../../src/role/wire.ts';
import { type StrategyName, strategies } from '../../src/strategy/index.ts';
import { plainWorld, sendAll, withFlipped } from '../helpers/plain-world.ts';
import { packetsOf, types } from '../helpers/seen.ts';
import { tamper } from '../helpers/tamper.ts';
import { attacked, expectUnharmed, found, reasons } from './hostile-service.ts';

afterEach(() => vi.restoreAllMocks());
const identity = new Uint8Array(32);
const invalid = new Uint8Array(32).fill(255);
const change = (name: string, how: (bytes: Uint8Array) => Uint8Array) => (blobs: Blobs) => ({
  ...blobs,
  [name]: how(blobs[name]!),
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
    ['oprf-lookup', 'side a point', (bytes) => bytes.subarray(16), 'element 0 is no point: length'],
    ['oprf-lookup', 'another key’s', underOtherKey, 'the proof does not hold under this public key'],
    ['psi', 'identity', () => identity, 'element 0 is no point: identity'],
    ['psi', 'no point', () => invalid, 'element 0 is no point: invalid'],
    ['psi', 'side a point', (bytes) => bytes.subarray(16), 'element 0 is no point: length'],
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
      const deployment = await deploy(world, strategies['similarity-bucket'].design);
      const message = world.message('ann', picture);
      await sendAll(deployment, [message]);
      vi.restoreAllMocks();
      return deployment.outcome(message.id).scanned;
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
    await run.deployment.serve({ id: 'o', account: 'ann', from: 0, to: 99_999 });
    const ids = run.messages.slice(0, 4).map(({ id }) => id);
    expect(run.deployment.rejected).toEqual(ids.map((id) => `${id}: the part of the provider is not right`));
    expect(packetsOf(run, 'curator', 'part-request').map(({ header }) => header.message)).toEqual(ids);
    const opened = run.deployment.views.court.entries.filter(({ type }) => type === 'opened');
    expect(opened.map(({ message }) => message)).toEqual(ids);
  });

  test('where all must take part, a wrong one stops the opening, with a reason', async () => {
    tamper('escrow-part', ({ from }) => (from === 'provider' ? { blobs: {} } : undefined));
    const run = await attacked('split-escrow', { settings: { escrowQuorum: 3 } });
    await run.deployment.serve({ id: 'o', account: 'ann', from: 0, to: 10_000 });
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
    const deployment = await deploy(world, strategies.ghost.design);
    await deployment.serve({ id: 'o', account: 'ann', from: 0, to: 99_999 });
    const messages = [world.message('ann', world.stranger()), world.message('ben', world.stranger())];
    await sendAll(deployment, messages);
    expect(messages.map(({ id }) => deployment.outcome(id).delivered)).toEqual([true, true]);
    expect(deployment.rejected).toEqual([`${messages[0]!.id}: the key of the added device is invalid`]);
  },
);
