/** What crossed, phase by phase, against the views that it is read from. */
import { describe, expect, test } from 'vitest';
import { merge, TrafficMeter } from '../../../src/harness/scenario/run-deployment.ts';
import { type Deployment, deploy } from '../../../src/role/deployment.ts';
import { PacketHeader, packetTitle } from '../../../src/schema/packet.ts';
import { strategies } from '../../../src/strategy/index.ts';
import type { Strategy } from '../../../src/strategy/strategy.ts';
import { order } from '../../helpers/deployment.ts';
import { smallWorld } from '../../helpers/world.ts';

const about = { cell: 'cell', strategy: 'any' } as const;

/** A strategy in the small world, metered as a run meters it. */
async function metered(strategy: Strategy): Promise<{ deployment: Deployment; meter: TrafficMeter }> {
  const world = smallWorld();
  const deployment = await deploy(world, strategy.design);
  const meter = new TrafficMeter(deployment.views);
  meter.ends('set-up');
  for (const message of world.messages) {
    if (strategy.prospective && message.sentAt === order.from) await deployment.serve(order);
    meter.ends('order');
    await deployment.send(message);
    meter.ends('message');
    await deployment.deliver();
    meter.ends('delivery');
  }
  await deployment.review();
  meter.ends('review');
  if (!strategy.prospective) await deployment.serve(order);
  meter.ends('order');
  return { deployment, meter };
}

describe.each(Object.entries(strategies))('%s', (_, strategy) => {
  test('every byte of every view is in one step, and no other', async () => {
    const { deployment, meter } = await metered(strategy);
    const rows = meter.rows(about);
    const entries = Object.values(deployment.views).flatMap(({ role, entries }) =>
      entries.map(({ from, type, bytes }) => ({ key: `${from} ${role} ${type}`, bytes: bytes.length })),
    );
    expect(rows.reduce((sum, { crossings }) => sum + crossings, 0)).toBe(entries.length);
    for (const key of new Set(entries.map((each) => each.key))) {
      const mine = rows.filter(({ from, to, packet }) => `${from} ${to} ${packet}` === key);
      const seen = entries.filter((each) => each.key === key);
      expect(mine.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(seen.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(mine.reduce((sum, { crossings }) => sum + crossings, 0)).toBe(seen.length);
    }
    expect(rows.map(({ step }) => step)).toEqual(rows.map((_, i) => i));
  });

  test('set-up is about no message, every message is delivered, and no message is about more than there are', async () => {
    const { meter } = await metered(strategy);
    const rows = meter.rows(about);
    for (const { phase, messages } of rows) {
      if (phase === 'set-up') expect(messages).toBe(0);
      expect(messages).toBeLessThanOrEqual(25);
    }
    const delivered = rows.filter(({ phase, to }) => phase === 'delivery' && to === 'recipient');
    expect(delivered[0]).toMatchObject({ from: 'relay', crossings: 25, messages: 25 });
  });
});

test('a look-up: query, answer, report of a match, then the sealed message; what is rare stands where it occurs', async () => {
  const { meter } = await metered(strategies['prefix-lookup']);
  const sent = meter.rows(about).filter(({ phase }) => phase === 'message');
  expect(sent.map(({ from, to, packet }) => `${from} ${to} ${packet}`)).toEqual([
    'sender provider prefix-query',
    'provider sender prefix-answer',
    'sender provider flag',
    'sender relay envelope',
  ]);
  expect(sent.map(({ crossings }) => crossings)).toEqual([25, 25, 7, 25]);
});

test('an order: through the provider to the relay, which hands over, and the court opens', async () => {
  const { meter } = await metered(strategies.escrow);
  const steps = meter.rows(about).filter(({ phase }) => phase === 'order');
  expect(steps.map(({ from, to, packet }) => `${from} ${to} ${packet}`).slice(0, 4)).toEqual([
    'court provider order',
    'provider relay order',
    'relay court returned',
    'court court opened',
  ]);
});

test('the median is that of one crossing', async () => {
  const { deployment, meter } = await metered(strategies['server-scan']);
  const sizes = deployment.views.relay.entries
    .filter(({ type }) => type === 'clear')
    .map(({ bytes }) => bytes.length)
    .sort((a, b) => a - b);
  const row = meter.rows(about).find(({ to, packet }) => to === 'relay' && packet === 'clear')!;
  expect(row.medianBytes).toBe(sizes[12]);
});

test('sequences are merged without turning any of them round', () => {
  const order: string[] = [];
  for (const sequence of ['envelope', 'query answer envelope', 'query answer flag envelope', 'envelope key copy'])
    merge(order, sequence.split(' '));
  expect(order).toEqual(['query', 'answer', 'flag', 'envelope', 'key', 'copy']);
});

test('every packet type has a name in plain words', () => {
  const types: string[] = PacketHeader.anyOf.map(({ properties }) => properties.type.const);
  for (const type of types) expect(packetTitle(type), type).toMatch(/^[a-z][a-z’, ]+$/);
  expect(new Set(types.map(packetTitle)).size).toBe(types.length);
  expect(packetTitle('not-known-here')).toBe('not known here');
});
