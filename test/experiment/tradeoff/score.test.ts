/** From all rows of a run to its metrics, and that nothing odd is in them. */

import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../src/experiment/tradeoff/metrics.ts';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { metricsOf } from '../../../src/experiment/tradeoff/score.ts';
import { strategyMetrics } from '../../../src/experiment/tradeoff/score-strategy.ts';
import { check } from '../../../src/schema/check.ts';
import { scoreOf } from '../../../src/score/thresholds.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { classify, equality, match, message, refused, subject, subjects } from '../../harness/scenario/rows.ts';
import { experimentWith, tiny } from '../../harness/tiny.ts';
import { counted } from './counted.ts';

const label = 1;
const context = {
  experiment: tiny,
  operatingPoint: 'a sentence',
  listBytes: 500,
  listEntries: 50,
  plainBytes: null,
};
const _strategyOf = (rows: readonly TradeoffRow[], name: string, more: Partial<typeof context> = {}) =>
  strategyMetrics(counted(rows), name, { ...context, ...more });

/** Paths of everything in a JSON value that is null, or that JSON cannot say. */
function oddities(value: unknown, path = ''): string[] {
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
    return [`${path} ${value}`];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) => oddities(each, `${path}/${key}`));
}

/** What may be null: a rate of nothing, and every number that hangs on what was not tried. */
const unmeasured =
  /(\/estimate|^\/classifier(\/auc)?|^\/equalityGap|\/strategies\/\d\/(evidence\/rule|beats\/\d|exposed\/perBillion|recovered\/\d\/reports|innocentAccounts|reviewHours|cost\/(sent|overhead|received)BytesMedian)|\/hashes\/\d\/(auc|recall\/\d\/meanOwnBits)) null$/;

describe('metrics of a run', () => {
  const experiment = experimentWith({
    grid: { hash: ['pdq'], strategy: ['e2ee', 'client-list'] },
    messages: { secondHash: 'pdq' },
  });
  const made = (rows: readonly TradeoffRow[]) =>
    metricsOf(counted(rows, experiment), {
      experiment,
      dataset: { name: 'made up', sha256: sha256Hex('') },
      listEntries: 7,
      listBytes: 500,
      notes: ['A note on the pictures.'],
    });
  const pictures = [
    ...subjects('innocent', 'calibration', 11),
    ...subjects('innocent', 'evaluation', 13),
    ...subjects('listed', 'evaluation', 5),
    subject('near', 'evaluation', 0, { group: 'listed/evaluation/0' }),
    ...subjects('new', 'evaluation', 2),
  ];
  const rows: TradeoffRow[] = [
    refused('broken.jpg', 'empty file'),
    ...pictures.flatMap((each) => [
      match(each, each.content === 'innocent' ? 100 : 0),
      equality(each, each.content === 'innocent' ? 100 : 0, each.content === 'listed' ? 'entry' : null),
      classify(each, 0.5),
    ]),
    match(pictures[30]!, 3, { transform: 'flip' }),
    ...['e2ee', 'client-list'].flatMap((name) =>
      pictures.map((each) => message(each, name, { sentBytes: name.length })),
    ),
  ];

  test('count what there is', () => {
    const { dataset, strategies, limits, hashes, equalityGap } = made(rows);
    expect(dataset).toMatchObject({
      pictures: 32,
      groups: 31,
      refused: [{ picture: 'broken.jpg', reason: 'empty file' }],
      content: {
        innocent: { calibration: 11, evaluation: 13 },
        listed: { calibration: 0, evaluation: 5 },
        near: { calibration: 0, evaluation: 1 },
        new: { calibration: 0, evaluation: 2 },
      },
      listEntries: 7,
    });
    expect(strategies.map(({ name }) => name)).toEqual(['e2ee', 'client-list']);
    expect(strategies[1]!.cost.overheadBytesMedian).toBe('client-list'.length - 'e2ee'.length);
    expect(hashes.map(({ name }) => name)).toEqual(['pdq']);
    expect(equalityGap!.listed.map(({ near, equality: same }) => [near.k, same.k])).toEqual([[5, 5]]);
    expect(limits[0]).toBe('A note on the pictures.');
  });

  test('limits name the numbers of this run, and the inputs that nobody measured', () => {
    const text = made(rows).limits.join('\n');
    expect(text).toContain('13 innocent pictures were scored');
    // 1 − 0.05^(1/13)
    expect(text).toContain('20.58 %');
    expect(text).toContain('5 listed pictures were scored, against a list of 7 entries');
    expect(text).toContain('11 innocent');
    expect(text).toContain('drawing');
    expect(text).toMatch(/nobody published: .*evasion/);
    expect(text).not.toContain('hoursPerReviewer, topShare');
    expect(text).toContain('The model takes a list of 1000000 entries');
  });

  test('a whole run has no null in its metrics', () => {
    const metrics = made(rows);
    const expected =
      /^\/(strategies\/\d\/detection\/allEdits|equalityGap\/allEdits\/\w+)\/estimate null$|\/meanOwnBits null$/;
    // Without server scanning among the rows nobody knows what comes back, nor a median of innocents beyond the run's list; e2ee has no rule.
    const unanchored =
      /^\/strategies\/\d\/(evidence\/rule|beats\/\d|exposed\/perBillion\/estimate|recovered\/\d\/reports|innocentAccounts\/estimate|reviewHours) null$/;
    expect(oddities(metrics).filter((each) => !expected.test(each) && !unanchored.test(each))).toEqual([]);
    check(Metrics, JSON.parse(JSON.stringify(metrics)), 'Metrics');
  });

  test.each<[string, readonly TradeoffRow[]]>([
    ['nothing', []],
    ['only refused pictures', [refused('a.jpg', 'empty file')]],
    ['only calibration', rows.filter((row) => 'split' in row && row.split === 'calibration')],
    ['only innocents', rows.filter((row) => 'content' in row && row.content === 'innocent')],
    ['only listed', rows.filter((row) => 'content' in row && row.content === 'listed')],
    ['only hashes', rows.filter(({ row }) => row === 'match')],
    ['only messages', rows.filter(({ row }) => row === 'message')],
    ['all hashes refused', pictures.map((each) => match(each, 'too flat'))],
    ['all hashes failed', pictures.map((each) => match(each, 0, { outcome: { state: 'failed', error: 'bug' } }))],
  ])('of %s: a rate of nothing is null, and nothing else is', (_, some) => {
    const metrics = made(some);
    for (const oddity of oddities(metrics)) expect(oddity).toMatch(unmeasured);
    const json = JSON.parse(JSON.stringify(metrics));
    check(Metrics, json, 'Metrics');
    expect(json).toEqual(metrics);
    const rates = JSON.stringify(metrics).matchAll(
      /"n":(\d+),"estimate":(null|[\d.e-]+),"low":([\d.e-]+),"high":([\d.e-]+)/g,
    );
    for (const [, n, estimate, low, high] of rates) {
      expect(estimate === 'null').toBe(n === '0');
      if (n === '0') expect([low, high]).toEqual(['0', '1']);
    }
  });
});

test.each([[null], [undefined], [Number.NaN]])('runs A8: a score that is %s is never counted as 0', (score) => {
  const row = classify(subject('innocent', 'calibration', 0), 0.5);
  const without = { ...row, outcome: { state: 'scored' as const, scores: [0.5, score as unknown as number] } };
  expect(() => scoreOf(without, label)).toThrow(/have no score of .* of picture innocent\/calibration\/0\.jpg/);
  expect(scoreOf(row, label)).toBe(0.5);
});
