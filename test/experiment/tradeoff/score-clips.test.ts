/** The arm of clips of a trade-off run, from rows made by hand: what is found, what the model takes, and what is refused. */
import { describe, expect, test } from 'vitest';
import { checkExperiment } from '../../../src/experiment/tradeoff/check.ts';
import { clipSceneOf, scenarioOf } from '../../../src/experiment/tradeoff/experiment.ts';
import { Metrics } from '../../../src/experiment/tradeoff/metrics.ts';
import { evidenceOf, readInputs } from '../../../src/experiment/tradeoff/model-inputs.ts';
import { csvTables } from '../../../src/experiment/tradeoff/report-csv.ts';
import { tradeoffAnswer } from '../../../src/experiment/tradeoff/report-model-answer.ts';
import type { TradeoffRow } from '../../../src/experiment/tradeoff/rows.ts';
import { metricsOf } from '../../../src/experiment/tradeoff/score.ts';
import { strategyMetrics } from '../../../src/experiment/tradeoff/score-strategy.ts';
import { clipTables } from '../../../src/experiment/tradeoff/tables-clips.ts';
import { armsTable } from '../../../src/experiment/tradeoff/tables-knowledge.ts';
import { check } from '../../../src/schema/check.ts';
import type { ClipRow, SentClipRow } from '../../../src/schema/clip-rows.ts';
import { everyRow } from '../../../src/schema/row.ts';
import { sha256Hex } from '../../../src/util/digest.ts';
import { experimentWith } from '../../harness/tiny.ts';
import { counted } from './counted.ts';
import { randomRun } from './random-rows.ts';

const clips = { clips: 20, frames: 3, edits: ['crop'] } as const;
const strategy = ['server-scan', 'e2ee', 'client-list', 'psi', 'psi:checked', 'threshold-psi', 'client-classifier'];
const without = experimentWith({ grid: { strategy }, messages: { accounts: 9, offendingAccounts: 2 } });
const experiment = checkExperiment(
  { ...without, messages: { ...without.messages, clips: { ...clips, edits: ['crop'] } } },
  'Test experiment',
);
const context = {
  dataset: { name: 'made up', sha256: sha256Hex('') },
  ...{ listEntries: 40, listBytes: 500, notes: [], clipsSha256: sha256Hex('clips') },
};

const hash = { hex: '00'.repeat(32), quality: 100 };
const frame = { near: hash, equality: hash, second: hash };
const clip = (name: string, content: ClipRow['content'], edit = 'none'): ClipRow => ({
  ...{ row: 'clip', clip: name, topic: 'drawing', content, edit, split: 'evaluation', kind: 'pan' },
  ...{ seconds: 3, bytes: 1000, sha256: `${name} ${edit}`, frames: [frame, frame, frame] },
});
const sent = (
  { clip, topic, content, edit }: ClipRow,
  name: string,
  scanned: SentClipRow['scanned'],
  more: Partial<SentClipRow> = {},
): SentClipRow => ({
  ...{ row: 'sent-clip', strategy: name, looked: 3, clip, topic, content, edit, scanned, reports: 0, packets: 3 },
  ...{ sentBytes: 300, receivedBytes: 30, clipBytes: 5000, ...more },
});

const [a, cropped, fresh, innocent] = [
  clip('a', 'listed'),
  clip('a', 'listed', 'crop'),
  clip('n', 'new'),
  clip('i', 'innocent'),
];
const all = [a, cropped, fresh, innocent] as const;
const rows: TradeoffRow[] = [
  ...all,
  ...all.map((each) => sent(each, 'server-scan', each.content === 'listed' ? 'match' : 'clear')),
  ...all.map((each) => sent(each, 'e2ee', 'none')),
  ...all.map((each) => sent(each, 'client-list', each.content === 'listed' ? 'match' : 'clear')),
  ...all.map((each) => sent(each, 'psi', each === a || each === innocent ? 'match' : 'clear')),
  // The second opinion clears the innocent clip.
  ...all.map((each) =>
    sent(
      each,
      'psi:checked',
      each === a || each === innocent ? 'match' : 'clear',
      each === innocent ? { dismissed: true } : {},
    ),
  ),
  ...all.map((each) => sent(each, 'threshold-psi', 'clear')),
  ...all.map((each) => sent(each, 'client-classifier', each === innocent ? 'clear' : 'match')),
];
const pictures = await everyRow(randomRun({ experiment: without, pictures: 300, seed: 1 }));
const metrics = metricsOf(counted([...pictures, ...rows], experiment), { ...context, experiment });

