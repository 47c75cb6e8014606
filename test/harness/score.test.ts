/** From rows made by hand to numbers that can be counted on fingers. */
import { describe, expect, test } from 'vitest';
import { classifierMetrics } from '../../src/harness/score/classifier.ts';
import { hashMetrics } from '../../src/harness/score/hash.ts';
import { metricsOf } from '../../src/harness/score/metrics.ts';
import { strategyMetrics } from '../../src/harness/score/strategy.ts';
import { classifierThreshold, hashThreshold } from '../../src/harness/score/thresholds.ts';
import { check } from '../../src/schema/check.ts';
import { Metrics } from '../../src/schema/metrics.ts';
import type { Observation } from '../../src/schema/observation.ts';
import { strategies } from '../../src/strategy/index.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { attack, classify, match, message, refused, subject, subjects, times, view } from './rows.ts';
import { experimentWith, tiny } from './tiny.ts';

const label = 1;
const context = { experiment: tiny, operatingPoint: 'a sentence', listBytes: 500, plainBytes: undefined };
const strategyOf = (rows: readonly Observation[], name: string, more: Partial<typeof context> = {}) =>
  strategyMetrics(rows, name, { ...context, ...more });

describe('thresholds', () => {
  // 20 calibration negatives at 5, 15, 25 …; one may be flagged at a target of 0.05.
  const calibration = subjects('innocent', 'calibration', 20);
  const rows: Observation[] = [
    ...calibration.map((each, i) => match(each, 5 + 10 * i)),
    ...calibration.map((each, i) => classify(each, i / 20)),
  ];

  test('the largest that calibration bears, capped at the authors’ for strategies', () => {
    expect(hashThreshold(rows, tiny, 'pdq', false)).toMatchObject({ bits: 14, calibrationFpr: { k: 1, n: 20 } });
    const far = calibration.map((each, i) => match(each, 100 + i));
    expect(hashThreshold(far, tiny, 'pdq', true)).toMatchObject({ bits: 31, calibrationFpr: { k: 0, n: 20 } });
    expect(hashThreshold(far, tiny, 'pdq', false).bits).toBe(100);
    const { score, calibrationFpr } = classifierThreshold(rows, tiny, label);
    expect(score).toBeGreaterThan(18 / 20);
    expect(score).toBeLessThanOrEqual(19 / 20);
    expect(calibrationFpr).toMatchObject({ k: 1, n: 20 });
  });

  test('nothing but innocent calibration pictures, unedited and under the same hash, has a say', () => {
    const others: Observation[] = [
      ...subjects('innocent', 'evaluation', 30).flatMap((each) => [match(each, 0), classify(each, 1)]),
      ...(['listed', 'near', 'new'] as const).flatMap((content) =>
        (['calibration', 'evaluation'] as const).flatMap((split) =>
          subjects(content, split, 5).flatMap((each) => [match(each, 0, { ownBits: 0 }), classify(each, 1)]),
        ),
      ),
      ...calibration.map((each) => match(each, 0, { transform: 'flip' })),
      ...calibration.map((each) => classify(each, 1, { transform: 'flip' })),
      ...calibration.map((each) => match(each, 0, { hash: 'dhash' })),
    ];
    for (const capped of [true, false])
      expect(hashThreshold([...others, ...rows], tiny, 'pdq', capped)).toEqual(
        hashThreshold(rows, tiny, 'pdq', capped),
      );
    expect(classifierThreshold([...others, ...rows], tiny, label)).toEqual(classifierThreshold(rows, tiny, label));
  });

  test('a refused or failed calibration picture is one that never matches, and still counts', () => {
    const extra = subjects('innocent', 'calibration', 22).slice(20);
    const more = [
      ...rows,
      match(extra[0]!, 'too flat'),
      match(extra[1]!, 0, { outcome: { state: 'failed', error: 'bug' } }),
    ];
    expect(hashThreshold(more, tiny, 'pdq', false)).toMatchObject({ bits: 14, calibrationFpr: { k: 1, n: 22 } });
  });

  test('without calibration negatives nothing matches', () => {
    expect(hashThreshold([], tiny, 'pdq', true)).toMatchObject({ bits: -1, calibrationFpr: { n: 0, estimate: null } });
    expect(classifierThreshold([], tiny, label).score).toBeGreaterThan(1);
  });
});

