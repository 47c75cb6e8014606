/** From message, view and attack rows to a strategy’s line in the table. */

import { describe, expect, test } from 'vitest';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { strategyMetrics } from '../../../src/experiment/tradeoff/score-strategy.ts';
import { strategies } from '../../../src/strategy/index.ts';
import { attack, message, subjects, times, view } from '../../harness/scenario/rows.ts';
import { tiny } from '../../harness/tiny.ts';

const _label = 1;
const context = {
  experiment: tiny,
  operatingPoint: 'a sentence',
  listBytes: 500,
  listEntries: 50,
  plainBytes: null,
};
const strategyOf = (rows: readonly TradeoffRow[], name: string, more: Partial<typeof context> = {}) =>
  strategyMetrics(rows, name, { ...context, ...more });

describe('strategies', () => {
  const listed = subjects('listed', 'evaluation', 3);
  const fresh = subjects('new', 'evaluation', 5);
  const innocent = [
    ...subjects('innocent', 'evaluation', 4),
    ...subjects('innocent', 'evaluation', 6, { topic: 'chart' }).slice(4),
  ];
  const found = { scanned: 'match', detected: true, flagged: true, exposed: true, tipped: true } as const;
  const rows: TradeoffRow[] = [
    ...listed.map((each) => message(each, 'client-list', found)),
    message(listed[0]!, 'client-list', found, { transform: 'flip' }),
    message(listed[1]!, 'client-list', {}, { transform: 'flip' }),
    message(listed[2]!, 'client-list', { scanned: 'refused' }, { transform: 'flip' }),
    message(listed[0]!, 'client-list', {}, { transform: 'caption' }),
    ...subjects('near', 'evaluation', 2).map((each, i) => message(each, 'client-list', i === 0 ? found : {})),
    ...fresh.map((each) => message(each, 'client-list')),
    // One of the two charts, wrongly: flagged and seen by a reviewer, not tipped.
    ...innocent.map((each, i) => message(each, 'client-list', i === 5 ? { ...found, tipped: false } : {})),
  ];
  const metrics = strategyOf(rows, 'client-list');

  test('detection, k of n, by content and edit', () => {
    expect(metrics.detection).toMatchObject({
      asSent: { k: 3, n: 3 },
      byEdit: [
        { transform: 'flip', rate: { k: 1, n: 3 } },
        { transform: 'caption', rate: { k: 0, n: 1 } },
      ],
      allEdits: { k: 1, n: 4, clusters: 3 },
      newContent: { k: 0, n: 5 },
      near: { k: 1, n: 2 },
    });
    expect(metrics).toMatchObject({ id: 'S4a', messages: 20, refused: 1, failed: 0, delivered: { k: 20, n: 20 } });
  });

  test('false positives and exposure, all and by topic', () => {
    expect(metrics.falsePositives).toMatchObject({
      all: { k: 1, n: 6 },
      byTopic: [
        { topic: 'chart', rate: { k: 1, n: 2 } },
        { topic: 'scene', rate: { k: 0, n: 4 } },
      ],
    });
    expect(metrics.exposed.innocent).toMatchObject({ k: 1, n: 6 });
    expect(metrics.exposed.perBillion!.estimate).toBeGreaterThan(1e7);
    expect(metrics.innocentAccounts!.estimate).toBeGreaterThan(1e8);
    expect(metrics.reviewHours!.estimate).toBeGreaterThan(0);
  });

  test('calibration messages, second copies and other strategies are not scored', () => {
    const others = [
      ...subjects('listed', 'calibration', 5).map((each) => message(each, 'client-list', { sentBytes: 9e9 })),
      ...subjects('innocent', 'calibration', 5).map((each) => message(each, 'client-list', found)),
      ...innocent.map((each) =>
        message(each, 'client-list', { ...found, sentBytes: 9e9 }, { purpose: 'attack', transform: 'copy' }),
      ),
      ...innocent.map((each) => message(each, 'hash-upload', found)),
    ];
    const more = strategyOf([...rows, ...others], 'client-list');
    for (const key of [
      'detection',
      'falsePositives',
      'exposed',
      'warned',
      'cost',
      'recovered',
      'innocentAccounts',
      'reviewHours',
    ] as const)
      expect(more[key], key).toEqual(metrics[key]);
  });

  test('a warning is counted by itself', () => {
    const warned = { scanned: 'match', detected: true, warned: true } as const;
    const { warned: rates, innocentAccounts } = strategyOf(
      [
        ...listed.map((each) => message(each, 'client-warn', warned)),
        ...innocent.map((each, i) => message(each, 'client-warn', i === 0 ? warned : {})),
      ],
      'client-warn',
    );
    expect(rates).toMatchObject({ listed: { k: 3, n: 3 }, innocent: { k: 1, n: 6 } });
    expect(innocentAccounts!.high).toBe(0);
  });

  test('bytes: medians of what evaluated messages cost, against plain E2EE', () => {
    const sized = innocent.map((each, i) =>
      message(each, 'client-list', { sentBytes: 1000 + i, receivedBytes: 10 * i }),
    );
    expect(strategyOf(sized, 'client-list', { plainBytes: 900 } as object).cost).toEqual({
      sentBytesMedian: 1002.5,
      overheadBytesMedian: 102.5,
      receivedBytesMedian: 25,
      listBytes: 500,
    });
    expect(strategyOf([], 'hash-upload').cost.listBytes).toBe(0);
  });

  test('a design that cannot report brings back exactly 0 reports, however its messages came out', () => {
    for (const [name, { declares }] of Object.entries(strategies)) {
      const silent = [...listed, ...innocent, ...fresh].map((each) => message(each, name));
      const { recovered } = strategyOf(silent, name);
      expect(recovered.map(({ of }) => of)).toEqual([12e6, 16.8e6]);
      for (const { reports } of recovered)
        if ('curator' in declares) expect(reports!.high, name).toBeGreaterThan(0);
        else expect([reports!.low, reports!.estimate, reports!.high], name).toEqual([0, 0, 0]);
    }
  });

  test('runs A3: a strategy whose messages nobody sent says "not measured", not 0', () => {
    for (const [name, { declares }] of Object.entries(strategies)) {
      const { recovered, innocentAccounts, exposed, cost, evidence } = strategyOf([], name);
      const silent = Object.keys(declares).length === 0 || name === 'client-warn';
      for (const { reports } of recovered)
        if (silent) expect(reports, name).toMatchObject({ estimate: 0, high: 0 });
        else expect(reports, name).toBeNull();
      if ('ruledOut' in evidence!.falsePositive) expect(innocentAccounts, name).toMatchObject({ high: 0 });
      else expect(innocentAccounts, name).toBeNull();
      if ('ruledOut' in evidence!.exposedInnocent) expect(exposed.perBillion, name).toMatchObject({ high: 0 });
      else expect(exposed.perBillion, name).toBeNull();
      expect(cost, name).toMatchObject({ sentBytesMedian: null, overheadBytesMedian: null, receivedBytesMedian: null });
    }
  });

  test('runs A3: without plain E2EE nobody knows what a design adds to it', () => {
    const cost = strategyOf([message(innocent[0]!, 'client-list', { sentBytes: 1000 })], 'client-list').cost;
    expect(cost).toMatchObject({ sentBytesMedian: 1000, overheadBytesMedian: null });
  });

  test('plain E2EE flags no account, exposes nobody and needs no reviewer', () => {
    const e2ee = strategyOf(
      [...listed, ...innocent].map((each) => message(each, 'e2ee')),
      'e2ee',
    );
    for (const interval of [e2ee.innocentAccounts, e2ee.exposed.perBillion, e2ee.reviewHours])
      expect([interval!.low, interval!.estimate, interval!.high]).toEqual([0, 0, 0]);
  });

  test('what the run shows counts even where the design rules it out', () => {
    const leaky = innocent.map((each) => message(each, 'e2ee', { flagged: true, exposed: true }));
    const e2ee = strategyOf(leaky, 'e2ee');
    expect(e2ee.innocentAccounts!.estimate).toBeGreaterThan(0);
    expect(e2ee.exposed.perBillion!.estimate).toBeGreaterThan(0);
  });
});

