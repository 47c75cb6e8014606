/** S9a and S9b against what they promise: nothing opens below the threshold, at it exactly the account's matches. */

import { describe, expect, test } from 'vitest';
import { tableHeaderBytes } from '../../src/crypto/tpsi-format.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { deploy } from '../../src/role/deployment.ts';
import type { ProtocolSettings } from '../../src/schema/protocol-settings.ts';
import { strategies } from '../../src/strategy/index.ts';
import { fromUtf8, readU32 } from '../../src/util/bytes.ts';
import { type PlainOptions, plainWorld, sendAll } from '../helpers/plain-world.ts';
import {
  all,
  hashes,
  holds,
  idsOf,
  matched,
  packetsOf,
  pictures,
  sizes,
  through,
  tipped,
  types,
} from '../helpers/seen.ts';
import { equalityHexOf } from '../helpers/world.ts';

const both = [['threshold-psi'], ['threshold-psi-synthetic']] as const;

describe.each(both)('%s', (name) => {
  const strategy = strategies[name];
  /** Whose vouchers are synthetic is a device's secret: tests of what opens do without them. */
  const service = async (settings: Partial<ProtocolSettings> = {}, options: PlainOptions = {}) => {
    const world = plainWorld({ ...options, settings: { matchThreshold: 3, syntheticShare: 0, ...settings } });
    const deployment = await deploy(world, strategy.design);
    /** Sends pictures of an account; returns the messages' ids. */
    const send = async (sender: string, sent: readonly Uint8Array[]): Promise<string[]> => {
      const messages = sent.map((picture) => world.message(sender, picture));
      await sendAll(deployment, messages);
      return messages.map(({ id }) => id);
    };
    const opened = (): string[] =>
      deployment.views.provider.entries.filter(({ type }) => type === 'opened').map(({ message }) => message);
    return { world, deployment, send, opened };
  };

  test('T3 and pitfall 12: below the threshold nothing opens; at it exactly the account’s matches, and no other account’s', async () => {
    const { world, deployment, send, opened } = await service();
    const [a, b, c, d] = world.listed as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const others = [world.stranger(), world.stranger(), world.stranger()];
    const early = await send('ann', [a, others[0]!, b]);
    const ben = await send('ben', [c, d, others[1]!]);
    expect(opened()).toEqual([]);
    for (const picture of [a, b, c, d, ...others]) expect(holds({ deployment }, 'provider', picture)).toBe(false);
    expect(deployment.tips).toEqual([]);
    // The third one makes the two before it readable as well.
    const [third] = await send('ann', [c, others[2]!]);
    const matches = [early[0]!, early[2]!, third!];
    expect(opened()).toEqual(matches);
    for (const id of [...early, ...ben, third!])
      expect(deployment.outcome(id).scanned, id).toBe(matches.includes(id) ? 'match' : 'clear');
    for (const picture of [d, ...others]) expect(holds({ deployment }, 'provider', picture)).toBe(false);
    expect(tipped({ deployment })).toEqual(matches);
    for (const { reportedAccount } of deployment.tips) expect(reportedAccount.id).toBe('ann');
    expect(deployment.rejected).toEqual([]);
  });

  test('pitfall 3: a picture that is sent again counts once, and is shown each time once enough others match', async () => {
    const { world, send, opened } = await service();
    const [a, b, c] = world.listed as [Uint8Array, Uint8Array, Uint8Array];
    const burst = await send('ann', [a, a, a, a, a, b]);
    expect(opened()).toEqual([]);
    const [last] = await send('ann', [c]);
    expect(opened()).toEqual([...burst, last]);
  });

  test('T5: every message has a voucher, also one whose picture has no hash, and all are equally long', async () => {
    const { world, run } = await through(strategy);
    const vouchers = packetsOf(run, 'provider', 'voucher');
    expect(vouchers.map(({ header }) => header.message)).toEqual(all(world));
    expect(sizes(run, 'provider', 'voucher')).toHaveLength(1);
    expect(sizes(run, 'relay', 'envelope')).toHaveLength(1);
    expect(run.deployment.outcome(idsOf(world, 'odd')[0]!).scanned).toBe('refused');
    expect(hashes(run, 'provider', world)).toEqual([]);
    expect(hashes(run, 'provider', world, equalityHexOf)).toEqual([]);
    expect(pictures(run, 'provider', world)).toEqual(matched(run, world));
    for (const id of matched(run, world)) expect(idsOf(world, 'same')).toContain(id);
  });

  test('a picture that is sent again has another voucher, in every part', async () => {
    const { world, deployment, send } = await service();
    await send('ann', [world.listed[0]!, world.listed[0]!]);
    const [first, second] = packetsOf({ deployment }, 'provider', 'voucher').map(({ blobs }) => blobs.voucher!);
    for (let at = 4; at + 32 <= first!.length; at += 32)
      expect(Buffer.from(first!.subarray(at, at + 32)).equals(second!.subarray(at, at + 32)), `byte ${at}`).toBe(false);
  });

  test('devices get one table for all, of 32 bytes a slot, for one version of the list; vouchers name it', async () => {
    const { world, deployment, send } = await service({}, { listed: 40, version: 7 });
    await send('ann', [world.listed[0]!]);
    const [packet, ...more] = packetsOf({ deployment }, 'sender', 'device-setup');
    expect(more).toEqual([]);
    const { set } = packet!.blobs as { set: Uint8Array };
    const slots = (set.length - tableHeaderBytes) / 32;
    expect([packet!.header.version, readU32(set, 8), readU32(set, 12)]).toEqual([7, 7, slots]);
    expect([deployment.listBytes, deployment.hiddenCapacity]).toEqual([set.length, slots - 40]);
    expect(slots).toBeGreaterThan(80);
    expect(readU32(packetsOf({ deployment }, 'provider', 'voucher')[0]!.blobs.voucher!, 0)).toBe(7);
    for (const { hash } of world.equality.list.entries) expect(holds({ deployment }, 'sender', hash)).toBe(false);
    expect(types({ deployment }, 'sender')).toEqual(new Set(['device-setup']));
  });

  test('an empty list opens nothing', async () => {
    const world = plainWorld({ settings: { matchThreshold: 2, syntheticShare: 0 } });
    const none = { ...world, equality: { list: hashList(world.equality.list, []), thresholdBits: 0 } };
    const deployment = await deploy(none, strategy.design);
    const messages = world.listed.map((picture) => world.message('ann', picture));
    await sendAll(deployment, messages);
    expect(matched({ deployment }, { messages })).toEqual([]);
    expect(deployment.rejected).toEqual([]);
  });
});

