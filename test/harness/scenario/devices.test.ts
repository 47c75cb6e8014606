/** A run's rows for accounts with one device, with several, and with a key service: the same decisions, and more bytes. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Experiment } from '../../../src/experiment/tradeoff/experiment.ts';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { checkScenario } from '../../../src/harness/scenario/check.ts';
import { runStrategy } from '../../../src/harness/scenario/strategy-task.ts';
import { ofType } from '../../../src/schema/row.ts';
import { experimentWith, scratch, tiny } from '../tiny.ts';
import { madeUpRun } from './made-up.ts';

let folder: string;
beforeAll(async () => {
  const made = await scratch();
  folder = made.path;
  return made.remove;
});

async function rowsOf(strategy: string, messages: Partial<Experiment['messages']>): Promise<readonly TradeoffRow[]> {
  const run = await madeUpRun(experimentWith({ messages }), 24, folder);
  return (await runStrategy(run.taskOf(strategy, run.cohorts(9999).joined))).rows as TradeoffRow[];
}
const messagesOf = (rows: readonly TradeoffRow[]) => ofType(rows, 'message');
const trafficOf = (rows: readonly TradeoffRow[]) => ofType(rows, 'traffic');
const viewsOf = (rows: readonly TradeoffRow[]) => ofType(rows, 'view');
/** What a run decides about a message, without what it costs. */
const decided = (rows: readonly TradeoffRow[]) =>
  messagesOf(rows).map(({ message, outcome }) => {
    if (outcome.state !== 'scored') throw new Error(outcome.state);
    const { sentBytes: _, receivedBytes: __, ...rest } = outcome;
    return { message, ...rest };
  });
const sentBytes = (rows: readonly TradeoffRow[]) =>
  messagesOf(rows).reduce((sum, { outcome }) => sum + (outcome.state === 'scored' ? outcome.sentBytes : 0), 0);

describe.each(['e2ee', 'client-list', 'escrow'])('%s', (strategy) => {
  test('one device: the rows of a run that says nothing of devices', async () => {
    expect(await rowsOf(strategy, { devices: 1 })).toEqual(await rowsOf(strategy, {}));
  });

  test('two devices: the same decisions and knowledge, and the bytes of two copies a message', async () => {
    const [one, two] = [await rowsOf(strategy, {}), await rowsOf(strategy, { devices: 2 })];
    expect(decided(two)).toEqual(decided(one));
    expect(viewsOf(two)).toEqual(viewsOf(one));
    const copies = trafficOf(two).find(({ packet, to }) => packet === 'device-copy' && to === 'relay')!;
    expect(copies).toMatchObject({ phase: 'message', crossings: 2 * messagesOf(two).length });
    const more = sentBytes(two) - sentBytes(one);
    expect(more).toBeGreaterThanOrEqual(copies.bytes);
    // Beyond the copies only the number of the sending device, once in each packet of every second message at most.
    expect(more - copies.bytes).toBeLessThan(3 * 16 * messagesOf(two).length);
  });

  test('a key service: the same decisions, and its packets belong to no message', async () => {
    const prekeys = { oneTimeKeys: 3, rotateAfter: 10, keepFor: 5 };
    const session = 'ratchet' as const;
    const [without, with_] = [await rowsOf(strategy, { session }), await rowsOf(strategy, { session, prekeys })];
    expect(decided(with_)).toEqual(decided(without));
    expect(sentBytes(with_)).toBe(sentBytes(without));
    const asked = trafficOf(with_).filter(({ packet }) => packet.startsWith('prekey'));
    expect(new Set(asked.map(({ packet }) => packet))).toEqual(
      new Set(['prekey-upload', 'prekey-count', 'prekey-query', 'prekey-bundle']),
    );
    expect(asked.every(({ phase, messages }) => phase === 'set-up' && messages === 0)).toBe(true);
  });
});

test('prekeys without a ratchet are refused in one sentence', () => {
  const prekeys = { oneTimeKeys: 3, rotateAfter: 10, keepFor: 5 };
  const scenario = { ...tiny, strategies: ['e2ee'], messages: { ...tiny.messages, prekeys } };
  expect(() => checkScenario(scenario as never, 'x.yaml')).toThrow(
    'x.yaml at /messages/prekeys: a static channel has no prekeys; set /messages/session to ratchet, or remove prekeys',
  );
});
