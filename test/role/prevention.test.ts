/** Messages that are held back: what recipients, relay and senders see of them under every strategy, read from the views. */
import { describe, expect, test } from 'vitest';
import { blind, obstacle } from '../../src/experiment/prevention/score-obstacle.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import { blob, decoded, type Packet } from '../../src/role/wire.ts';
import type { HoldLimits, Message, People } from '../../src/role/world.ts';
import type { Prevention } from '../../src/schema/vocabulary.ts';
import { strategies, strategyByName } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { equalBytes } from '../../src/util/bytes.ts';
import { groupBy } from '../../src/util/group-by.ts';
import { type SmallWorld, smallWorld } from '../helpers/world.ts';

const names = Object.keys(strategies);
const knowing = names.filter((name) => blind(strategyByName(name)) === undefined);
const threshold = knowing.filter((name) => strategyByName(name).threshold);
/** Match by match, as it is sent. */
const prompt = knowing.filter((name) => !threshold.includes(name));
/** A device that learns the outcome of its scan. */
const onDevice = prompt.filter((name) => strategyByName(name).warnOnly || strategyByName(name).design.warnOnly);
const atService = prompt.filter((name) => !onDevice.includes(name));

interface Played {
  readonly world: SmallWorld;
  readonly deployment: Deployment;
  /** Ids of messages that the recipient had at once, and at the end. */
  readonly atOnce: ReadonlySet<string>;
  readonly delivered: ReadonlySet<string>;
  readonly asked: readonly string[];
}

/** Sends all messages, and reviews at the end. */
async function play(
  name: string,
  prevention?: Prevention,
  people: Partial<People> = {},
  holdLimits?: HoldLimits,
): Promise<Played> {
  const asked: string[] = [];
  const small = smallWorld();
  const world = {
    ...small,
    prevention,
    holdLimits,
    people: {
      ...small.people,
      ...people,
      aborts(message: Message) {
        asked.push(message.id);
        return people.aborts?.(message) ?? false;
      },
    },
  };
  const deployment = await deploy(world, strategyByName(name).design);
  for (const message of world.messages) {
    await deployment.send(message);
    await deployment.deliver();
  }
  const atOnce = shown(deployment, world);
  await deployment.review();
  await deployment.deliver();
  await deployment.close();
  if (!holdLimits) expect(deployment.rejected).toEqual([]);
  return { world, deployment, atOnce, delivered: shown(deployment, world), asked };
}

/** Ids of the messages whose picture the recipient's view shows. */
const shown = ({ views }: Deployment, { messages }: SmallWorld): Set<string> =>
  new Set(
    messages
      .filter(({ id, picture }) =>
        views.recipient.about(id).some(({ type, bytes }) => {
          if (type === 'opened') return equalBytes(bytes, picture);
          return type === 'clear' && equalBytes(blob(decoded(bytes), 'picture'), picture);
        }),
      )
      .map(({ id }) => id),
  );

const ids = ({ messages }: SmallWorld): string[] => messages.map(({ id }) => id);
const without = (all: readonly string[], some: ReadonlySet<string>): string[] => all.filter((id) => !some.has(id));
const notices = ({ deployment, world }: Played): string[] =>
  ids(world).filter((id) => deployment.views.sender.about(id).some(({ type }) => type === 'held'));

/** Messages that match when nothing is prevented. */
async function matches(name: string): Promise<string[]> {
  const { world, deployment, delivered } = await play(name);
  if (!strategyByName(name).design.warnOnly) expect([...delivered]).toEqual(ids(world));
  return ids(world).filter((id) => deployment.outcome(id).scanned === 'match');
}

test('strategies divide into those that know before delivery and those that do not', () => {
  expect(without(names, new Set(knowing))).toEqual(['e2ee', 'escrow', 'split-escrow', 'ghost', 'user-report']);
  expect(atService).toEqual(['server-scan', 'hash-upload', 'private-membership']);
  expect(threshold).toEqual(['threshold-psi', 'threshold-psi-synthetic', 'certified-threshold-psi']);
});

describe.each(without(names, new Set(knowing)))('%s, which cannot prevent', (name) => {
  test.each<Prevention>(['block', 'quarantine', 'warn'])('delivers everything at once under %s', async (action) => {
    const played = await play(name, action);
    expect([...played.atOnce]).toEqual(ids(played.world));
    expect([notices(played), played.asked]).toEqual([[], []]);
    expect(obstacle(strategyByName(name), action)).toMatch(/\w/);
  });
});

