/** From message, view and attack rows to a strategy’s line in the table. */

import { describe, expect, test } from 'vitest';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { withModel } from '../../../src/experiment/tradeoff/score.ts';
import { strategyMetrics } from '../../../src/experiment/tradeoff/score-strategy.ts';
import type { MessageRow } from '../../../src/schema/observation.ts';
import { strategies } from '../../../src/strategy/index.ts';
import { attack, message, subjects, times, view } from '../../harness/scenario/rows.ts';
import { tiny } from '../../harness/tiny.ts';
import { counted } from './counted.ts';

const _label = 1;
const context = {
  experiment: tiny,
  operatingPoint: 'a sentence',
  listBytes: 500,
  listEntries: 50,
  plainBytes: null,
};
/** What was measured of strategies, and what the model makes of all at once. */
const linesOf = (
  all: readonly TradeoffRow[],
  names: readonly string[],
  { rows = all, more = {} }: { readonly rows?: readonly TradeoffRow[]; readonly more?: Partial<typeof context> } = {},
) => {
  const experiment = { ...tiny, grid: { ...tiny.grid, strategy: [...names] } };
  return withModel(counted([...all]).messagesOf, experiment, {
    thresholds: { near: 31, second: 10 },
    listEntries: 50,
    measured: (each) => strategyMetrics(counted(rows), each, { ...context, experiment, ...more }),
  });
};

