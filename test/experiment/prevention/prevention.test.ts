/** Runs on prevention: from rows to metrics and reports, and mistakes said in one sentence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import { messagesBetweenReviews, probing } from '../../../src/experiment/prevention/experiment.ts';
import { checkPrevention } from '../../../src/experiment/prevention/kind.ts';
import { PreventionMetrics } from '../../../src/experiment/prevention/metrics.ts';
import {
  impossibleTable,
  oracleTable,
  preventionAnswer,
  preventionParts,
  stoppedTable,
} from '../../../src/experiment/prevention/report.ts';
import { type Action, PreventedRow, type TurnedAwayRow } from '../../../src/experiment/prevention/rows.ts';
import { probesOf } from '../../../src/experiment/prevention/run.ts';
import { preventionMetrics } from '../../../src/experiment/prevention/score.ts';
import { actionsOf } from '../../../src/experiment/prevention/tasks.ts';
import type { PictureTask } from '../../../src/harness/scenario/plan.ts';
import { check } from '../../../src/schema/check.ts';
import { strategies } from '../../../src/strategy/index.ts';
import { UserError } from '../../../src/util/errors.ts';
import { yamlValue } from '../../../src/util/plain-data.ts';

const shipped = yamlValue(
  readFileSync(join(projectRoot, 'experiments/prevention/experiment.yaml'), 'utf8'),
  'Experiment',
);
const experiment = { ...checkPrevention(shipped, 'Experiment'), strategies: ['server-scan', 'e2ee', 'hash-upload'] };
const dataset = { name: 'made', sha256: '0'.repeat(64) };

const row = (strategy: string, action: Action, i: number, changes: Partial<PreventedRow> = {}): PreventedRow => ({
  row: 'prevented',
  cell: 'c',
  ...{ strategy, action, message: `m${i}`, purpose: 'scored', sender: 'ann' },
  ...{ picture: `p${i}`, group: `g${i}`, topic: 't', content: 'listed', split: 'evaluation', transform: 'none' },
  ...{ scanned: 'match', notice: false, warned: false, prompt: true, delivered: true, delay: 0, reported: false },
  ...changes,
});
const stopped = { prompt: false, delivered: false, delay: null, notice: true } as const;
const late = { prompt: false, delivered: true, delay: 15, notice: true } as const;

/** Three listed pictures and two others, as messages and as probes. */
const rows = ['server-scan', 'e2ee', 'hash-upload'].flatMap((strategy) =>
  actionsOf({ strategy, prevention: experiment.prevention }).flatMap((action): PreventedRow[] => {
    const held = action === 'none' || strategy === 'e2ee' ? {} : stopped;
    return [
      row(strategy, action, 0, { ...held, reported: true }),
      row(strategy, action, 1, held),
      row(strategy, action, 2, action === 'quarantine' && strategy !== 'e2ee' ? late : held),
      row(strategy, action, 3, { content: 'innocent', scanned: 'clear' }),
      row(strategy, action, 4, { content: 'innocent', split: 'calibration', ...stopped }),
      row(strategy, action, 5, { transform: 'crop' }),
      row(strategy, action, 6, { purpose: 'probe', ...held, reported: true }),
      row(strategy, action, 7, { purpose: 'probe', content: 'innocent' }),
    ];
  }),
);
const away: TurnedAwayRow = { row: 'turned-away', strategy: 'server-scan', action: 'block', reasons: ['too much'] };
const metrics = preventionMetrics([...rows, away], experiment, dataset);
const of = (strategy: string, action: Action) =>
  metrics.prevented.find((each) => each.strategy === strategy && each.action === action)!;

describe('metrics', () => {
  test('fit their schema, and so do the rows', () => {
    check(PreventionMetrics, metrics, 'Metrics');
    for (const each of rows) check(PreventedRow, each, 'Row');
  });

  test('count what is stopped and what is late, of the evaluation and of people alone', () => {
    expect(of('server-scan', 'none').stopped.listed).toMatchObject({ k: 0, n: 3 });
    expect(of('server-scan', 'block').stopped).toMatchObject({
      listed: { k: 3, n: 3 },
      edited: { k: 0, n: 1 },
      innocent: { k: 0, n: 1 },
    });
    const quarantine = of('server-scan', 'quarantine');
    expect(quarantine.stopped.listed).toMatchObject({ k: 2, n: 3 });
    expect(quarantine.late.listed).toMatchObject({ k: 1, n: 3 });
    const hours = 15 / experiment.prevention.messagesPerHour.value;
    expect(quarantine.delayHours).toEqual({ messages: 1, median: hours, longest: hours });
    expect(of('server-scan', 'block').delayHours).toBeNull();
    expect(of('server-scan', 'block').reported.listed).toMatchObject({ k: 1, n: 3 });
  });

  test('count what was turned away', () => {
    expect([of('server-scan', 'block').turnedAway, of('server-scan', 'none').turnedAway]).toEqual([1, 0]);
  });

  test('count probes apart', () => {
    expect(of('hash-upload', 'block').oracle).toMatchObject({
      listed: { k: 1, n: 1 },
      others: { k: 0, n: 1 },
      notices: { k: 1, n: 2 },
      reports: { k: 1, n: 2 },
    });
    expect(of('hash-upload', 'none').oracle.listed.k).toBe(0);
  });

  test('say why not: of strategies that do not know, and of reviews without a picture', () => {
    const reasons = metrics.impossible.map(({ strategy, action }) => `${strategy} ${action}`);
    expect(reasons).toEqual(['e2ee block', 'e2ee quarantine', 'e2ee warn', 'hash-upload quarantine']);
    expect(actionsOf({ strategy: 'hash-upload', prevention: experiment.prevention })).toEqual([
      'none',
      'block',
      'warn',
    ]);
  });

  test('no rows are no metrics', () => {
    expect(() => preventionMetrics([], experiment, dataset)).toThrow("The run of 'prevention' has no rows of messages");
  });
});

