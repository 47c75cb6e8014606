/** A whole service with one malicious device in it: what that sends is turned away, all else is delivered. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Device } from '../../src/role/device.ts';
import type { Blobs } from '../../src/role/wire.ts';
import { strategies } from '../../src/strategy/index.ts';
import { order, runThrough } from '../helpers/deployment.ts';
import { smallWorld } from '../helpers/world.ts';

afterEach(() => vi.restoreAllMocks());

/** From now on devices change what they seal for one message. */
function tamper(id: string, change: (blobs: Blobs) => Blobs): void {
  const { seal } = Device.prototype;
  vi.spyOn(Device.prototype, 'seal').mockImplementation(function (this: Device, message, ...rest) {
    const blobs = seal.call(this, message, ...rest);
    return message.id === id ? change(blobs) : blobs;
  });
}
const flipped = (bytes: Uint8Array | undefined): Uint8Array => bytes!.with(0, bytes![0]! ^ 1);

describe.each([0, 7, 24])('message %d is malicious', (index) => {
  test.each<[keyof typeof strategies, string, (blobs: Blobs) => Blobs, string]>([
    [
      'e2ee',
      'a changed ciphertext',
      (blobs) => ({ ...blobs, ciphertext: flipped(blobs.ciphertext) }),
      'ciphertext or its associated data was changed',
    ],
    [
      'client-list',
      'a changed commitment',
      (blobs) => ({ ...blobs, commitment: flipped(blobs.commitment) }),
      'key commitment does not fit the key',
    ],
    [
      'user-report',
      'a tag that could never be reported',
      (blobs) => ({ ...blobs, tag: flipped(blobs.tag) }),
      'the franking tag does not commit to the picture',
    ],
    ['user-report', 'no tag', ({ tag: _, ...blobs }) => blobs, 'the franking tag does not commit to the picture'],
    ['escrow', 'nothing at all', () => ({}), 'key commitment does not fit the key'],
  ])('%s with %s', async (name, _, change, reason) => {
    const world = smallWorld();
    const { id } = world.messages[index]!;
    tamper(id, change);
    const { deployment } = await runThrough(strategies[name], world);
    expect(deployment.rejected.filter((each) => each !== `${id}: not sealed to this escrow key`)).toEqual([
      `${id}: ${reason}`,
    ]);
    for (const message of world.messages) expect(deployment.outcome(message.id).delivered).toBe(message.id !== id);
  });
});

test('a device that seals no key to the escrow agent is delivered, and escapes an order: only then it shows', async () => {
  const world = smallWorld();
  const { id } = world.messages.find(({ sender, sentAt }) => sender === order.account && sentAt > order.from)!;
  tamper(id, (blobs) => ({ ...blobs, escrow: flipped(blobs.escrow) }));
  const { deployment, ordered } = await runThrough(strategies.escrow, world);
  expect(ordered.has(id)).toBe(true);
  expect(deployment.outcome(id).delivered).toBe(true);
  expect(deployment.rejected).toEqual([`${id}: not sealed to this escrow key`]);
  expect(deployment.views.court.about(id).map(({ type }) => type)).toEqual(['returned']);
});