/** The same of one; server scanning found the same pictures where the strategy has rows of its own. */
const strategyOf = (rows: readonly TradeoffRow[], name: string, more: Partial<typeof context> = {}) => {
  const own = rows.filter((row): row is MessageRow => row.row === 'message' && row.strategy === name);
  const server = own.map(
    (row): MessageRow => ({
      ...row,
      strategy: 'server-scan',
      outcome: row.outcome.state === 'scored' ? { ...row.outcome, tipped: row.content === 'listed' } : row.outcome,
    }),
  );
  const all = name === 'server-scan' ? rows : [...rows, ...server];
  const names = [...new Set([name, 'server-scan', 'psi'])];
  const twin = name === 'psi' ? [] : own.map((row): MessageRow => ({ ...row, strategy: 'psi' }));
  return linesOf([...all, ...twin], names, { rows, more })[0]!;
};

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
    // Counted against 50 entries, so that a list of a million is only bounded.
    expect(metrics.exposed.perBillion).toMatchObject({ estimate: null });
    expect(metrics.exposed.perBillion!.high).toBeGreaterThan(1e7);
    expect(metrics.innocentAccounts!.high).toBeGreaterThan(1e8);
    expect(metrics.reviewHours!.high).toBeGreaterThan(0);
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
    const sent = [...listed, ...innocent, ...fresh];
    const others = Object.keys(strategies).filter((name) => name !== 'server-scan');
    // All beside server scanning that found what is listed; that it finds nothing itself is a run of its own.
    const silent = others.flatMap((name) => sent.map((each) => message(each, name)));
    const anchor = sent.map((each) => message(each, 'server-scan', { tipped: each.content === 'listed' }));
    const lines = [
      ...linesOf([...silent, ...anchor], ['server-scan', ...others]).slice(1),
      strategyOf(
        sent.map((each) => message(each, 'server-scan')),
        'server-scan',
      ),
    ];
    expect(lines.map(({ name }) => name).toSorted()).toEqual(Object.keys(strategies).toSorted());
    for (const { name, recovered } of lines) {
      const { declares } = strategies[name as keyof typeof strategies];
      expect(recovered.map(({ of }) => of)).toEqual([12e6, 16.8e6]);
      for (const { of, reports } of recovered)
        if (Object.hasOwn(declares, 'court') || name === 'ghost') expect(reports, name).toBeNull();
        else if (!('curator' in declares)) expect(reports!.estimate, name).toBeLessThan(of);
        else expect(reports!.high, name).toBeGreaterThan(0);
    }
  }, 180_000);

  test('runs A3: a strategy whose messages nobody sent says "not measured", not 0', () => {
    const lines = linesOf([], Object.keys(strategies));
    expect(lines).toHaveLength(Object.keys(strategies).length);
    for (const { name, recovered, innocentAccounts, exposed, cost, evidence } of lines) {
      const { declares } = strategies[name as keyof typeof strategies];
      const { against, falsePositive, exposes } = evidence!;
      // Server scanning is the anchor, nothing is reported where nothing can be; of all else nobody knows.
      const known = against !== 'not measured';
      for (const { reports } of recovered) expect(reports === null, name).toBe(!known);
      expect(known, name).toBe(
        ['server-scan', 'user-report', 'client-warn'].includes(name) || Object.keys(declares).length === 0,
      );
      // The fixture has no counts of photographs, so that nobody tried.
      const counted = false;
      if ('ruledOut' in falsePositive) expect(innocentAccounts, name).toMatchObject({ high: 0 });
      else expect(innocentAccounts === null, name).toBe(!counted);
      if (exposes === 0) expect(exposed.perBillion, name).toMatchObject({ high: 0 });
      else expect(exposed.perBillion === null, name).toBe(exposes === 'flagged' && !counted);
      expect(cost, name).toMatchObject({ sentBytesMedian: null, overheadBytesMedian: null, receivedBytesMedian: null });
    }
  }, 180_000);

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
    expect(e2ee.falsePositives.all.n).toBe(6);
    expect(e2ee.exposed.innocent).toMatchObject({ k: 6, n: 6 });
    expect(e2ee.innocentAccounts).toBeNull();
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

  test('messages of one group count as one, and how many right guesses it would take is stated', () => {
    const guesses = (group: (i: number) => string) =>
      strategyOf(
        times(40, (i) => attack('e2ee', i < 20, { secret: 'identity', chance: 0.1, group: group(i) })),
        'e2ee',
      ).leakage[0]!;
    const [apart, together] = [guesses((i) => `g${i}`), guesses((i) => `g${i % 20 < 10 ? 0 : 1}${i < 20}`)];
    expect(apart).toMatchObject({ aboveChance: true, success: { k: 20, n: 40 } });
    expect(apart.leastAbove).toBeLessThanOrEqual(20);
    expect(apart.leastAbove).toBeGreaterThan(4);
    expect(together).toMatchObject({ aboveChance: false, success: { k: 20, n: 40, clusters: 4 } });
    expect(together.leastAbove ?? 41).toBeGreaterThan(20);
  });

  test('which picture: disclosed ones are no candidates of a silent message', () => {
    const more = { secret: 'identity', chance: 1 / 640, candidates: 500 } as const;
    const { leakage } = strategyOf(
      [
        ...times(10, (i) => attack('client-list', false, { ...more, group: `${i}` })),
        ...times(3, (i) => attack('client-list', true, { ...more, group: `${i}`, handed: true })),
      ],
      'client-list',
    );
    expect(leakage.map(({ scope, chance }) => [scope, chance])).toEqual([
      ['silent', 1 / 500],
      ['all', 1 / 640],
    ]);
    const older = strategyOf(
      times(10, () => attack('e2ee', false, { secret: 'identity', chance: 1 / 640 })),
      'e2ee',
    ).leakage;
    expect(older[0]!.chance, 'rows that do not say').toBe(1 / 640);
  });

  test('who has nothing but the prior does not attack', () => {
    const prior = { channel: 'prior' };
    const { leakage } = strategyOf(
      [
        ...times(6, (i) => attack('e2ee', i < 3, { ...prior, group: `${i}` })),
        ...times(4, (i) => attack('e2ee', true, { handed: true, group: `h${i}` })),
      ],
      'e2ee',
    );
    expect(leakage.map(({ scope, blind, lift, success }) => [scope, blind, lift, success.n])).toEqual([
      ['silent', 6, null, 6],
      ['all', 6, 0.7, 10],
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
