/** A small run on clips from end to end: interrupted and resumed to the same bytes, and what holds whatever the pictures are. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClipsExperiment } from '../../../src/experiment/clips/experiment.ts';
import { checkClips, clips } from '../../../src/experiment/clips/kind.ts';
import { ClipsMetrics } from '../../../src/experiment/clips/metrics.ts';
import type { AnyClipRow } from '../../../src/experiment/clips/rows.ts';
import { readExperiment } from '../../../src/experiment/experiment-file.ts';
import type { Finished } from '../../../src/harness/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { check } from '../../../src/schema/check.ts';
import { ofType } from '../../../src/schema/row.ts';
import { framesLooked } from '../../../src/score/clip-frames.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { readObservations } from '../../harness/finished-rows.ts';
import { scratch } from '../../harness/tiny.ts';
import { slowTest } from '../../helpers/slow.ts';

const whole = checkClips((await readExperiment('experiments/clips/experiment.yaml')).experiment, 'experiment.yaml');
const small: ClipsExperiment = {
  ...whole,
  corpus: { ...whole.corpus, clips: 20 },
  frames: [1, 3],
  edits: ['crop', 'black-lead'],
  // None of them uses a network.
  strategies: ['server-scan', 'e2ee', 'client-list', 'psi', 'threshold-psi'],
  accounts: 3,
};

const options = (out: string, more: Partial<RunOptions<ClipsExperiment>> = {}): RunOptions<ClipsExperiment> => ({
  experiment: small,
  asPassed: JSON.stringify(small),
  out,
  resume: false,
  threads: 1,
  command: 'presend run clips',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

describe('a run on clips', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let run: Finished<ClipsMetrics>;
  let rows: AnyClipRow[];

  beforeAll(async () => {
    folder = await scratch();
    run = await runKind(clips, options(join(folder.path, 'whole')));
    rows = (await readObservations(run.folder, clips.rows)) as AnyClipRow[];
  }, 240_000);
  afterAll(() => folder.remove());

  test('its metrics are as the schema says; every evaluation clip was sent as it is, listed and new ones after each edit', async () => {
    expect(
      check(ClipsMetrics, JSON.parse(await readFile(join(run.folder, 'metrics.json'), 'utf8')), 'metrics'),
    ).toEqual(run.metrics);
    const evaluated = ofType(rows, 'clip').filter(({ split }) => split === 'evaluation');
    const sent = ofType(rows, 'sent-clip').filter(({ strategy, looked }) => strategy === 'psi' && looked === 3);
    const nameOf = ({ clip, edit }: { clip: string; edit: string }): string => `${clip} ${edit}`;
    expect(sent.map(nameOf).sort()).toEqual(evaluated.map(nameOf).sort());
    for (const { content, edit } of evaluated) if (content === 'innocent') expect(edit).toBe('none');
  });

  test('listed clips are found as they are; only protocols send packets to scan', () => {
    const listed = ofType(rows, 'clip').filter(
      ({ content, split, edit }) => content === 'listed' && split === 'evaluation' && edit === 'none',
    );
    expect(listed.length).toBeGreaterThan(0);
    // A clip all of whose frames are too flat to be trusted is not found.
    const trusted = (use: 'near' | 'equality', looked: number): number =>
      listed.filter((row) => framesLooked(row, looked).some((frame) => frame[use].refused === undefined)).length;
    for (const { strategy, asSent, sentBytes, packets, looked } of run.metrics.strategies) {
      if (['server-scan', 'client-list'].includes(strategy)) expect(asSent.k).toBe(trusted('near', looked));
      if (strategy === 'psi') expect(asSent.k).toBe(trusted('equality', looked));
      if (strategy === 'e2ee') expect(asSent.k).toBe(0);
      if (['e2ee', 'server-scan', 'client-list'].includes(strategy)) expect([sentBytes, packets]).toEqual([0, 0]);
      if (['psi', 'threshold-psi'].includes(strategy)) expect(packets).toBe(looked);
    }
    const sizes = new Set(ofType(rows, 'sent-clip').map(({ clipBytes }) => clipBytes > 0));
    expect(sizes).toEqual(new Set([true]));
  });

  slowTest(
    'interrupted in the middle and resumed, it has the same bytes',
    async () => {
      const out = join(folder.path, 'resumed');
      const controller = new AbortController();
      const cut = options(out, {
        signal: controller.signal,
        onProgress: (phase, done) => void (phase === 'strategies' && done === 2 && controller.abort()),
      });
      await expect(runKind(clips, cut)).rejects.toThrow(InterruptedError);
      const resumed = await runKind(clips, options(out, { resume: true, threads: 2 }));
      expect(resumed.record.observations).toEqual(run.record.observations);
      expect(resumed.metrics).toEqual(run.metrics);
    },
    240_000,
  );
});
