/**
 * A world in which a picture is 64 random bytes that begin with its hash, so that a test sends as many as it likes, listed or not, and
 * edits them bit by bit. Anything shorter has no hash.
 */

import { hashList } from '../../src/match/hash-list.ts';
import type { Deployment } from '../../src/role/deployment.ts';
import type { Message, World } from '../../src/role/world.ts';
import type { ProtocolSettings } from '../../src/schema/protocol-settings.ts';
import { byteKey } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';
import { smallWorld } from './world.ts';

export interface PlainWorld extends World {
  /** Pictures that are on the list. */
  readonly listed: readonly Uint8Array[];
  /** A picture that is not. */
  stranger(): Uint8Array;
  /** A new message of an account, with a picture. */
  message(sender: string, picture: Uint8Array): Message;
}

export interface PlainOptions {
  readonly listed?: number;
  readonly seed?: number;
  readonly version?: number;
  readonly settings?: Partial<ProtocolSettings>;
}

const hashBytes = 32;
const equalityBytes = 16;

export function plainWorld({
  listed: count = 12,
  seed = 1,
  version = 1,
  settings = {},
}: PlainOptions = {}): PlainWorld {
  const rng = seededRng(seed, 'plain world');
  const listed = Array.from({ length: count }, () => rng.bytes(64));
  const known = new Set(listed.map(byteKey));
  const listOf = (algorithm: string, length: number) =>
    hashList(
      { name: 'plain', algorithm, bits: 8 * length, version },
      listed.map((picture, i) => ({ id: `entry-${i}`, hash: picture.slice(0, length) })),
    );
  const base = smallWorld({ seed, paddingBytes: 64, settings });
  let sent = 0;
  return {
    ...base,
    list: listOf('pdq', hashBytes),
    equality: { list: listOf('start', equalityBytes), thresholdBits: 0 },
    scanner: {
      hash: async (picture, use = 'near') =>
        picture.length < 64
          ? { state: 'refused', reason: 'too short' }
          : { state: 'hashed', hash: picture.slice(0, use === 'equality' ? equalityBytes : hashBytes) },
      score: async () => 0,
    },
    people: { confirms: (picture) => known.has(byteKey(picture)), reports: () => false, aborts: () => false },
    listed,
    stranger: () => rng.bytes(64),
    message(sender, picture) {
      const number = sent++;
      const recipient = sender === 'dan' ? 'ann' : 'dan';
      // From 10000, so that all headers are equally long.
      return {
        id: `p${10_000 + number}`,
        sender,
        recipient,
        sequence: 10_000 + number,
        sentAt: 10_000 + number,
        picture,
      };
    },
  };
}

/** A picture with some bits of its hash changed. */
export function withFlipped(picture: Uint8Array, bits: readonly number[]): Uint8Array {
  const out = picture.slice();
  for (const bit of bits) out[bit >> 3]! ^= 128 >> (bit & 7);
  return out;
}

/** Sends the messages, delivers them, and lets the provider review. */
export async function sendAll(deployment: Deployment, messages: readonly Message[]): Promise<void> {
  for (const message of messages) {
    await deployment.send(message);
    await deployment.deliver();
  }
  await deployment.review();
}
