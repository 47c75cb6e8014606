/** Orders as the law has them, on every strategy: what each kind produces, read from the court's view. */
import { describe, expect, test } from 'vitest';
import type { Order } from '../../src/role/court.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import { decode, type Packet } from '../../src/role/wire.ts';
import type { Message } from '../../src/role/world.ts';
import { Demand } from '../../src/schema/packet.ts';
import { strategies } from '../../src/strategy/index.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { equalBytes } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';
import { type SmallWorld, smallWorld } from '../helpers/world.ts';

const all = Object.values(strategies);
const account = 'ben';
/** Messages are sent at 10, 11, … 34; ben sends every fourth of them. */
const served = 22;

interface Options {
  readonly demand: Demand;
  readonly retention?: number;
  readonly period?: Partial<Order>;
}

/** Sends all messages; the order is served before the message of that time. */
async function run(strategy: Strategy, { demand, retention = 1000, period }: Options) {
  const world: SmallWorld = { ...smallWorld(), ...(retention < 0 ? {} : { retention }) };
  const deployment = await deploy(world, strategy.design);
  for (const message of world.messages) {
    if (message.sentAt === served) await deployment.serve({ id: 'o', account, from: 0, to: 999, demand, ...period });
    await deployment.send(message);
    await deployment.deliver();
    await deployment.review();
  }
  return { world, deployment, own: world.messages.filter(({ sender }) => sender === account) };
}

/** Ids of what the court's view holds as the picture that was sent. */
const opened = ({ views }: Deployment, messages: readonly Message[]): string[] =>
  messages
    .filter(({ id, picture }) =>
      views.court.about(id).some(({ type, bytes }) => type === 'opened' && equalBytes(bytes, picture)),
    )
    .map(({ id }) => id);

const packets = ({ views }: Deployment): Packet[] =>
  views.court.entries.flatMap(({ type, bytes }) => {
    if (type === 'opened' || type === 'learnt') return [];
    const read = decode(bytes);
    if (!read.ok) throw new Error(read.reason);
    return [read.packet];
  });
const answers = (deployment: Deployment) =>
  packets(deployment).flatMap(({ header }) => (header.type === 'order-answer' ? [header] : []));
const records = (deployment: Deployment) =>
  packets(deployment).flatMap(({ header }) => (header.type === 'order-record' ? [header] : []));

const earlier = (messages: readonly Message[]): string[] =>
  messages.filter(({ sentAt }) => sentAt < served).map(({ id }) => id);
const later = (messages: readonly Message[]): string[] =>
  messages.filter(({ sentAt }) => sentAt >= served).map(({ id }) => id);

describe('what each kind of order opens', () => {
  const open = (demand: Demand): string[] =>
    all
      .filter(({ design }) =>
        demand === 'stored'
          ? design.clear || design.escrow
          : demand === 'real-time' && (design.clear || design.escrow || design.ghost),
      )
      .map(({ name }) => name);

  test('stored content, and content in real time, are in reach of these designs only', () => {
    expect(open('stored')).toEqual(['server-scan', 'escrow', 'split-escrow']);
    expect(open('real-time')).toEqual(['server-scan', 'escrow', 'split-escrow', 'ghost']);
  });

  test.each(all.map((each) => [each.name, each] as const))('%s', async (name, strategy) => {
    const world: SmallWorld = { ...smallWorld(), retention: 1000 };
    const deployment = await deploy(world, strategy.design);
    for (const message of world.messages) {
      if (message.sentAt === served)
        for (const demand of Demand.enum) await deployment.serve({ id: demand, account, from: 0, to: 999, demand });
      await deployment.send(message);
      await deployment.deliver();
    }
    await deployment.review();
    const own = world.messages.filter(({ sender }) => sender === account);
    const inReach = (demand: Demand): boolean => open(demand).includes(name);
    const expected = [...(inReach('stored') ? earlier(own) : []), ...(inReach('real-time') ? later(own) : [])];
    expect(opened(deployment, world.messages)).toEqual(expected);
    for (const { order, refusal } of answers(deployment))
      expect(refusal === undefined, order).toBe(order === 'metadata' || inReach(order as Demand));
    expect(answers(deployment).map(({ order }) => order)).toEqual(Demand.enum);
    // Records come under the pen register alone, from its service on; they name nobody but whom the account writes to.
    expect(records(deployment).map(({ order, sender, message }) => [order, sender, message])).toEqual(
      later(own).map((message) => ['metadata', account, message]),
    );
    for (const { message, recipient, sentAt, bytes } of records(deployment)) {
      const sent = own.find(({ id }) => id === message)!;
      expect([recipient, sentAt]).toEqual([sent.recipient, sent.sentAt]);
      expect(bytes).toBeGreaterThan(0);
    }
    expect(deployment.rejected).toEqual([]);
    for (const { id } of world.messages) expect(deployment.outcome(id).delivered).toBe(true);
  });

  test('S0 stored 4 of 4, S1 metadata only, S2a and S2b back in time, S2c from then on', async () => {
    const period = { from: 10, to: 25 };
    const counts = async (strategy: Strategy): Promise<Record<string, number>> => {
      const found: Record<string, number> = {};
      for (const demand of Demand.enum) {
        const { deployment, world } = await run(strategy, { demand, period });
        found[demand] = opened(deployment, world.messages).length;
        found.records = records(deployment).length;
      }
      return found;
    };
    const own = smallWorld().messages.filter(({ sender, sentAt }) => sender === account && sentAt <= 25);
    expect([own.length, earlier(own).length, later(own).length]).toEqual([4, 3, 1]);
    expect(await counts(strategies['server-scan'])).toEqual({ stored: 3, 'real-time': 1, metadata: 0, records: 1 });
    expect(await counts(strategies.e2ee)).toEqual({ stored: 0, 'real-time': 0, metadata: 0, records: 1 });
    for (const each of [strategies.escrow, strategies['split-escrow']])
      expect(await counts(each)).toEqual({ stored: 3, 'real-time': 1, metadata: 0, records: 1 });
    expect(await counts(strategies.ghost)).toEqual({ stored: 0, 'real-time': 1, metadata: 0, records: 1 });

    // Served behind the last of the four, the provider of S0 has all of them.
    const world: SmallWorld = { ...smallWorld(), retention: 1000 };
    const deployment = await deploy(world, strategies['server-scan'].design);
    for (const message of world.messages) {
      await deployment.send(message);
      await deployment.deliver();
    }
    await deployment.serve({ id: 'o', account, ...period, demand: 'stored' });
    expect(opened(deployment, world.messages)).toEqual(own.map(({ id }) => id));
  });
});

