/** A run of steps that needs no picture and no worker: for tests of the run's folder. */

import { Type } from 'typebox';
import { type AccountsRow, type ThresholdRow, thresholdRows } from '../../src/experiment/threshold/rows.ts';
import { type Finished, type Kind, runKind } from '../../src/harness/kind.ts';
import type { RunOptions } from '../../src/harness/run-options.ts';
import { phaseTimings, runSteps, type Step } from '../../src/harness/step-run.ts';
import { everyRow } from '../../src/schema/row.ts';

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
  transport: { name: 'in-process' },
  command: 'presend run steps',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

/** A kind whose rows are those of accounts. */
const kind: Omit<Kind<Steps, ThresholdRow, Sum>, 'run'> = {
  name: 'steps',
  experiment: Type.Object({}),
  rows: thresholdRows,
  metrics: Type.Object({}),
  onPictures: false,
  // The worker is never asked: any small module will do.
  tasks: new URL('../../src/util/errors.ts', import.meta.url),
  check: (value) => value as Steps,
  extent: () => ({ facts: [], json: {}, hashes: 0, edits: 0, strategies: 0 }),
  async score(source) {
    const rows = await everyRow(source);
    return {
      rows: rows.length,
      accounts: rows.reduce((sum, each) => sum + (each.row === 'accounts' ? each.accounts : 0), 0),
    };
  },
  report: async () => () => {
    throw new Error('Nothing is drawn of it');
  },
};

/** Runs the steps; `before` is done before each. `sha256` names the pictures that the run finds. */
export const runTheSteps = (
  options: RunOptions<Steps>,
  before: (i: number) => Promise<void> = async () => undefined,
  sha256 = 'ab'.repeat(32),
): Promise<Finished<Sum>> =>
  runKind<Steps, ThresholdRow, Sum>(
    {
      ...kind,
      run: async () => (given, of) =>
        runSteps<Steps, ThresholdRow, Sum, number>(given, of, {
          plan: async ({ experiment: { seed, steps } }) => ({
            dataset: { name: 'none', sha256 },
            notes: [],
            streams: [],
            phases: [
              { name: 'working', steps: Array.from({ length: steps }, (_, i) => step(seed, i, before)) },
              { name: 'again', steps: async (rows) => [step(seed + 1, (await everyRow(rows)).length, before)] },
            ],
          }),
          timings: phaseTimings,
        }),
    },
    options,
  );

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
