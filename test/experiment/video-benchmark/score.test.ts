/** From rows about clips to metrics, on rows whose answer is known. */
import { expect, test } from 'vitest';
import type { VideoBenchmark } from '../../../src/experiment/video-benchmark/experiment.ts';
import { videoParts } from '../../../src/experiment/video-benchmark/report.ts';
import type { ClipRow } from '../../../src/experiment/video-benchmark/rows.ts';
import { listed, videoMetrics } from '../../../src/experiment/video-benchmark/score.ts';
import { toHex } from '../../../src/util/hex.ts';
import { seededRng } from '../../../src/util/rng.ts';

const edits = ['unchanged', 'gentle', 'harsh'];
const experiment: VideoBenchmark = {
  version: 1,
  kind: 'video-benchmark',
  name: 'rows',
  question: 'Known?',
  seed: 1,
  clips: 20,
  edits,
  framesPerSecond: 5,
  calibrationShare: 0.5,
  fpr: 0.1,
  bootstrap: 200,
};

/** A clip of four random frames; 'gentle' changes the file only, 'harsh' all frames but the last, and turns the feature round. */
function rows(clip: number): ClipRow[] {
  const rng = seededRng(5, `${clip}`);
  const frames = Array.from({ length: 4 }, () => toHex(rng.bytes(32)));
  const feature = Float32Array.from({ length: 256 }, () => rng.next() - 0.5);
  const row = (edit: string, md5: string, vpdq: string[], average: Float32Array): ClipRow => ({
    row: 'clip',
    clip: `clip-${clip}`,
    kind: 'pan',
    part: clip % 2 === 0 ? 'calibration' : 'evaluation',
    edit,
    bytes: 1000,
    decodedFrames: 20,
    md5,
    vpdq: vpdq.join(''),
    qualities: vpdq.map(() => 100),
    tmk: toHex(new Uint8Array(average.slice().buffer)),
  });
  const own = `${clip}`.padStart(32, '0');
  return [
    row(listed, own, frames, feature),
    row('unchanged', own, frames, feature),
    row('gentle', `a${own.slice(1)}`, frames, feature),
    row(
      'harsh',
      `b${own.slice(1)}`,
      [...frames.slice(0, 3).map(() => toHex(rng.bytes(32))), frames[3]!],
      feature.map((x) => -x),
    ),
  ];
}

const metrics = videoMetrics(Array.from({ length: 20 }, (_, i) => rows(i)).flat(), {
  experiment,
  decoder: 'libav.js',
  edits: edits.map((edit) => ({ edit, summary: edit })),
});
const recalls = (name: string) =>
  metrics.detectors
    .find((each) => each.name === name)!
    .edits.map(({ recall, atAuthors }) => [recall.k, recall.n, atAuthors?.k]);

test('MD5 finds what is unchanged; vPDQ one common frame at the chosen threshold, but not at its authors’; TMK what keeps its mean', () => {
  expect(recalls('md5')).toEqual([
    [10, 10, undefined],
    [0, 10, undefined],
    [0, 10, undefined],
  ]);
  expect(recalls('vpdq')).toEqual([
    [10, 10, 10],
    [10, 10, 10],
    [10, 10, 0],
  ]);
  expect(recalls('tmk')).toEqual([
    [10, 10, 10],
    [10, 10, 10],
    [0, 10, 0],
  ]);
});

test('false matches are counted on pairs of a part, and thresholds hold them on the calibration clips', () => {
  for (const { calibration, fpr, recall } of metrics.detectors) {
    expect([calibration.n, fpr.n, fpr.clusters, recall.n, recall.clusters]).toEqual([270, 270, 10, 30, 10]);
    expect(calibration.k / calibration.n).toBeLessThanOrEqual(0.1);
  }
  // Scores that are not tied use what is allowed.
  expect(metrics.detectors.find(({ name }) => name === 'tmk')!.calibration.k).toBeGreaterThan(20);
});

test('the report names every edit, the counts and the intervals', () => {
  const { tables, csv, findings } = videoParts(metrics);
  expect(tables[0]!.lines.map(({ name }) => name)).toEqual([...edits, 'all']);
  expect(csv['recall.csv']).toContain('vpdq,harsh,authors,0,10,0,0,');
  expect(findings.map(({ text }) => text).join(' ')).toContain('by TMK level 1 after harsh');
});