describe('retention', () => {
  test('is how far back stored content goes: what is older is gone, to the hour', async () => {
    for (const strategy of [strategies['server-scan'], strategies.escrow])
      for (const retention of [0, 1, 4, 5, 8, 12, 1000]) {
        const { deployment, world, own } = await run(strategy, { demand: 'stored', retention });
        // The order is served at the time behind the last arrival, which is that of the message that comes next.
        const kept = own.filter(({ sentAt }) => sentAt < served && sentAt >= served - retention);
        expect(opened(deployment, world.messages), `${strategy.name} ${retention}`).toEqual(kept.map(({ id }) => id));
      }
  });

  test('without one, a provider that reads messages keeps none, and says so', async () => {
    const { deployment, world } = await run(strategies['server-scan'], { demand: 'stored', retention: -1 });
    expect(opened(deployment, world.messages)).toEqual([]);
    expect(answers(deployment)).toMatchObject([{ refusal: 'no message is kept after its delivery' }]);
    const wiretap = await run(strategies['server-scan'], { demand: 'real-time', retention: -1 });
    expect(opened(wiretap.deployment, wiretap.world.messages)).toEqual(later(wiretap.own));
  });

  test('a message that still waits for its recipient is stored as well', async () => {
    const world: SmallWorld = { ...smallWorld(), retention: 1000 };
    const deployment = await deploy(world, strategies['server-scan'].design);
    for (const message of world.messages.slice(0, 8)) await deployment.send(message);
    await deployment.serve({ id: 'o', account, from: 0, to: 999, demand: 'stored' });
    await deployment.deliver();
    const own = world.messages.slice(0, 8).filter(({ sender }) => sender === account);
    expect(opened(deployment, world.messages)).toEqual(own.map(({ id }) => id));
  });
});

describe('the period', () => {
  test('both ends count, and an order that works on what comes reaches nothing from before its service', async () => {
    const { own } = await run(strategies.escrow, { demand: 'stored' });
    const [first, last] = [later(own)[0]!, later(own).at(-1)!];
    const at = (id: string): number => own.find((each) => each.id === id)!.sentAt;
    for (const demand of ['real-time', 'metadata'] as const)
      for (const strategy of [strategies['server-scan'], strategies.escrow, strategies.ghost]) {
        const seen = async (period: Partial<Order>): Promise<string[]> => {
          const { deployment, world } = await run(strategy, { demand, period });
          return demand === 'metadata'
            ? records(deployment).map(({ message }) => message)
            : opened(deployment, world.messages);
        };
        expect(await seen({ to: at(last) }), strategy.name).toEqual(later(own));
        expect(await seen({ to: at(last) - 1 }), strategy.name).toEqual(later(own).slice(0, -1));
        expect(await seen({ from: at(first) + 1 }), strategy.name).toEqual(later(own).slice(1));
        expect(await seen({ to: served - 1 }), strategy.name).toEqual([]);
      }
  });

  test('a pen register puts nothing but its answer and its records before the court', async () => {
    for (const strategy of [strategies['server-scan'], strategies.e2ee, strategies.escrow, strategies.ghost]) {
      const { deployment } = await run(strategy, { demand: 'metadata' });
      const types = new Set(deployment.views.court.entries.map(({ type }) => type));
      expect(types, strategy.name).toEqual(new Set(['order-answer', 'order-record']));
    }
  });
});

describe('an order’s id', () => {
  test('names one order: another is refused, a repetition produces no more than was in reach', async () => {
    const world: SmallWorld = { ...smallWorld(), retention: 1000 };
    const order = { id: 'o', account, from: 0, to: 999 };
    for (const strategy of [strategies['server-scan'], strategies.escrow, strategies.ghost]) {
      const deployment = await deploy(world, strategy.design);
      await deployment.serve({ ...order, demand: 'real-time' });
      await deployment.serve({ ...order, demand: 'real-time' });
      for (const other of [{ demand: 'stored' }, { demand: 'metadata' }, { demand: 'real-time', to: 998 }] as const)
        await expect(deployment.serve({ ...order, ...other })).rejects.toThrow(UserError);
      for (const message of world.messages) await deployment.send(message);
      const own = world.messages.filter(({ sender }) => sender === account);
      expect(opened(deployment, world.messages)).toEqual(own.map(({ id }) => id));
      // Once each.
      const copies = deployment.views.court.entries.filter(({ type }) => type === 'opened');
      expect(copies).toHaveLength(own.length);
    }
  });

  test('confirmed content is reported to the curator, as under any order', async () => {
    const { deployment, world, own } = await run(strategies.escrow, { demand: 'stored' });
    const confirmed = own.filter(({ sentAt, picture }) => sentAt < served && world.people.confirms(picture));
    expect(deployment.tips.map(({ reportId }) => reportId)).toEqual(confirmed.map(({ id }) => `escrow/${id}`));
  });
});
