/** A trade-off with clips from end to end: interrupted and resumed to the same bytes, and its pictures as without clips. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { checkExperiment } from '../../../src/experiment/tradeoff/check.ts';
import { tradeoff } from '../../../src/experiment/tradeoff/kind.ts';
import { readEvidence } from '../../../src/experiment/tradeoff/model-inputs.ts';
import { runKind } from '../../../src/harness/kind.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { experimentWith, options, testFolder } from '../../harness/tiny.ts';
import { slowTest } from '../../helpers/slow.ts';

const without = experimentWith({
  grid: { strategy: ['server-scan', 'client-list', 'psi:checked', 'client-classifier'] },
  messages: { head: { kind: 'logistic', trainingShare: 0.5 } },
});
const clips = { clips: 20, frames: 1, edits: ['crop'] };
const experiment = checkExperiment({ ...without, messages: { ...without.messages, clips } }, 'Test experiment');

slowTest(
  'one run has both media through every strategy',
  async () => {
    const folder = await testFolder();
    const plain = await runKind(tradeoff, options(without, join(folder, 'plain')));
    const whole = await runKind(tradeoff, options(experiment, join(folder, 'whole'), { threads: 2 }));
    const filesOf = ({ record }: typeof whole) => record.observations!.files;
    const own = filesOf(whole).filter(({ type }) => !type.includes('clip'));
    expect(own).toEqual(filesOf(plain));
    expect(filesOf(whole).map(({ type }) => type)).toEqual([...own.map(({ type }) => type), 'clip', 'sent-clip']);
    expect(whole.metrics.strategies.map(({ detection }) => detection)).toEqual(
      plain.metrics.strategies.map(({ detection }) => detection),
    );
    const { clips: source, strategies } = await readEvidence(whole.folder);
    expect(source).toMatchObject({ runId: whole.record.runId, dataset: { name: 'generated clips' } });
    for (const { name, evidence } of strategies) expect(evidence.videos!.innocent!.n, name).toBeGreaterThan(0);

    const stop = new AbortController();
    const out = join(folder, 'resumed');
    const onProgress = (phase: string, done: number) =>
      void (phase === 'clips under strategies' && done === 1 && stop.abort());
    await expect(runKind(tradeoff, options(experiment, out, { signal: stop.signal, onProgress }))).rejects.toThrow(
      InterruptedError,
    );
    const resumed = await runKind(tradeoff, options(experiment, out, { resume: true }));
    expect(filesOf(resumed)).toEqual(filesOf(whole));
    expect(resumed.metrics).toEqual(whole.metrics);
  },
  600_000,
);