describe('a trade-off with clips', () => {
  test('has metrics by the schema, and those of its pictures are the same as without clips', () => {
    check(Metrics, metrics, 'metrics');
    const own = { experiment: without, operatingPoint: '', listBytes: 500, listEntries: 40, plainBytes: 7 };
    const measured = (of: readonly TradeoffRow[]) => strategyMetrics(counted(of, without), 'client-list', own);
    expect(measured([...pictures, ...rows])).toEqual(measured(pictures));
    expect(scenarioOf(experiment)).toEqual(scenarioOf(without));
    expect(clipSceneOf(without)).toBeUndefined();
  });

  test('counts what is found and flagged by clip; what a second opinion clears is not found', () => {
    const { strategies, dataset, sameFile, looked } = metrics.clips!;
    expect(dataset.clips).toEqual({ calibration: 0, innocent: 1, listed: 1, new: 1 });
    expect([looked, ...sameFile.map(({ recall: { k, n } }) => `${k}/${n}`)]).toEqual([3, '1/1', '0/1']);
    const found = Object.fromEntries(
      strategies.map((each) => [
        each.strategy,
        [each.asSent, each.edited, each.newContent, each.innocent].map(({ k }) => k),
      ]),
    );
    expect(found).toEqual({
      'server-scan': [1, 1, 0, 0],
      e2ee: [0, 0, 0, 0],
      'client-list': [1, 1, 0, 0],
      psi: [1, 0, 0, 1],
      'psi:checked': [1, 0, 0, 0],
      'threshold-psi': [0, 0, 0, 0],
      'client-classifier': [1, 1, 1, 0],
    });
  });

  test('gives the model its arm of videos: every strategy, those of a threshold by single matches', () => {
    const of = (name: string) => metrics.strategies.find((each) => each.name === name)!.evidence!.videos;
    expect(of('client-list')!.against).toBe('the same comparison');
    const psi = {
      against: { asSent: { k: 1, n: 1 }, edits: [{ edit: 'crop', k: 0, n: 1 }], pictures: [[0, 1]] },
      newContent: { k: 0, n: 1 },
    };
    expect(of('psi')).toEqual({ ...psi, innocent: { k: 1, n: 1 } });
    expect(of('threshold-psi')).toEqual({ ...psi, innocent: { k: 1, n: 1 } });
    expect(of('psi:checked')).toEqual({ ...psi, innocent: { k: 0, n: 1 } });
    expect(of('client-classifier')).toMatchObject({ newContent: { k: 1, n: 1 }, innocent: { k: 0, n: 1 } });
    expect(of('e2ee')).toBeUndefined();
  });

  test('says in its tables that the rates of videos are its own, with the innocent clips flagged', async () => {
    const origin = { runId: 'run', metricsSha256: sha256Hex('') };
    const clipsOf = {
      experiment: 'tiny',
      seed: 2019,
      ...origin,
      dataset: { name: 'generated clips', sha256: '', listed: 1 },
    };
    const answer = tradeoffAnswer(await readInputs(), evidenceOf(metrics, { ...origin, clips: clipsOf }), {
      draws: 100,
    });
    const table = armsTable(answer);
    expect(table.explains).toContain('1 listed clips');
    expect(table.explains).toContain('in the same run');
    const line = (name: string) => table.lines.find((each) => each.name === name)!.cells.map(({ plain }) => plain);
    expect(table.head.at(-1)).toBe('innocent clips flagged');
    expect(line('psi').slice(2)).toEqual(['measured on clips', expect.stringMatching(/^1\/1 /)]);
    expect(line('client-classifier')[2]).toBe('measured on clips');
    const [clipTable] = clipTables(metrics);
    expect(clipTable!.lines.map(({ name }) => name)).toEqual(['equal file (MD5, SHA-256)', ...strategy]);
    expect(clipTable!.lines[2]!.cells.every(({ plain }) => plain === '–')).toBe(true);
    expect(csvTables(metrics)['clips.csv']).toContain('psi,3,false positive,none,1,1');
  });
});

test('clips are refused in one sentence where frames have no such hash, score or edit', () => {
  const wrong = (more: object) => () =>
    checkExperiment({ ...experiment, messages: { ...experiment.messages, ...more } }, 'x.yaml');
  expect(wrong({ equalityHash: 'md5' })).toThrow("/messages/equalityHash is 'md5'");
  expect(wrong({ clips: { ...clips, edits: ['melt'] } })).toThrow("edit of clips 'melt'");
  expect(wrong({ clips: { ...clips, frames: 4 } })).toThrow('/messages/clips/frames');
});
