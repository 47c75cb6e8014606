/** A small video benchmark from its file to its metrics, in worker threads. */
import { expect, test } from 'vitest';
import { checkAny } from '../../../src/experiment/experiment-file.ts';
import { runAny } from '../../../src/experiment/run.ts';
import type { VideoBenchmarkMetrics } from '../../../src/experiment/video-benchmark/metrics.ts';
import { testFolder } from '../../harness/tiny.ts';

const file = {
  version: 1,
  kind: 'video-benchmark',
  name: 'tiny',
  question: 'Does it run?',
  seed: 3,
  clips: 4,
  edits: ['unchanged', 'mirrored'],
  framesPerSecond: 5,
  calibrationShare: 0.5,
  fpr: 0.01,
  bootstrap: 50,
};

test('it runs in workers; unchanged clips are found by all, mirrored ones not by MD5', async () => {
  const experiment = checkAny(file, 'Experiment tiny');
  const { metrics } = await runAny({
    experiment,
    asPassed: JSON.stringify(file),
    out: await testFolder(),
    resume: false,
    threads: 1,
    command: 'presend run tiny',
    created: '2019-10-04T12:00:00.000Z',
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const { detectors, clips } = metrics as VideoBenchmarkMetrics;
  expect([clips.calibration, clips.evaluation]).toEqual([2, 2]);
  for (const { edits } of detectors) expect([edits[0]!.recall.k, edits[0]!.recall.n]).toEqual([2, 2]);
  expect(detectors[0]!.edits[1]!.recall.k).toBe(0);
}, 300_000);

test('an unknown edit is refused with its name', () => {
  expect(() => checkAny({ ...file, edits: ['trimm'] }, 'Experiment tiny')).toThrow("Unknown edit of clips 'trimm'");
});