describe('declared against measured', () => {
  test('a declaration holds unless something was found outside of it', () => {
    const { declared } = strategyOf(
      [
        view('client-list', { declared: 'flagged', allowed: 3, found: 3 }),
        view('client-list', { knowledge: 'hash', found: 1, outside: 1 }),
        view('hash-upload', { outside: 5 }),
      ],
      'client-list',
    );
    expect(declared.map(({ knowledge, found, holds }) => [knowledge, found, holds])).toEqual([
      ['content', 3, true],
      ['hash', 1, false],
    ]);
  });

  test('the moment before an order is shown where an order could change something', () => {
    const when = ['before-order', 'end', 'key-used-on-all'] as const;
    const { declared } = strategyOf(
      when.flatMap((each) => [
        view('escrow', { when: each }),
        view('escrow', { when: each, role: 'court', declared: 'ordered' }),
      ]),
      'escrow',
    );
    expect(declared.filter(({ role }) => role === 'provider').map((each) => each.when)).toEqual(['end']);
    expect(declared.filter(({ role }) => role === 'court').map((each) => each.when)).toEqual(when);
  });
});

describe('leakage', () => {
  test('by role, secret and scope, each with its control', () => {
    const rows = [
      ...times(10, (i) => attack('e2ee', i < 6)),
      ...times(10, (i) => attack('e2ee', i < 2, { control: true })),
      ...times(4, (i) => attack('e2ee', i < 1, { secret: 'identity', chance: 0.1, truth: `p${i}` })),
      ...times(4, () => attack('e2ee', false, { secret: 'identity', control: true, chance: 0.1, truth: 'p' })),
      ...times(8, () => attack('e2ee', true, { role: 'relay', channel: 'bits, k=1' })),
      ...times(9, () => attack('escrow', true)),
    ];
    const { leakage } = strategyOf(rows, 'e2ee');
    const all = leakage.filter(({ scope }) => scope === 'all');
    expect(
      all.map(({ role, secret, success, control }) => [role, secret, success.k, success.n, control.k, control.n]),
    ).toEqual([
      ['provider', 'topic', 6, 10, 2, 10],
      ['provider', 'identity', 1, 4, 0, 4],
      ['relay', 'topic', 8, 8, 0, 0],
    ]);
    expect(all[1]!.chance).toBe(0.1);
    expect(all[2]!.channel).toBe('bits, k=1');
  });

  test('messages that were handed over are left out of the silent ones; chance is the commonest topic among those in question', () => {
    const rows = [
      ...times(6, () => attack('client-list', true, { handed: true, truth: 'drawing' })),
      ...times(4, (i) => attack('client-list', i === 0, { truth: i < 3 ? 'scene' : 'chart' })),
    ];
    const { leakage } = strategyOf(rows, 'client-list');
    expect(leakage.map(({ scope, success, chance }) => [scope, success.k, success.n, chance])).toEqual([
      ['silent', 1, 4, 0.75],
      ['all', 7, 10, 0.6],
    ]);
  });

  test('a role that the escrow key serves is shown after the key was used on everything', () => {
    const { leakage } = strategyOf(
      [
        ...times(5, () => attack('escrow', false, { role: 'court' })),
        ...times(5, () => attack('escrow', true, { role: 'court', when: 'key-used-on-all' })),
        ...times(5, () => attack('escrow', false)),
      ],
      'escrow',
    );
    const rates = leakage
      .filter(({ scope }) => scope === 'all')
      .map(({ role, success }) => [role, success.k, success.n]);
    expect(rates).toEqual([
      ['court', 5, 5],
      ['provider', 0, 5],
    ]);
    expect(leakage.find(({ role }) => role === 'court')!.channel).toMatch(/after the key was used/);
  });
});