describe.each(prompt)('%s', (name) => {
  test('blocks what matches and nothing else', async () => {
    const due = await matches(name);
    expect(due.length).toBeGreaterThan(3);
    const played = await play(name, 'block');
    const { world, delivered, deployment } = played;
    expect(without(ids(world), delivered)).toEqual(due);
    // A device that knows does not even send; a service that knows says so.
    const posted = due.filter((id) => deployment.views.relay.about(id).length > 0);
    expect(posted).toEqual(onDevice.includes(name) ? [] : due);
    expect(notices(played)).toEqual(posted);
    for (const id of due) expect(deployment.outcome(id).held).toBe('block');
  });

  test('asks the sender of what matches once, and delivers what the sender goes on with', async () => {
    const due = await matches(name);
    const all = await play(name, 'warn');
    expect([all.asked, [...all.atOnce]]).toEqual([due, ids(all.world)]);
    const some = await play(name, 'warn', { aborts: ({ id }) => id !== due[0] });
    expect(some.asked).toEqual(due);
    expect(without(ids(some.world), some.delivered)).toEqual(due.slice(1));
  });

  const strategy: Strategy = strategyByName(name);
  if (obstacle(strategy, 'quarantine') === undefined)
    test('holds what matches for a review, and delivers what is not confirmed', async () => {
      const due = await matches(name);
      const cleared = smallWorld().messages.find(({ id }) => id === due[1])!;
      const { confirms } = smallWorld().people;
      const played = await play(name, 'quarantine', {
        confirms: (picture) => confirms(picture) && !equalBytes(picture, cleared.picture),
      });
      expect(without(ids(played.world), played.atOnce)).toEqual(due);
      expect(notices(played)).toEqual(due);
      // The reviewer of this world confirms target content, and these strategies match nothing else.
      expect(without(ids(played.world), played.delivered)).toEqual(due.filter((id) => id !== cleared.id));
      expect(played.deployment.tips.map(({ reportId }) => reportId)).not.toContain(`${name}/${cleared.id}`);
    });
  else
    test('has no picture that a reviewer could look at', async () => {
      const { deployment, world } = await play(name, 'block');
      const { provider, relay } = deployment.views;
      const seen = world.messages.filter(({ picture }) =>
        [...provider.entries, ...relay.entries].some(({ bytes }) => holds(bytes, picture)),
      );
      expect(seen).toEqual([]);
    });
});

const holds = (bytes: Uint8Array, piece: Uint8Array): boolean => Buffer.from(bytes).includes(Buffer.from(piece));

describe.each(threshold)('%s', (name) => {
  test('stops an account’s matches from the one that passes the threshold', async () => {
    const { world, deployment } = await play(name);
    const opened = new Set(
      deployment.views.provider.entries.filter(({ type }) => type === 'opened').map(({ message }) => message),
    );
    const played = await play(name, 'block');
    const stopped = without(ids(world), played.delivered);
    const bySender = groupBy(
      world.messages.filter(({ id }) => opened.has(id)),
      ({ sender }) => sender,
    );
    // The threshold of this world is 2: the first match of an account is delivered before anybody can know. Synthetic vouchers hide some.
    const due = [...bySender.values()].flatMap((of) => of.slice(1).map(({ id }) => id));
    expect(due.length).toBeGreaterThan(0);
    expect(stopped.toSorted()).toEqual(due.toSorted());
    expect(notices(played)).toEqual(stopped);
  });
});

test('a go-on without a warning delivers nothing, with a reason', async () => {
  const { Services } = await import('../../src/role/services.ts');
  const { Network } = await import('../../src/role/network.ts');
  const network = new Network();
  const services = new Services(network, { ...smallWorld(), prevention: 'warn' }, strategies.e2ee.design);
  const draft = { type: 'go-on', message: 'm1', strategy: 'e2ee', sender: 'ann', recipient: 'ben' } as const;
  const packet = network.carry('sender', 'relay', { ...draft, sequence: 0, sentAt: 1 });
  expect(await services.take('relay', packet as Packet)).toEqual({ state: 'refused' });
  expect(services.rejected).toEqual(['m1: no message of this name waits for its sender']);
});

describe('what is held back has a limit', () => {
  const strategy = 'server-scan';
  const held = async (limits: HoldLimits) => {
    const played = await play(strategy, 'quarantine', { confirms: () => false }, limits);
    return { ...played, refused: played.deployment.rejected };
  };

  test('of messages: one more is not delivered, with a sentence, and the others come after the review', async () => {
    const all = await held({ messages: 1000, bytes: 1e9 });
    const due = without(ids(all.world), all.atOnce);
    expect(due.length).toBeGreaterThan(2);
    expect(without(ids(all.world), all.delivered)).toEqual([]);
    const { world, delivered, refused } = await held({ messages: 2, bytes: 1e9 });
    expect(without(ids(world), delivered)).toEqual(due.slice(2));
    expect(refused).toEqual(
      due
        .slice(2)
        .map((id) => `${id}: beyond what can be held back; it is not delivered, and its sender may try again`),
    );
  });

  test('of bytes', async () => {
    const { world, atOnce, delivered, refused } = await held({ messages: 1000, bytes: 0 });
    expect(without(ids(world), delivered)).toEqual(without(ids(world), atOnce));
    expect(refused.length).toBeGreaterThan(2);
  });

  test('a block keeps nothing, and so has none', async () => {
    const { refused, deployment } = await play(strategy, 'block', {}, { messages: 0, bytes: 0 }).then((played) => ({
      ...played,
      refused: played.deployment.rejected,
    }));
    expect(refused).toEqual([]);
    expect(deployment.tips.length).toBeGreaterThan(0);
  });
});
