/** The sender's side of a prefix look-up, against a provider that answers with more than it was asked for. */
import { expect, test } from 'vitest';
import type { Link } from '../../src/role/link.ts';
import { Network } from '../../src/role/network.ts';
import { Sender } from '../../src/role/sender.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { smallWorld } from '../helpers/world.ts';

const world = smallWorld();
const message = world.messages.find((each) => world.truth(each).kind === 'innocent')!;
const own = world.truth(message).hash!;

/** A sender whose provider answers every look-up with these entries. */
function senderOf(ids: readonly string[], hashes: readonly Uint8Array[]): Sender {
  const network = new Network();
  const link = {
    ask: async () =>
      network.carry(
        'provider',
        'sender',
        { type: 'prefix-answer', message: message.id, ids: [...ids] },
        { hashes: concatBytes(...hashes) },
      ),
  } as unknown as Link;
  return new Sender({
    link,
    world,
    parameters: { list: world.list, equality: world.equality.list },
    strategy: 'prefix-lookup',
  });
}

// Eight bits away, all of them in the prefix that was asked for: near enough to match, and not what was asked.
const elsewhere = own.with(0, own[0]! ^ 0xff);

test('an entry that shares the prefix matches', async () => {
  expect(await senderOf(['a'], [own]).matchByPrefix(message)).toMatchObject({
    state: 'match',
    hit: { distanceBits: 0 },
  });
});

test('an entry that was not asked for is passed over, those behind it are compared', async () => {
  expect(await senderOf(['a'], [elsewhere]).matchByPrefix(message)).toMatchObject({ state: 'clear' });
  expect(await senderOf(['a', 'b'], [elsewhere, own]).matchByPrefix(message)).toMatchObject({
    state: 'match',
    hit: { entry: { id: 'b' } },
  });
});

test('more names than hashes, or half a hash: no throw, only whole hashes count', async () => {
  expect(await senderOf(['a', 'b'], [own]).matchByPrefix(message)).toMatchObject({ hit: { entry: { id: 'a' } } });
  expect(await senderOf(['a'], [own.subarray(0, 31)]).matchByPrefix(message)).toMatchObject({ state: 'clear' });
  expect(await senderOf([], [own]).matchByPrefix(message)).toMatchObject({ state: 'clear' });
});
