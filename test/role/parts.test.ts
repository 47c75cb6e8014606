/** Messages of several parts, such as a clip with its sampled frames: what is scanned, what is asked, and what comes of it, under every strategy. */
import { describe, expect, test } from 'vitest';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import type { Message, Scanner } from '../../src/role/world.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { concatBytes, piecesOf } from '../../src/util/bytes.ts';
import { type PlainWorld, plainWorld, sendAll } from '../helpers/plain-world.ts';

/** A world in which a file is several pictures of 64 bytes; a shorter one at the end has no hash. Listed pictures have a high score. */
function clipWorld(): PlainWorld {
  const plain = plainWorld({ settings: { matchThreshold: 3, syntheticBudget: 2 } });
  const starts = plain.listed.map((picture) => picture.join());
  const listed = (picture: Uint8Array): boolean => starts.includes(picture.join());
  const scanner: Scanner = {
    ...plain.scanner,
    score: async (picture) => (picture.length < 64 ? undefined : listed(picture) ? 0.9 : 0.1),
    parts: async (file) => piecesOf(file, 64),
  };
  const confirms = (file: Uint8Array): boolean => piecesOf(file, 64).some(listed);
  // The second hash of a listed picture is that of the list.
  const second = { list: plain.list, thresholdBits: 31 };
  return { ...plain, scanner, second, people: { ...plain.people, confirms } };
}

/** A frame that has no hash. */
const flat = new Uint8Array(20);

async function sent(strategy: Strategy, clips: (world: PlainWorld) => Uint8Array[][]) {
  const world = clipWorld();
  const messages = clips(world).map((frames) => world.message('ann', concatBytes(...frames)));
  const deployment = await deploy(world, strategy.design);
  await sendAll(deployment, messages);
  return { deployment, messages, outcomes: messages.map(({ id }) => deployment.outcome(id)) };
}

/** Number of packets that a sender's device sent about a message, by type. */
function askedAbout({ views }: Deployment, { id }: Message): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type, message } of [...views.relay.entries, ...views.provider.entries])
    if (message === id || message.startsWith(`${id}#`)) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

const byThreshold = (name: string): boolean => name.includes('threshold-psi');
const proactive = Object.values<Strategy>(strategies).filter((strategy) => strategy.proactive);

describe.each(proactive.map((strategy) => [strategy.name, strategy] as const))('%s', (_, strategy) => {
  test('a clip matches by one listed frame, whichever it is, and is refused only if all its frames are', async () => {
    const { outcomes, deployment } = await sent(strategy, ({ listed, stranger }) => [
      [listed[0]!, stranger(), stranger()],
      [stranger(), stranger(), listed[1]!],
      [stranger(), listed[2]!, flat],
      [stranger(), stranger(), stranger()],
      [stranger(), flat],
      [flat],
    ]);
    expect(outcomes.map(({ scanned }) => scanned)).toEqual(['match', 'match', 'match', 'clear', 'clear', 'refused']);
    expect(outcomes.every(({ delivered }) => delivered)).toBe(true);
    expect(deployment.rejected).toEqual([]);
  });

  test('every frame is asked about, whatever came of those before, and the clip is sent once', async () => {
    const { deployment, messages } = await sent(strategy, ({ stranger }) => [
      [stranger()],
      [stranger(), stranger(), stranger(), stranger()],
    ]);
    const [one, four] = messages.map((message) => askedAbout(deployment, message));
    const posted = new Set(['envelope', 'clear', 'device-key']);
    expect(Object.keys(four!)).toEqual(Object.keys(one!));
    for (const [type, count] of Object.entries(one!))
      expect([type, four![type]]).toEqual([type, posted.has(type) ? count : 4 * count]);
  });
});

test('one clip can pass a threshold that pictures pass together: vouchers are counted by frame', async () => {
  for (const strategy of proactive.filter(({ name }) => byThreshold(name))) {
    const { outcomes, deployment } = await sent(strategy, ({ listed, stranger }) => [
      [listed[0]!, listed[1]!, stranger()],
      [stranger()],
    ]);
    expect([strategy.name, outcomes.map(({ scanned }) => scanned)]).toEqual([strategy.name, ['clear', 'clear']]);
    expect(deployment.tips).toEqual([]);
    const more = await sent(strategy, ({ listed, stranger }) => [[listed[0]!, listed[1]!, stranger(), listed[2]!]]);
    expect(more.outcomes.map(({ parts }) => parts)).toEqual([['match', 'match', 'clear', 'match']]);
    expect(more.deployment.tips).toHaveLength(3);
  }
});

test('the second opinion is asked frame by frame', async () => {
  const world = clipWorld();
  const never = { ...world, second: { ...world.second, thresholdBits: -1 } };
  const deployment = await deploy(never, strategies.hybrid.design);
  const message = world.message('ann', concatBytes(world.listed[0]!, world.stranger(), world.listed[1]!));
  await sendAll(deployment, [message]);
  expect(deployment.outcome(message.id)).toMatchObject({ scanned: 'match', dismissed: true });
  expect(deployment.tips).toEqual([]);
});

test('warned of one frame, the sender can cancel the clip', async () => {
  const world = clipWorld();
  const cancelling = { ...world, people: { ...world.people, aborts: () => true } };
  const deployment = await deploy(cancelling, strategies['client-warn'].design);
  const [clip, other] = [
    world.message('ann', concatBytes(world.stranger(), world.listed[0]!)),
    world.message('ann', concatBytes(world.stranger(), world.stranger())),
  ];
  await sendAll(deployment, [clip!, other!]);
  expect(deployment.outcome(clip!.id)).toMatchObject({ warned: true, aborted: true, delivered: false });
  expect(deployment.outcome(other!.id)).toMatchObject({ aborted: false, delivered: true });
});
