/** The strategies of private matching against what they promise: who sees what of which message, read from the views as bytes. */

import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../src/crypto/fuse-filter.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { sampledBits } from '../../src/role/bucket.ts';
import { deploy } from '../../src/role/deployment.ts';
import type { PacketType } from '../../src/schema/packet.ts';
import type { ProtocolSettings } from '../../src/schema/protocol-settings.ts';
import { type StrategyName, strategies } from '../../src/strategy/index.ts';
import { piecesOf } from '../../src/util/bytes.ts';
import { runThrough } from '../helpers/deployment.ts';
import { plainWorld, sendAll, withFlipped } from '../helpers/plain-world.ts';
import { hashes, holds, idsOf, matched, packetsOf, pictures, sizes, through, tipped, types } from '../helpers/seen.ts';
import { equalityHexOf, smallWorld } from '../helpers/world.ts';

/** The strategies whose device learns the outcome, and what it asks of the provider for every message. */
const equality: [StrategyName, PacketType | undefined][] = [
  ['client-filter', undefined],
  ['oprf-lookup', 'blinded-query'],
  ['psi', 'blinded-query'],
];

describe.each(equality)('%s', (name, question) => {
  test('only pictures that hash the same match; their pictures are all that the provider sees', async () => {
    const { world, run } = await through(strategies[name]);
    const same = idsOf(world, 'same');
    expect(matched(run, world)).toEqual(same);
    expect(tipped(run)).toEqual(same);
    expect(pictures(run, 'provider', world)).toEqual(same);
    for (const role of ['provider', 'relay', 'curator'] as const) {
      expect(hashes(run, role, world), role).toEqual([]);
      expect(hashes(run, role, world, equalityHexOf), role).toEqual([]);
    }
    const asking = question ? [question] : [];
    expect(types(run, 'provider')).toEqual(new Set(['list', 'order', 'flag', ...asking]));
  });

  test('every message asks, also one whose picture has no hash; no two questions are alike', async () => {
    const world = smallWorld();
    // Each picture twice: what a repeat asks must not be what was asked before.
    const again = world.messages.map((message) => ({ ...message, id: message.id.replace('m', 'r'), sequence: 9 }));
    const deployment = await deploy(world, strategies[name].design);
    await sendAll(deployment, [...world.messages, ...again]);
    const same = idsOf(world, 'same');
    expect(matched({ deployment }, world)).toEqual(same);
    expect(again.filter(({ id }) => deployment.outcome(id).scanned === 'match')).toHaveLength(same.length);
    for (const id of idsOf(world, 'odd')) expect(deployment.outcome(id).scanned).toBe('refused');
    if (!question) return expect(types({ deployment }, 'provider')).toEqual(new Set(['list', 'flag']));
    const asked = packetsOf({ deployment }, 'provider', question);
    expect(asked.map(({ header }) => header.message)).toEqual([...world.messages, ...again].map(({ id }) => id));
    expect(new Set(asked.map(({ blobs }) => Buffer.from(blobs.blinded!).toString('hex'))).size).toBe(asked.length);
  });

  test('T5: all questions and all answers are equally long, whatever the picture', async () => {
    const { run } = await through(strategies[name]);
    for (const [role, type] of [
      ['provider', 'blinded-query'],
      ['sender', 'blinded-answer'],
    ] as const)
      expect(sizes(run, role, type)).toHaveLength(question ? 1 : 0);
    expect(sizes(run, 'relay', 'envelope')).toHaveLength(1);
  });

  test('the device holds what it was given at set-up, for one version of the list, and no entry of it to read', async () => {
    const world = plainWorld({ listed: 40, version: 7 });
    const deployment = await deploy(world, strategies[name].design);
    const { listBytes, hiddenCapacity } = deployment;
    const [set, ...more] = packetsOf({ deployment }, 'sender', 'device-setup');
    expect(more).toEqual([]);
    expect(set!.header).toMatchObject({ strategy: name, version: 7 });
    expect(listBytes).toBe(Object.values(set!.blobs).reduce((sum, each) => sum + each.length, 0));
    for (const { hash } of world.equality.list.entries) expect(holds({ deployment }, 'sender', hash)).toBe(false);
    if (name === 'psi') expect([listBytes, hiddenCapacity]).toEqual([40 * 32, 0]);
    else {
      const parsed = parseFilter(set!.blobs.filter!, set!.blobs.key!);
      expect(parsed.ok && [parsed.filter.bits, parsed.filter.fingerprints.length - 2 - 40]).toEqual([
        16,
        hiddenCapacity,
      ]);
    }
  });

  test('an entry that is on the list twice changes nothing; an empty list matches nothing', async () => {
    const found = async (change: 'twice' | 'empty'): Promise<string[]> => {
      const world = smallWorld();
      const { list } = world.equality;
      const [first, ...rest] = [...list.entries];
      const entries = change === 'empty' ? [] : [first!, ...rest, { id: 'again', hash: first!.hash }];
      const run = await runThrough(strategies[name], {
        ...world,
        equality: { list: hashList(list, entries), thresholdBits: 0 },
      });
      expect(run.deployment.rejected).toEqual([]);
      return matched(run, world);
    };
    expect(await found('twice')).toEqual(idsOf(smallWorld(), 'same'));
    expect(await found('empty')).toEqual([]);
  });
});

