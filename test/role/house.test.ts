/** The house writes down exactly what crossed; the relay drops nothing. */
import { describe, expect, test } from 'vitest';
import { stamp } from '../../src/crypto/franking.ts';
import { House } from '../../src/role/house.ts';
import { prefixOf } from '../../src/role/prefix.ts';
import { Relay } from '../../src/role/relay.ts';
import { blob, decode, encode, type Packet } from '../../src/role/wire.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';
import { packetExamples } from '../helpers/examples.ts';

describe('house', () => {
  test('the receiver’s view, and no other, gets the very bytes of the packet', () => {
    const house = new House();
    const blobs = { picture: utf8('picture') };
    const packet = house.carry('sender', 'relay', packetExamples.clear, blobs);
    const { sightings } = house.views.relay;
    expect(sightings).toHaveLength(1);
    expect(sightings[0]).toEqual({
      tick: 0,
      from: 'sender',
      message: 'm1',
      type: 'clear',
      bytes: encode(packetExamples.clear, blobs),
    });
    expect(decode(sightings[0]!.bytes)).toEqual({ ok: true, packet });
    for (const view of Object.values(house.views)) if (view.role !== 'relay') expect(view.sightings).toEqual([]);
  });

  test('what arrives is a copy: the sender cannot change it afterwards', () => {
    const house = new House();
    const picture = utf8('before');
    const packet = house.carry('sender', 'relay', packetExamples.clear, { picture });
    picture.fill(0);
    expect(blob(packet, 'picture')).toEqual(utf8('before'));
  });

  test('ticks count all crossings, and a view tells what it saw about a message in their order', () => {
    const house = new House();
    house.carry('sender', 'relay', packetExamples.envelope);
    house.carry('relay', 'recipient', packetExamples.envelope);
    house.carry('sender', 'relay', { ...packetExamples.envelope, message: 'm2' });
    house.opened('recipient', 'm1', utf8('plain'));
    house.carry('sender', 'relay', packetExamples.clear);
    expect(house.views.relay.sightings.map(({ tick }) => tick)).toEqual([0, 2, 4]);
    expect(house.views.relay.about('m1').map(({ tick, type }) => [tick, type])).toEqual([
      [0, 'envelope'],
      [4, 'clear'],
    ]);
    expect(house.views.recipient.about('m1').at(-1)).toEqual({
      tick: 3,
      from: 'recipient',
      message: 'm1',
      type: 'opened',
      bytes: utf8('plain'),
    });
    expect(house.views.relay.about('m3')).toEqual([]);
  });

  test('a packet that no one could read is our own bug', () => {
    const bad = { ...packetExamples.order, from: -1 };
    expect(() => new House().carry('court', 'provider', bad)).toThrow(/^The court made a packet that cannot be read: /);
  });
});

describe('relay', () => {
  /** What a relay delivers, as recipients get it. */
  const delivery = (house: House, relay: Relay) =>
    relay.deliver().map(({ draft, blobs }) => house.carry('relay', 'recipient', draft, blobs));

  const key = new Uint8Array(32).fill(1);
  const filled = (retains: boolean, count = 6) => {
    const house = new House();
    const relay = new Relay(house, key, retains);
    for (let i = 0; i < count; i++) {
      const place = { message: `m${i}`, sender: i % 2 ? 'alice' : 'carol', sequence: i, sentAt: 10 * i };
      relay.accept(
        house.carry(
          'sender',
          'relay',
          { ...packetExamples.envelope, ...place },
          { ciphertext: utf8(`c${i}`), tag: new Uint8Array(i === 3 ? 0 : 32) },
        ),
      );
    }
    return { house, relay };
  };
  const order = (house: House, from: number, to: number, account = 'alice'): Packet<'order'> =>
    house.carry('provider', 'relay', { ...packetExamples.order, account, from, to });

  test('hands everything on once, in the order in which it came, unchanged but for the stamp', () => {
    const { house, relay } = filled(false);
    const delivered = delivery(house, relay);
    expect(delivered.map(({ header }) => header.message)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    delivered.forEach((packet, i) => {
      expect(blob(packet, 'ciphertext')).toEqual(utf8(`c${i}`));
      const { message, sender, recipient, sequence, sentAt } = packet.header;
      const expected =
        i === 3 ? undefined : stamp(new Uint8Array(32), { message, sender, recipient, sequence, sentAt }, key);
      expect(packet.blobs.stamp).toEqual(expected);
    });
    expect(delivery(house, relay)).toEqual([]);
    expect(house.views.recipient.sightings).toHaveLength(6);
  });

  test('a message that comes during delivery waits for the next one', () => {
    const { house, relay } = filled(false, 2);
    let count = 0;
    for (const _ of delivery(house, relay))
      if (count++ === 0) relay.accept(house.carry('sender', 'relay', { ...packetExamples.envelope, message: 'late' }));
    expect(count).toBe(2);
    expect(delivery(house, relay).map(({ header }) => header.message)).toEqual(['late']);
  });

  test('hands over exactly the account and the period, both ends included, before and after delivery', () => {
    const { house, relay } = filled(true);
    const found = (from: number, to: number, account?: string): string[] =>
      [...relay.surrender(order(house, from, to, account))].map(({ header }) => header.message);
    expect(found(0, 99)).toEqual(['m1', 'm3', 'm5']);
    expect(found(10, 30)).toEqual(['m1', 'm3']);
    expect(found(11, 29)).toEqual([]);
    expect(found(30, 10)).toEqual([]);
    expect(found(0, 99, 'bob')).toEqual([]);
    relay.deliver();
    expect(found(0, 99, 'carol')).toEqual(['m0', 'm2', 'm4']);
  });

  test('keeps nothing without escrow', () => {
    const { house, relay } = filled(false);
    expect([...relay.surrender(order(house, 0, 99))]).toEqual([]);
  });

  test('does not keep what it can read', () => {
    const house = new House();
    const relay = new Relay(house, key, true);
    relay.accept(house.carry('sender', 'relay', packetExamples.clear));
    expect([...relay.surrender(order(house, 0, 99))]).toEqual([]);
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