describe('reports', () => {
  test('have a line for each form that is possible', () => {
    expect(stoppedTable(metrics).lines.map(({ name }) => name)).toEqual([
      'S0 server-scan, block',
      'S0 server-scan, quarantine',
      'S0 server-scan, warn',
      'S6 hash-upload, block',
      'S6 hash-upload, warn',
    ]);
    expect(oracleTable(metrics).lines).toHaveLength(5);
    expect(impossibleTable(metrics).lines.map(({ cells }) => cells[1]!.plain.slice(0, 3))).toEqual([
      '0/3',
      '0/3',
      '0/3',
      '–',
    ]);
  });

  test('the answer names who cannot, and whom a stop tells', () => {
    const text = preventionAnswer(metrics).map((each) => `${each.label}: ${each.text}`);
    expect(text.at(-1)).toBe('Cannot: Nobody knows before delivery under S1 e2ee.');
    expect(text.find((each) => each.startsWith('The stop tells'))).toContain(
      'Under S0 server-scan and S6 hash-upload no device learns',
    );
    const lines = preventionParts(metrics).csv['prevention.csv']!.trim().split('\r\n');
    expect(lines).toHaveLength(metrics.prevented.length * 13 + 1);
  });
});

describe('the experiment', () => {
  test('tries every strategy and form', () => {
    const all = checkPrevention(shipped, 'Experiment');
    expect(all.strategies.toSorted()).toEqual(Object.keys(strategies).toSorted());
    expect(all.prevention.actions).toEqual(['block', 'quarantine', 'warn']);
    expect(messagesBetweenReviews(all)).toBe(40);
  });

  test('probes with pictures of the evaluation, from one account to another, each once', () => {
    const tasks = Array.from({ length: 300 }, (_, index) => ({
      index,
      picture: { content: index % 2 ? 'listed' : 'innocent', split: index < 250 ? 'evaluation' : 'calibration' },
    })) as unknown as PictureTask[];
    const probes = probesOf(experiment, tasks, 1000);
    expect(probes.map(({ sentAt }) => sentAt)).toEqual(Array.from({ length: 50 }, (_, i) => 1000 + i));
    expect(probes.filter(({ picture }) => picture % 2)).toHaveLength(25);
    expect(new Set(probes.map(({ picture }) => picture)).size).toBe(50);
    expect(probes.every(({ picture, sender }) => picture < 250 && sender === probing.sender)).toBe(true);
    expect(() => probesOf(experiment, tasks.slice(0, 40), 0)).toThrow(UserError);
    expect(() => probesOf(experiment, tasks.slice(0, 40), 0)).toThrow(
      'Expected at least 25 listed pictures in the evaluation to probe with but the dataset has 20',
    );
  });

  test.each<[string, object, string]>([
    ['an unknown form', { prevention: { ...experiment.prevention, actions: ['stop'] } }, '/prevention/actions'],
    ['an unknown strategy', { strategies: ['escrows'] }, 'Did you mean escrow?'],
    ['no source', { prevention: { ...experiment.prevention, abortSource: '' } }, '/prevention/abortSource'],
  ])('%s is one sentence', (_, changes, words) => {
    expect(() => checkPrevention({ ...experiment, ...changes }, 'Experiment')).toThrow(UserError);
    expect(() => checkPrevention({ ...experiment, ...changes }, 'Experiment')).toThrow(words);
  });

  test('experiments/prevention.schema.json is what the command prints', () => {
    const file = readFileSync(join(projectRoot, 'experiments/prevention.schema.json'), 'utf8');
    expect(file, 'run: npx presend schema prevention > experiments/prevention.schema.json').toBe(
      `${schemaText('prevention')}\n`,
    );
  });
});
