/** What worker threads do with a clip, made small: its frames are found again, a second opinion clears it, and a head scores it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planClips } from '../../src/dataset/clips/plan.ts';
import { writeScratch } from '../../src/disk/write.ts';
import { sendSteps } from '../../src/harness/clips/plan.ts';
import {
  type AssignedClip,
  type ClipTask,
  type SendTask,
  sendClips,
  workOnClip,
} from '../../src/harness/clips/tasks.ts';
import type { Pool } from '../../src/harness/pool.ts';
import { keepHead } from '../../src/harness/scenario/head-scores.ts';
import type { ClipRow, SentClipRow } from '../../src/schema/clip-rows.ts';
import type { ClipScene } from '../../src/schema/clip-scene.ts';
import { float32Text } from '../../src/util/float32.ts';
import { frame, ownLimits, unframe } from '../../src/util/framing.ts';
import { protocolSettings } from '../helpers/world.ts';
import { testFolder } from './tiny.ts';

const scene: ClipScene = {
  seed: 2019,
  corpus: { clips: 20, target: ['drawing'], listedShare: 0.5, calibrationShare: 0.5 },
  frames: [3],
  hash: 'pdq',
  equalityHash: 'lda-hash',
  secondHash: 'dhash',
  classifier: 'nsfwjs-mobilenet-v2',
  label: 'drawing',
  edits: ['reencode'],
  strategies: ['client-list', 'psi:checked', 'client-classifier'],
  targetFpr: 0.05,
  accounts: 3,
  paddingBytes: 1024,
  prefixBits: 8,
  protocols: protocolSettings,
};

/** A clip of the corpus, cut down to a few small frames. */
const planned = planClips(scene.seed, 20);
const clip = (index: number, content: AssignedClip['content']): AssignedClip => ({
  ...planned[index]!,
  ...{ width: 64, height: 48, frames: 6, framesPerSecond: 10 },
  ...{ topic: content === 'innocent' ? 'scene' : 'drawing', content, split: 'evaluation' },
});

/** A pool that does the work here. */
const inThread = { run: (_: string, task: SendTask) => sendClips(task) } as unknown as Pool;

test('clips are hashed by their frames, and found, cleared or scored under every strategy', async () => {
  const scratch = await testFolder();
  const tasks = (['listed', 'innocent'] as const).map(
    (content, index): ClipTask => ({
      ...{ scene, index, clip: clip(index, content), classify: false, features: false, scratch },
      edits: content === 'listed' ? scene.edits : [],
    }),
  );
  const rows: ClipRow[] = [];
  for (const task of tasks) rows.push(...(await workOnClip(task)).rows);
  expect(rows.map(({ edit, content }) => `${content} ${edit}`)).toEqual([
    'listed none',
    'listed reencode',
    'innocent none',
  ]);
  expect(rows.map(({ frames }) => frames.length)).toEqual([3, 3, 3]);

  // What the classifier would have left: the first number says how much a frame looks like target content. The innocent clip has 3, edited ones 1.
  const values: Readonly<Record<string, number>> = { 'listed none': 3, 'listed reencode': -3, 'innocent none': 3 };
  for (const task of tasks) {
    const path = join(scratch, `${task.index}.clip`);
    const read = unframe(new Uint8Array(await readFile(path)), ownLimits);
    if (!read.ok) throw new Error(read.reason);
    const blobs = { ...read.blobs };
    for (const { clip: id, edit, content } of rows)
      for (const place of [0, 1, 2])
        if (id === task.clip.id)
          blobs[`features ${edit} ${place}`] = new Uint8Array(Float32Array.of(values[`${content} ${edit}`]!, 0).buffer);
    await writeScratch(path, frame(read.header as object, blobs));
  }
  await keepHead(scratch, {
    version: 1,
    name: 'head',
    kind: 'logistic',
    labels: ['target', 'other'],
    network: { name: 'made up', sha256: '0'.repeat(64), embeddingLength: 2 },
    layers: [
      {
        ...{ inputs: 2, outputs: 2, activation: 'none' as const },
        weights: float32Text(Float32Array.of(1, 0, 0, 0)),
        bias: float32Text(Float32Array.of(0, 0)),
      },
    ],
    temperature: 1,
  });
  const steps = await sendSteps(scene, {
    rows,
    tasks,
    scratch,
    point: {
      // The second hash matches nothing: whatever psi finds is cleared before anybody looks.
      thresholdBits: { near: 31, equality: 0, second: -1 },
      scoreOf: () => ({ by: 'head', threshold: 0.9 }),
    },
  });
  const sent: SentClipRow[] = [];
  for (const step of steps) sent.push(...((await step.work(inThread)).rows as SentClipRow[]));
  const outcomes = (strategy: string) =>
    Object.fromEntries(
      sent
        .filter((row) => row.strategy === strategy)
        .map(({ content, edit, scanned, dismissed, reports }) => [
          `${content} ${edit}`,
          `${scanned}${dismissed ? ', dismissed' : ''}, ${reports > 0 ? 'reported' : 'not reported'}`,
        ]),
    );
  expect(outcomes('client-list')).toEqual({
    'listed none': 'match, reported',
    'listed reencode': 'match, reported',
    'innocent none': 'clear, not reported',
  });
  expect(outcomes('psi:checked')['listed none']).toBe('match, dismissed, not reported');
  // A perfect reviewer reports nothing of the innocent clip, which the head flags.
  expect(outcomes('client-classifier')).toEqual({
    'listed none': 'match, reported',
    'listed reencode': 'clear, not reported',
    'innocent none': 'match, not reported',
  });
});
