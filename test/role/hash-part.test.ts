/** What a look-up's packet shows of a hash is read out of it, compared as the look-up compares, and is nothing in other packets. */
import { describe, expect, test } from 'vitest';
import { sample, sampledBits } from '../../src/role/bucket.ts';
import { hashPartOf, partMatcher } from '../../src/role/hash-part.ts';
import { prefixOf } from '../../src/role/prefix.ts';
import { type Blobs, type Draft, decode, encode, type Packet } from '../../src/role/wire.ts';
import { seededRng } from '../../src/util/rng.ts';
import { smallWorld } from '../helpers/world.ts';

const world = smallWorld();
const matcher = partMatcher(world);
const rng = seededRng(1, 'hash part');
const hash = rng.bytes(world.list.bits / 8);
const about = { message: 'm', strategy: 'test', sender: 'a', recipient: 'b', sequence: 0, sentAt: 0 };

function packetOf(draft: Draft, blobs: Blobs): Packet {
  const read = decode(encode(draft, blobs));
  if (!read.ok) throw new Error(read.reason);
  return read.packet;
}
const prefixPart = (bits: number, prefix: Uint8Array) =>
  hashPartOf(packetOf({ type: 'prefix-query', ...about, bits }, { prefix }))!;
const bucketPart = (bits: Uint8Array) =>
  hashPartOf(packetOf({ type: 'bucket-query', ...about, bits: positions.length }, { bits }))!;

const positions = sampledBits(world);
const flip = (bits: Uint8Array, count: number): Uint8Array => {
  const out = bits.slice();
  for (let i = 0; i < count; i++) out[i >> 3]! ^= 128 >> (i & 7);
  return out;
};

describe('a prefix', () => {
  test.each([1, 7, 8, 9, 20])('of %i bits is part of the hash, and fetches what shares them', (bits) => {
    const part = prefixPart(bits, prefixOf(hash, bits));
    expect(part).toMatchObject({ kind: 'prefix', length: bits });
    expect([matcher.shows(part, hash), matcher.fetches(part, hash)]).toEqual([true, true]);
    const other = flip(hash, 1);
    expect([matcher.shows(part, other), matcher.fetches(part, other)]).toEqual([false, false]);
  });
});

describe('bits of a bucket', () => {
  const own = sample(hash, positions);
  const { bucketRadius } = world.settings;

  test('show the hash while a quarter of them is wrong, and fetch within the radius', () => {
    const most = Math.floor(positions.length / 4);
    expect(matcher.shows(bucketPart(flip(own, most)), hash)).toBe(true);
    expect(matcher.shows(bucketPart(flip(own, most + 1)), hash)).toBe(false);
    expect(matcher.fetches(bucketPart(flip(own, bucketRadius)), hash)).toBe(true);
    expect(matcher.fetches(bucketPart(flip(own, bucketRadius + 1)), hash)).toBe(false);
  });

  test.each([0, own.length - 1, own.length + 1])('in %i bytes show and fetch nothing', (length) => {
    const part = bucketPart(own.slice(0, length).length === length ? own.slice(0, length) : new Uint8Array(length));
    expect([matcher.shows(part, hash), matcher.fetches(part, hash)]).toEqual([false, false]);
  });
});

test('other packets show no part', () => {
  expect(
    hashPartOf(packetOf({ type: 'hash-upload', ...about, algorithm: 'pdq' }, { hash, prefix: hash, bits: hash })),
  ).toBeUndefined();
});
