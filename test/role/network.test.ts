/** The network writes down exactly what crossed; the relay drops nothing. */
import { describe, expect, test } from 'vitest';
import { stamp } from '../../src/crypto/franking.ts';
import { Network } from '../../src/role/network.ts';
import { prefixOf } from '../../src/role/prefix.ts';
import { Relay } from '../../src/role/relay.ts';
import { blob, decode, encode, type Packet } from '../../src/role/wire.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';
import { packetExamples } from '../helpers/examples.ts';

describe('network', () => {
  test('the receiver’s view, and no other, gets the very bytes of the packet', () => {
    const network = new Network();
    const blobs = { picture: utf8('picture') };
    const packet = network.carry('sender', 'relay', packetExamples.clear, blobs);
    const { entries } = network.views.relay;
    expect(entries).toHaveLength(1);
    expect(entries[0]).toEqual({
      tick: 0,
      from: 'sender',
      message: 'm1',
      type: 'clear',
      bytes: encode(packetExamples.clear, blobs),
    });
    expect(decode(entries[0]!.bytes)).toEqual({ ok: true, packet });
    for (const view of Object.values(network.views)) if (view.role !== 'relay') expect(view.entries).toEqual([]);
  });

  test('what arrives is a copy: the sender cannot change it afterwards', () => {
    const network = new Network();
    const picture = utf8('before');
    const packet = network.carry('sender', 'relay', packetExamples.clear, { picture });
    picture.fill(0);
    expect(blob(packet, 'picture')).toEqual(utf8('before'));
  });

  test('ticks count all crossings, and a view tells what it saw about a message in their order', () => {
    const network = new Network();
    network.carry('sender', 'relay', packetExamples.envelope);
    network.carry('relay', 'recipient', packetExamples.envelope);
    network.carry('sender', 'relay', { ...packetExamples.envelope, message: 'm2' });
    network.opened('recipient', 'm1', utf8('plain'));
    network.carry('sender', 'relay', packetExamples.clear);
    expect(network.views.relay.entries.map(({ tick }) => tick)).toEqual([0, 2, 4]);
    expect(network.views.relay.about('m1').map(({ tick, type }) => [tick, type])).toEqual([
      [0, 'envelope'],
      [4, 'clear'],
    ]);
    expect(network.views.recipient.about('m1').at(-1)).toEqual({
      tick: 3,
      from: 'recipient',
      message: 'm1',
      type: 'opened',
      bytes: utf8('plain'),
    });
    expect(network.views.relay.about('m3')).toEqual([]);
  });

  test('a packet that no one could read is our own bug', () => {
    const bad = { ...packetExamples.order, from: -1 };
    expect(() => new Network().carry('court', 'provider', bad)).toThrow(
      /^The court made a packet that cannot be read: /,
    );
  });
});

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('relay', () => {
  /** What a relay delivers, as recipients get it. */
  const delivery = async (network: Network, relay: Relay) =>
    (await relay.deliver()).map(({ draft, blobs }) => network.carry('relay', 'recipient', draft, blobs));

  const key = new Uint8Array(32).fill(1);
  const filled = async (keeps: boolean, count = 6) => {
    const network = new Network();
    const relay = new Relay({ frankingKey: key, retains: () => keeps });
    for (let i = 0; i < count; i++) {
      const place = { message: `m${i}`, sender: i % 2 ? 'alice' : 'carol', sequence: i, sentAt: 10 * i };
      await relay.accept(
        network.carry(
          'sender',
          'relay',
          { ...packetExamples.envelope, ...place },
          { ciphertext: utf8(`c${i}`), tag: new Uint8Array(i === 3 ? 0 : 32) },
        ),
      );
    }
    return { network, relay };
  };
  const order = (network: Network, from: number, to: number, account = 'alice'): Packet<'order'> =>
    network.carry('provider', 'relay', { ...packetExamples.order, account, from, to });

  test('hands everything on once, in the order in which it came, unchanged but for the stamp', async () => {
    const { network, relay } = await filled(false);
    const delivered = await delivery(network, relay);
    expect(delivered.map(({ header }) => header.message)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    delivered.forEach((packet, i) => {
      expect(blob(packet, 'ciphertext')).toEqual(utf8(`c${i}`));
      const { message, sender, recipient, sequence, sentAt } = packet.header;
      const expected =
        i === 3 ? undefined : stamp(new Uint8Array(32), { message, sender, recipient, sequence, sentAt }, key);
      expect(packet.blobs.stamp).toEqual(expected);
    });
    expect(await delivery(network, relay)).toEqual([]);
    expect(network.views.recipient.entries).toHaveLength(6);
  });

  test('a message that comes during delivery waits for the next one', async () => {
    const { network, relay } = await filled(false, 2);
    let count = 0;
    for (const _ of await delivery(network, relay))
      if (count++ === 0)
        await relay.accept(network.carry('sender', 'relay', { ...packetExamples.envelope, message: 'late' }));
    expect(count).toBe(2);
    expect((await delivery(network, relay)).map(({ header }) => header.message)).toEqual(['late']);
  });

  test('hands over exactly the account and the period, both ends included, before and after delivery', async () => {
    const { network, relay } = await filled(true);
    const found = async (from: number, to: number, account?: string): Promise<string[]> =>
      (await allOf(relay.surrender(order(network, from, to, account)))).map(({ draft }) => draft.message);
    expect(await found(0, 99)).toEqual(['m1', 'm3', 'm5']);
    expect(await found(10, 30)).toEqual(['m1', 'm3']);
    expect(await found(11, 29)).toEqual([]);
    expect(await found(30, 10)).toEqual([]);
    expect(await found(0, 99, 'bob')).toEqual([]);
    await relay.deliver();
    expect(await found(0, 99, 'carol')).toEqual(['m0', 'm2', 'm4']);
  });

  test('keeps nothing without escrow', async () => {
    const { network, relay } = await filled(false);
    expect(await allOf(relay.surrender(order(network, 0, 99)))).toEqual([]);
  });

  test('does not keep what it can read', async () => {
    const network = new Network();
    const relay = new Relay({ frankingKey: key, retains: () => true });
    await relay.accept(network.carry('sender', 'relay', packetExamples.clear));
    expect(await allOf(relay.surrender(order(network, 0, 99)))).toEqual([]);
  });
});

describe('prefixOf', () => {
  const hash = seededRng(1, 'prefix').bytes(32);
  const binary = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');

  test.each(Array.from({ length: 32 }, (_, i) => i + 1))('%d bits, then zeros up to the byte', (bits) => {
    const before = hash.slice();
    const prefix = prefixOf(hash, bits);
    expect(binary(prefix)).toBe(
      binary(hash)
        .slice(0, bits)
        .padEnd(Math.ceil(bits / 8) * 8, '0'),
    );
    expect(hash).toEqual(before);
    // One bit more or less away decides; those behind do not.
    const flipped = (bit: number): Uint8Array => hash.with(bit >> 3, hash[bit >> 3]! ^ (128 >> (bit & 7)));
    expect(prefixOf(flipped(bits - 1), bits)).not.toEqual(prefix);
    expect(prefixOf(flipped(bits), bits)).toEqual(prefix);
  });
});
