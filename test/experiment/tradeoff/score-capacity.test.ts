/** Capacity for hidden targets, what a warning could become, and what a threshold is set to. */
import { describe, expect, test } from 'vitest';
import { capacityOf, strategyMetrics, thresholdOf } from '../../../src/experiment/tradeoff/score-strategy.ts';
import { hideable } from '../../../src/metric/audit.ts';
import type { DeploymentRow, TrafficRow } from '../../../src/schema/observation.ts';
import { strategies } from '../../../src/strategy/index.ts';
import type { Capacity, Strategy } from '../../../src/strategy/strategy.ts';
import { message, subjects } from '../../harness/scenario/rows.ts';
import { tiny } from '../../harness/tiny.ts';
import { counted } from './counted.ts';

const deployed = (more: Partial<DeploymentRow> = {}): DeploymentRow => ({
  row: 'deployment',
  cell: 'cell',
  strategy: 'client-list',
  deviceBytes: 77,
  ...more,
});
const withKind = (kind: Capacity['kind']): Strategy => ({ ...strategies.e2ee, capacity: { kind, note: 'a sentence' } });
const context = { experiment: tiny, operatingPoint: '', listBytes: 500, listEntries: 200, plainBytes: null };

describe('hidden targets', () => {
  test.each(Object.entries(strategies))('%s says how much room it leaves, and who could find out', (_, strategy) => {
    expect((strategy as Strategy).capacity.note).toMatch(/^[a-z].+[a-z]$/);
  });

  test('none is 0, what nothing bounds has no number, and a readable list has what a spot check of a tenth would miss', () => {
    const entries = (kind: Capacity['kind']) => capacityOf(withKind(kind), deployed(), 200).entries;
    expect(entries('none')).toBe(0);
    for (const kind of ['unbounded', 'model', 'slots', 'filter'] as const) expect(entries(kind)).toBeUndefined();
    expect(entries('auditable')).toBe(hideable(200, 20));
  });

  test('what the deployment counted goes first', () => {
    for (const kind of ['slots', 'filter', 'none'] as const)
      expect(capacityOf(withKind(kind), deployed({ hiddenCapacity: 39 }), 200).entries).toBe(39);
  });
});

test('a strategy without threshold has none; with one, its settings and the median pictures of an account', () => {
  const sent = [...subjects('innocent', 'evaluation', 5)].map((each, i) =>
    message(each, 'e2ee', {}, { sender: i < 3 ? 'account-001' : 'account-002' }),
  );
  expect(thresholdOf(strategies.e2ee, tiny, counted(sent).messagesOf('e2ee'))).toBeUndefined();
  const { matchThreshold, syntheticShare, syntheticBudget } = tiny.messages.protocols;
  const bare: Strategy = { ...strategies.e2ee, threshold: { singlePicture: 'psi' } };
  expect(thresholdOf(bare, tiny, counted(sent).messagesOf('e2ee'))).toEqual({
    matches: matchThreshold,
    syntheticShare: 0,
    syntheticBudget,
    pictures: 2.5,
  });
  expect(thresholdOf({ ...bare, synthetic: true }, tiny, counted(sent).messagesOf('e2ee'))?.syntheticShare).toBe(
    syntheticShare,
  );
});

test('what a warning could become: the messages of the evaluation that were warned about, and the strategy that reports', () => {
  const warned = { scanned: 'match', detected: true, warned: true } as const;
  const rows = [
    ...subjects('listed', 'evaluation', 3).map((each) => message(each, 'client-warn', warned)),
    ...subjects('innocent', 'evaluation', 4).map((each, i) => message(each, 'client-warn', i === 0 ? warned : {})),
    ...subjects('listed', 'calibration', 9).map((each) => message(each, 'client-warn', warned)),
  ];
  const { latent } = strategyMetrics(counted(rows), 'client-warn', context);
  expect(latent).toMatchObject({ becomes: 'client-list', listed: 3, messages: { k: 4, n: 7 } });
  expect(strategyMetrics(counted([]), 'client-list', context).latent).toBeUndefined();
});

test('what lies on the device is what the deployment put there; steps keep their order', () => {
  const step = (step: number, packet: string, strategy = 'client-list'): TrafficRow => ({
    row: 'traffic',
    cell: 'cell',
    strategy,
    step,
    phase: 'message',
    from: 'sender',
    to: 'relay',
    packet,
    crossings: 4,
    messages: 4,
    bytes: 400,
    medianBytes: 100,
  });
  const { cost, traffic } = strategyMetrics(
    counted([deployed(), step(0, 'flag'), step(1, 'envelope'), step(0, 'clear', 'server-scan')]),
    'client-list',
    context,
  );
  expect(cost.listBytes).toBe(77);
  expect(traffic.map(({ packet }) => packet)).toEqual(['flag', 'envelope']);
  expect(Object.keys(traffic[0]!)).toEqual([
    'phase',
    'from',
    'to',
    'packet',
    'crossings',
    'messages',
    'bytes',
    'medianBytes',
  ]);
});