describe('hashes', () => {
  const rows: Observation[] = [
    // All calibration negatives at 50, so the threshold is 49.
    ...subjects('innocent', 'calibration', 40).map((each) => match(each, 50)),
    // Evaluation negatives: 3 of 10 within 49 bits, 1 of them at the authors' 31.
    ...subjects('innocent', 'evaluation', 10).map((each, i) => match(each, [31, 40, 45][i] ?? 100)),
    // Listed, as sent: all at 0. Flipped: 10, 40, refused, failed.
    ...subjects('listed', 'evaluation', 4).map((each) => match(each, 0, { ownBits: 0 })),
    match(subject('listed', 'evaluation', 0), 10, { transform: 'flip', ownBits: 10 }),
    match(subject('listed', 'evaluation', 1), 40, { transform: 'flip', ownBits: 60 }),
    match(subject('listed', 'evaluation', 2), 'too flat', { transform: 'flip' }),
    match(subject('listed', 'evaluation', 3), 0, { transform: 'flip', outcome: { state: 'failed', error: 'bug' } }),
  ];
  const metrics = hashMetrics(rows, tiny, 'pdq');

  test('k of n at both thresholds', () => {
    expect(metrics.threshold).toMatchObject({ bits: 49, calibrationFpr: { k: 0, n: 40 } });
    expect(metrics).toMatchObject({ authorsThreshold: 31, positives: 8, negatives: 10, refused: 1, failed: 1 });
    expect(metrics.fpr).toMatchObject({ k: 3, n: 10, clusters: 10 });
    expect(metrics.fprAtAuthors).toMatchObject({ k: 1, n: 10 });
  });

  test('refused and failed pictures are misses', () => {
    const [asSent, flip] = metrics.recall;
    expect(asSent).toMatchObject({
      transform: 'none',
      calibrated: { k: 4, n: 4 },
      atAuthors: { k: 4, n: 4 },
      meanOwnBits: 0,
    });
    expect(flip).toMatchObject({
      transform: 'flip',
      calibrated: { k: 2, n: 4 },
      atAuthors: { k: 1, n: 4 },
      meanOwnBits: 35,
    });
  });

  test('the edits of one picture are one cluster', () => {
    expect(metrics.tprAtFpr.map(({ tpr }) => [tpr.n, tpr.clusters])).toEqual([
      [8, 4],
      [8, 4],
      [8, 4],
    ]);
  });

  test('detection rates at quoted false-positive rates use the threshold that meets them on calibration', () => {
    // On evaluation 31 bits would already be too far for 0.1 %; thresholds are not chosen there.
    expect(metrics.tprAtFpr.map(({ fpr, threshold, tpr }) => [fpr, threshold, tpr.k])).toEqual([
      [0.001, 49, 6],
      [0.01, 49, 6],
      [0.1, 49, 6],
    ]);
  });

  test('calibration pictures and other content are not scored', () => {
    const others = [
      ...subjects('listed', 'calibration', 9).map((each) => match(each, 0, { ownBits: 0 })),
      ...subjects('near', 'evaluation', 9).map((each) => match(each, 0)),
      ...subjects('new', 'evaluation', 9).map((each) => match(each, 0)),
      ...subjects('innocent', 'evaluation', 9).map((each) => match(each, 0, { hash: 'dhash' })),
    ];
    expect(hashMetrics([...rows, ...others], tiny, 'pdq')).toEqual(metrics);
  });

  test('a listed picture whose original has no entry says nothing about the distance to it', () => {
    const orphan = match(subject('listed', 'evaluation', 9), 70, { transform: 'flip' });
    const flip = hashMetrics([...rows, orphan], tiny, 'pdq').recall.find(({ transform }) => transform === 'flip')!;
    expect(flip).toMatchObject({ meanOwnBits: 35, calibrated: { k: 2, n: 5 } });
  });

  test('a perfect hash has an area of 1, a blind one of 0.5', () => {
    const of = (listed: number, innocent: number) =>
      hashMetrics(
        [
          ...subjects('listed', 'evaluation', 6).map((each) => match(each, listed, { ownBits: listed })),
          ...subjects('innocent', 'evaluation', 6).map((each) => match(each, innocent)),
        ],
        tiny,
        'pdq',
      ).auc.estimate;
    expect(of(0, 100)).toBe(1);
    expect(of(100, 0)).toBe(0);
    expect(of(7, 7)).toBe(0.5);
  });
});

describe('classifier', () => {
  const rows: Observation[] = [
    ...subjects('innocent', 'calibration', 20).map((each, i) => classify(each, i / 40)),
    ...subjects('innocent', 'evaluation', 8).map((each, i) => classify(each, i < 2 ? 0.9 : 0.1)),
    ...subjects('listed', 'evaluation', 3).map((each) => classify(each, 0.8)),
    ...subjects('near', 'evaluation', 2).map((each) => classify(each, 0.8)),
    ...subjects('new', 'evaluation', 4).map((each, i) => classify(each, i === 0 ? 0.1 : 0.8)),
  ];

  test('everything that is not innocent is a positive; evaluation as sent is scored', () => {
    const metrics = classifierMetrics(rows, tiny, label)!;
    expect(metrics).toMatchObject({ positives: 9, negatives: 8, fpr: { k: 2, n: 8 }, tpr: { k: 8, n: 9 } });
    const others = [
      ...subjects('listed', 'calibration', 5).map((each) => classify(each, 0)),
      ...subjects('listed', 'evaluation', 3).map((each) => classify(each, 0, { transform: 'flip' })),
    ];
    expect(classifierMetrics([...rows, ...others], tiny, label)).toEqual(metrics);
  });

  test('nothing classified: null', () => expect(classifierMetrics([], tiny, label)).toBeNull());
});

