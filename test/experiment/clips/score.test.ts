/** What frames decide, and the metrics of a run on clips, from rows made by hand. */
import { describe, expect, test } from 'vitest';
import { checkClips } from '../../../src/experiment/clips/kind.ts';
import { ClipsMetrics } from '../../../src/experiment/clips/metrics.ts';
import { clipsParts } from '../../../src/experiment/clips/report.ts';
import type { AnyClipRow } from '../../../src/experiment/clips/rows.ts';
import { clipsMetrics } from '../../../src/experiment/clips/score.ts';
import { readExperiment } from '../../../src/experiment/experiment-file.ts';
import { fileReports } from '../../../src/experiment/report.ts';
import { assignClips } from '../../../src/harness/clips/plan.ts';
import { check } from '../../../src/schema/check.ts';
import type { ClipRow, FrameFacts, SentClipRow } from '../../../src/schema/clip-rows.ts';
import { placesOf } from '../../../src/schema/clip-scene.ts';
import { frameMatchers, framesLooked, listEntries, thresholdsOf } from '../../../src/score/clip-frames.ts';
import { toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { run } from '../../report/fixture-run.ts';

const experiment = checkClips(
  (await readExperiment('experiments/clips/experiment.yaml')).experiment,
  'experiments/clips/experiment.yaml',
);
const small = {
  ...experiment,
  frames: [1, 3] as (1 | 3)[],
  edits: ['crop'],
  strategies: ['client-list', 'psi'],
  targetFpr: 0.2,
};

/** A hash that differs from a name's own in that many bits. */
function hexOf(name: string, bits = 0, bytes = 32): string {
  const hash = seededRng(7, name).bytes(bytes);
  for (let bit = 0; bit < bits; bit++) hash[bit >> 3]! ^= 128 >> (bit & 7);
  return toHex(hash);
}

const frame = (name: string, bits = 0, flat = false): FrameFacts => ({
  near: { hex: hexOf(name, bits), quality: flat ? 0 : 100, ...(flat ? { refused: 'pdq quality 0 is below 50' } : {}) },
  equality: { hex: hexOf(name, bits, 16), quality: 100 },
  second: { hex: hexOf(name, bits, 8), quality: 100 },
});

const clip = (name: string, content: ClipRow['content'], more: Partial<ClipRow> = {}): ClipRow => ({
  row: 'clip',
  clip: name,
  topic: content === 'innocent' ? 'scene' : 'drawing',
  content,
  edit: 'none',
  split: 'evaluation',
  kind: 'pan',
  seconds: 3,
  bytes: 1000,
  sha256: name,
  frames: [frame(`${name}/0`), frame(`${name}/1`), frame(`${name}/2`)],
  ...more,
});

const sent = (row: ClipRow, looked: number, more: Partial<SentClipRow> = {}): SentClipRow => ({
  row: 'sent-clip',
  strategy: 'client-list',
  looked,
  clip: row.clip,
  topic: row.topic,
  content: row.content,
  edit: row.edit,
  scanned: 'clear',
  reports: 0,
  packets: 2 * looked,
  sentBytes: 100 * looked,
  receivedBytes: 10 * looked,
  clipBytes: 5000,
  ...more,
});

test('the frames of a smaller number are among those of a larger one, evenly spread', () => {
  expect(placesOf(1, 15)).toEqual([7]);
  expect(placesOf(3, 15)).toEqual([3, 7, 11]);
  expect(placesOf(15, 15)).toEqual(Array.from({ length: 15 }, (_, i) => i));
  for (const [few, many] of [
    [1, 3],
    [3, 7],
    [7, 15],
    [15, 31],
  ] as const)
    for (const place of placesOf(few, 31)) expect(placesOf(many, 31)).toContain(place);
});

describe('frames', () => {
  const black = frame('black', 0, true);
  const listed = clip('listed', 'listed', { frames: [frame('a'), frame('b'), black] });
  const edited = clip('listed', 'listed', {
    edit: 'crop',
    sha256: 'other',
    frames: [frame('a', 40), frame('x'), frame('b', 20)],
  });
  const innocent = clip('innocent', 'innocent', { frames: [frame('y'), black, frame('z')] });
  const rows = [listed, edited, innocent];

  test('the list has each trusted frame once, those of listed clips as they are', () => {
    expect(listEntries(rows, 'near').map(({ id }) => id)).toEqual(['listed#1', 'listed#2']);
    expect(listEntries(rows, 'near', true)).toHaveLength(3);
    expect(listEntries([listed, { ...listed, clip: 'twice' }], 'near')).toHaveLength(2);
  });

  test('a frame matches within the threshold, a flat one only where flat ones count', () => {
    const { near, flat, equality } = frameMatchers(rows, small, 31);
    expect(edited.frames.map(near)).toEqual([false, false, true]);
    expect(listed.frames.map(near)).toEqual([true, true, false]);
    expect(innocent.frames.map(near)).toEqual([false, false, false]);
    expect(innocent.frames.map(flat)).toEqual([false, true, false]);
    expect(listed.frames.map(equality)).toEqual([true, true, true]);
    expect(edited.frames.map(equality)).toEqual([false, false, false]);
    expect(framesLooked(edited, 1).map(near)).toEqual([false]);
  });

  test('the threshold stays below the nearest frame of too many innocent calibration clips', () => {
    const close = clip('close', 'innocent', { split: 'calibration', frames: [frame('y'), frame('a', 12), frame('z')] });
    const far = ['p', 'q', 'r'].map((name) => clip(name, 'innocent', { split: 'calibration' }));
    expect(thresholdsOf([...rows, close, ...far], { hash: 'pdq', targetFpr: 0.1 }).bits).toBe(11);
    expect(thresholdsOf([...rows, close, ...far], { hash: 'pdq', targetFpr: 0.25 }).bits).toBe(31);
    expect(thresholdsOf(rows, { hash: 'pdq', targetFpr: 0.25 }).bits).toBe(-1);
  });

  test('metrics and report: rates by frames, equal files, costs by strategy', async () => {
    const calibration = ['p', 'q', 'r', 's', 't'].map((name) => clip(name, 'innocent', { split: 'calibration' }));
    const own: AnyClipRow[] = [...rows, ...calibration];
    for (const looked of [1, 3])
      own.push(
        sent(listed, looked, { scanned: 'match', reports: looked }),
        sent(edited, looked, { scanned: looked === 3 ? 'match' : 'clear', reports: looked === 3 ? 1 : 0 }),
        sent(innocent, looked),
        sent(innocent, looked, { strategy: 'psi', sentBytes: 50, receivedBytes: 1000 * looked }),
      );
    const metrics = clipsMetrics(own, { experiment: small, dataset: { name: 'clips', sha256: '0' } });
    check(ClipsMetrics, metrics, 'metrics');
    expectFigures((await fileReports(metrics, run)).figures);
    expect(metrics.dataset.clips).toEqual({ calibration: 5, innocent: 1, listed: 1, new: 0 });
    expect(metrics.sameFile.map(({ edit, recall: { k, n } }) => [edit, k, n])).toEqual([
      ['none', 1, 1],
      ['crop', 0, 1],
    ]);
    expect(metrics.sameFileInnocent).toMatchObject({ k: 0, n: 1 });
    const found = (looked: number, rule: string, item: string) => {
      const { rules } = metrics.looked.find((each) => each.looked === looked)!;
      const { edited: after, falsePositive } = rules.find((each) => each.rule === rule && each.item === item)!;
      return [after.k, falsePositive.k];
    };
    expect(found(1, 'near', 'any')).toEqual([0, 0]);
    expect(found(3, 'near', 'any')).toEqual([1, 0]);
    expect(found(3, 'near', 'half')).toEqual([0, 0]);
    expect(found(3, 'flat', 'any')).toEqual([1, 1]);
    expect(
      metrics.strategies
        .filter(({ strategy }) => strategy === 'client-list')
        .map(({ looked, edited: { k, n }, reportsPerFound, sentBytes }) => [looked, k, n, reportsPerFound, sentBytes]),
    ).toEqual([
      [1, 0, 1, 1, 100],
      [3, 1, 1, 2, 300],
    ]);
    const { findings, tables, csv } = clipsParts(metrics);
    // What is received counts as well as what is sent.
    const costs = findings.find(({ label }) => label === 'What it costs')!;
    expect(costs.text).toContain(
      'psi at 3 frames: for the scan of a clip its sender sends 50 B and receives 3 kB, beside 5 kB',
    );
    expect(tables[0]!.lines[0]!.name).toBe('equal file');
    expect(csv['frames.csv']).toContain('equal file');
  });
});

test('clips are dealt out by the seed, each kind of content in both splits', () => {
  const clips = assignClips({ ...experiment, corpus: { ...experiment.corpus, clips: 80 } });
  expect(clips).toEqual(assignClips({ ...experiment, corpus: { ...experiment.corpus, clips: 80 } }));
  const kinds = new Set(clips.map(({ content, split }) => `${content} ${split}`));
  expect(kinds.size).toBe(6);
  for (const { content, topic } of clips) expect(content === 'innocent').toBe(topic !== 'drawing');
});

test('an unknown edit, hash, label or strategy is one sentence', () => {
  const wrong = (more: object) => () => checkClips({ ...experiment, ...more }, 'x.yaml');
  expect(wrong({ edits: ['melt'] })).toThrow("edit of clips 'melt'");
  expect(wrong({ hash: 'pdk' })).toThrow("perceptual hash 'pdk'");
  expect(wrong({ label: 'drawing' })).toThrow("not 'drawing'");
  expect(wrong({ strategies: ['hope'] })).toThrow("strategy 'hope'");
});
