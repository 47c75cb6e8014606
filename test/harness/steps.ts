/** A run of steps that needs no picture and no worker: for tests of the run's folder. */

import type { AccountsRow } from '../../src/experiment/threshold/rows.ts';
import type { Finished } from '../../src/harness/kind.ts';
import type { RunOptions } from '../../src/harness/run-context.ts';
import { phaseTimings, runSteps, type Step } from '../../src/harness/step-run.ts';

/** What the run is asked. */
export interface Steps {
  readonly name: string;
  readonly seed: number;
  readonly dataset?: { readonly name: string };
  readonly steps: number;
}

/** What is made of its rows. */
export interface Sum {
  readonly rows: number;
  readonly accounts: number;
}

const row = (seed: number, i: number, batch: number): AccountsRow => ({
  row: 'accounts',
  cell: `cell ${i}`,
  batch,
  accounts: seed + i,
  tally: [[i, batch, seed]],
});

const step = (seed: number, i: number, before: (i: number) => Promise<void>): Step<number> => ({
  name: `step ${i}`,
  async work() {
    await before(i);
    return { rows: Array.from({ length: i % 4 }, (_, batch) => row(seed, i, batch)), memo: i };
  },
});

export const asked: Steps = { name: 'steps', seed: 7, steps: 5 };

/** Options of a run that nobody watches. */
export const stepOptions = (out: string, more: Partial<RunOptions<Steps>> = {}): RunOptions<Steps> => ({
  experiment: asked,
  asPassed: '',
  out,
  resume: false,
  threads: 1,
  // The worker is never asked: any small module will do.
  transport: { name: 'in-process', worker: new URL('../../src/util/errors.ts', import.meta.url) },
  command: 'presend run steps',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

/** Runs the steps; `before` is done before each. `sha256` names the pictures that the run finds. */
export const runTheSteps = (
  options: RunOptions<Steps>,
  before: (i: number) => Promise<void> = async () => undefined,
  sha256 = 'ab'.repeat(32),
): Promise<Finished<Sum>> =>
  runSteps<Steps, Sum, number>(options, {
    plan: async ({ experiment: { seed, steps } }) => ({
      dataset: { name: 'none', sha256 },
      notes: [],
      streams: [],
      phases: [
        { name: 'working', steps: Array.from({ length: steps }, (_, i) => step(seed, i, before)) },
        { name: 'again', steps: (rows) => [step(seed + 1, rows.length, before)] },
      ],
    }),
    metrics: (rows) => ({
      rows: rows.length,
      accounts: rows.reduce((sum, each) => sum + (each.row === 'accounts' ? each.accounts : 0), 0),
    }),
    timings: phaseTimings,
  });

/** Runs until the step, which is interrupted. */
export async function interruptedAt(step: number, options: RunOptions<Steps>): Promise<void> {
  const stop = new AbortController();
  const onProgress = (_: string, done: number): void => void (done === step && stop.abort());
  await runTheSteps({ ...options, signal: stop.signal, onProgress }).then(
    () => {
      throw new Error('The run was not interrupted');
    },
    (error: Error) => {
      if (error.name !== 'InterruptedError') throw error;
    },
  );
}