describe('private-membership', () => {
  const strategy = strategies['private-membership'];
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  /** Three entries, all in every bucket unless `settings` say otherwise, and pictures at known distances from the first. */
  const near = (settings: Partial<ProtocolSettings> = {}) => {
    const world = plainWorld({ listed: 3, settings: { bucketNoise: 0, bucketRadius: 16, ...settings } });
    const [listed] = world.listed as [Uint8Array];
    const send = async (pictures: readonly Uint8Array[]) => {
      const deployment = await deploy(world, strategy.design);
      const messages = pictures.map((picture) => world.message('ann', picture));
      await sendAll(deployment, messages);
      return { deployment, messages, found: messages.map(({ id }) => deployment.outcome(id).scanned) };
    };
    return { world, listed, send };
  };

  test('near pictures match, up to the threshold and with it; the provider learns that and no more', async () => {
    const { world, listed, send } = near();
    const sent = [0, 20, 31, 32, 40].map((bits) => withFlipped(listed, range(100, 100 + bits)));
    const { deployment, messages, found } = await send([...sent, world.stranger(), listed.slice(1)]);
    expect(found).toEqual(['match', 'match', 'match', 'clear', 'clear', 'clear', 'refused']);
    const learnt = deployment.views.provider.entries.filter(({ type }) => type === 'learnt');
    expect(learnt.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
      found.map((each) => (each === 'match' ? 'match' : 'clear')),
    );
    for (const { id, picture } of messages)
      for (const { bytes } of deployment.views.provider.about(id))
        expect(Buffer.from(bytes).includes(Buffer.from(picture.subarray(0, 31)))).toBe(false);
    // Nobody has seen a picture, so nobody can confirm it: matches are reported as they are.
    const three = messages.slice(0, 3).map(({ id }) => id);
    expect(tipped({ deployment })).toEqual(three);
    expect(deployment.tips.map(({ incident, files }) => [incident.humanReviewed, files[0]?.sha256 ?? null])).toEqual(
      three.map(() => [false, null]),
    );
    // The device is told nothing, and all packets of a type are equally long, also for the picture without a hash.
    expect(types({ deployment }, 'sender')).toEqual(new Set(['device-setup', 'encrypted-bucket']));
    const crossings = [
      ['provider', 'bucket-query'],
      ['sender', 'encrypted-bucket'],
      ['provider', 'blinded-distances'],
    ] as const;
    for (const [role, type] of crossings) {
      expect(sizes({ deployment }, role, type), `T5: ${type}`).toHaveLength(1);
      expect(packetsOf({ deployment }, role, type)).toHaveLength(messages.length);
    }
  });

  test('the bucket decides who is compared at all', async () => {
    const { world } = near();
    const sampled = sampledBits(world);
    const others = range(0, 256).filter((bit) => !sampled.includes(bit));
    for (const [bucketRadius, found] of [
      [0, ['match', 'clear', 'clear']],
      [1, ['match', 'match', 'clear']],
    ] as const) {
      const { listed, send } = near({ bucketRadius });
      const pictures = [others.slice(0, 5), sampled.slice(0, 1), sampled.slice(0, 2)];
      expect((await send(pictures.map((bits) => withFlipped(listed, bits)))).found).toEqual(found);
    }
  });

  test('a picture that is sent again asks for the same bucket, and never gives the same answers', async () => {
    const { world, listed, send } = near({ bucketNoise: 0.25 });
    const stranger = world.stranger();
    const { deployment } = await send([listed, stranger, listed, stranger]);
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const asked = packetsOf({ deployment }, 'provider', 'bucket-query').map(({ blobs }) => hex(blobs.bits!));
    expect(asked.slice(2)).toEqual(asked.slice(0, 2));
    const answers = packetsOf({ deployment }, 'provider', 'blinded-distances').flatMap(({ blobs }) =>
      piecesOf(blobs.answers!, 64).map(hex),
    );
    expect(answers.length).toBeGreaterThan(100);
    expect(new Set(answers).size).toBe(answers.length);
  });

  test('the device gets a key and, for each question, encrypted entries: never a hash of the list', async () => {
    const { world, listed, send } = near();
    const { deployment } = await send([listed]);
    expect(deployment.listBytes).toBe(32);
    for (const { hash } of world.list.entries) expect(holds({ deployment }, 'sender', hash)).toBe(false);
    const empty = await deploy({ ...world, list: hashList(world.list, []) }, strategy.design);
    const message = world.message('ann', listed);
    await sendAll(empty, [message]);
    expect([empty.outcome(message.id).scanned, empty.rejected]).toEqual(['clear', []]);
  });
});