test('threshold-psi: the provider knows of every voucher whether it opened', async () => {
  const { world, run } = await through(strategies['threshold-psi']);
  const learnt = run.deployment.views.provider.entries.filter(({ type }) => type === 'learnt');
  expect(learnt.map(({ message }) => message)).toEqual(all(world));
  expect(learnt.filter(({ bytes }) => fromUtf8(bytes) === 'match').map(({ message }) => message)).toEqual(
    idsOf(world, 'same'),
  );
});

describe('threshold-psi-synthetic', () => {
  test('where all vouchers are synthetic none is a match, and none can be told from one that is', async () => {
    const world = plainWorld({ settings: { matchThreshold: 2, syntheticShare: 1, syntheticBudget: 8 } });
    const deployment = await deploy(world, strategies['threshold-psi-synthetic'].design);
    const messages = world.listed.slice(0, 5).map((picture) => world.message('ann', picture));
    await sendAll(deployment, messages);
    expect(matched({ deployment }, { messages })).toEqual([]);
    expect(types({ deployment }, 'provider')).toEqual(new Set(['list', 'voucher']));
    expect(deployment.rejected).toEqual([]);
  });

  test('matches are found among as many synthetic vouchers as the budget allows', async () => {
    const syntheticBudget = 12;
    const world = plainWorld({ listed: 40, settings: { matchThreshold: 3, syntheticShare: 0.3, syntheticBudget } });
    const deployment = await deploy(world, strategies['threshold-psi-synthetic'].design);
    const listed = world.listed.slice(0, 6).map((picture) => world.message('ann', picture));
    const others = Array.from({ length: 15 }, () => world.message('ann', world.stranger()));
    await sendAll(deployment, [...others, ...listed]);
    const found = matched({ deployment }, { messages: [...others, ...listed] });
    // A synthetic voucher takes the place of a real one, whose match is lost.
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found.length).toBeLessThan(listed.length);
    for (const id of found) expect(listed.map((message) => message.id)).toContain(id);
    expect(deployment.rejected).toEqual([]);
  });
});