describe('strategies', () => {
  const listed = subjects('listed', 'evaluation', 3);
  const innocent = [
    ...subjects('innocent', 'evaluation', 4),
    ...subjects('innocent', 'evaluation', 6, { topic: 'chart' }).slice(4),
  ];
  const found = { scanned: 'match', detected: true, flagged: true, exposed: true, tipped: true } as const;
  const rows: Observation[] = [
    ...listed.map((each) => message(each, 'client-list', found)),
    message(listed[0]!, 'client-list', found, { transform: 'flip' }),
    message(listed[1]!, 'client-list', {}, { transform: 'flip' }),
    message(listed[2]!, 'client-list', { scanned: 'refused' }, { transform: 'flip' }),
    message(listed[0]!, 'client-list', {}, { transform: 'caption' }),
    ...subjects('near', 'evaluation', 2).map((each, i) => message(each, 'client-list', i === 0 ? found : {})),
    ...subjects('new', 'evaluation', 5).map((each) => message(each, 'client-list')),
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
    expect(metrics.exposed.perBillion.estimate).toBeGreaterThan(1e7);
    expect(metrics.innocentAccounts.estimate).toBeGreaterThan(1e8);
    expect(metrics.reviewHours.estimate).toBeGreaterThan(0);
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
    expect(innocentAccounts.high).toBe(0);
  });

  test('bytes: medians of what evaluated messages cost, against plain E2EE', () => {
    const sized = innocent.map((each, i) =>
      message(each, 'client-list', { sentBytes: 1000 + i, receivedBytes: 10 * i }),
    );
    expect(strategyOf(sized, 'client-list', { plainBytes: 900 } as object).cost).toEqual({
      sentBytesMedian: 1003,
      overheadBytesMedian: 103,
      receivedBytesMedian: 30,
      listBytes: 500,
    });
    expect(strategyOf([], 'hash-upload').cost.listBytes).toBe(0);
  });

  test('a design that cannot report brings back exactly 0 reports, however its messages came out', () => {
    for (const [name, { declares }] of Object.entries(strategies)) {
      const silent = [...listed, ...innocent].map((each) => message(each, name));
      const { recovered } = strategyOf(silent, name);
      expect(recovered.map(({ of }) => of)).toEqual([12e6, 16.8e6]);
      for (const { reports } of recovered)
        if ('curator' in declares) expect(reports.high, name).toBeGreaterThan(0);
        else expect([reports.low, reports.estimate, reports.high], name).toEqual([0, 0, 0]);
    }
  });

  test('plain E2EE flags no account, exposes nobody and needs no reviewer', () => {
    const e2ee = strategyOf(
      [...listed, ...innocent].map((each) => message(each, 'e2ee')),
      'e2ee',
    );
    for (const interval of [e2ee.innocentAccounts, e2ee.exposed.perBillion, e2ee.reviewHours])
      expect([interval.low, interval.estimate, interval.high]).toEqual([0, 0, 0]);
  });

  test('what the run shows counts even where the design rules it out', () => {
    const leaky = innocent.map((each) => message(each, 'e2ee', { flagged: true, exposed: true }));
    const e2ee = strategyOf(leaky, 'e2ee');
    expect(e2ee.innocentAccounts.estimate).toBeGreaterThan(0);
    expect(e2ee.exposed.perBillion.estimate).toBeGreaterThan(0);
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

/** Paths of everything in a JSON value that is null, or that JSON cannot say. */
function oddities(value: unknown, path = ''): string[] {
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
    return [`${path} ${value}`];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) => oddities(each, `${path}/${key}`));
}

describe('metrics of a run', () => {
  const experiment = experimentWith({ grid: { hash: ['pdq'], strategy: ['e2ee', 'client-list'] } });
  const made = (rows: readonly Observation[]) =>
    metricsOf(rows, {
      experiment,
      dataset: { name: 'made up', sha256: sha256Hex('') },
      label,
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
  const rows: Observation[] = [
    refused('broken.jpg', 'empty file'),
    ...pictures.flatMap((each) => [match(each, each.content === 'innocent' ? 100 : 0), classify(each, 0.5)]),
    match(pictures[30]!, 3, { transform: 'flip' }),
    ...['e2ee', 'client-list'].flatMap((name) =>
      pictures.map((each) => message(each, name, { sentBytes: name.length })),
    ),
  ];

  test('count what there is', () => {
    const { dataset, strategies, limits, hashes } = made(rows);
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
    expect(text).toMatch(/priors\): .*onList/);
    expect(text).not.toContain('imagesPerAccountYear');
  });

  test('a whole run has no null in its metrics', () => {
    const metrics = made(rows);
    const expected = /^\/strategies\/\d\/detection\/allEdits\/estimate null$/;
    expect(oddities(metrics).filter((each) => !expected.test(each))).toEqual([]);
    check(Metrics, JSON.parse(JSON.stringify(metrics)), 'Metrics');
  });

  test.each<[string, readonly Observation[]]>([
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
    for (const oddity of oddities(metrics)) expect(oddity).toMatch(/(\/estimate|^\/classifier) null$/);
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
