/** A tiny experiment for the tests of the harness: everything that a real one has, in as few pictures as schema and statistics bear. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { checkExperiment } from '../../src/experiment/tradeoff/check.ts';
import type { Experiment } from '../../src/experiment/tradeoff/experiment.ts';
import type { RunOptions } from '../../src/harness/run-options.ts';
import { protocolSettings } from '../helpers/world.ts';

const source = 'prior: made up for a test';

const unresolved = {
  version: 1,
  name: 'tiny',
  question: 'Does the harness keep its promises?',
  seed: 2019,
  dataset: { name: 'generated', pictures: 60 },
  assignment: { target: ['drawing'], listedShare: 0.5, calibrationShare: 0.5 },
  grid: {
    hash: ['pdq', 'dhash'],
    transform: [{ name: 'none' }, { name: 'jpeg', quality: 30 }, { name: 'flip' }],
    strategy: ['e2ee', 'escrow', 'client-list', 'hash-upload'],
  },
  operatingPoint: { targetFpr: 0.05 },
  messages: {
    hash: 'pdq',
    equalityHash: 'lda-hash',
    secondHash: 'dhash',
    classifier: 'tiny-colours',
    label: 'drawing',
    edits: [{ name: 'resize', factor: 0.5 }],
    accounts: 5,
    paddingBytes: 4096,
    prefixBits: 8,
    protocols: protocolSettings,
    orderedAccounts: 1,
    userReport: 0.5,
    falseReport: 0.05,
    abort: 0,
  },
  model: {
    reportsLost: { value: 12e6, source },
    reportsTotal: { value: 16.8e6, source },
    repeats: { value: 0.6, uniform: [0.5, 0.7], source },
    byteIdentical: { value: 0.7, source },
    evasion: { value: 0.1, beta: [2, 18], source },
    filesPerReport: { value: 2.45, source },
    userReports: { value: 0.006, source },
    listEntries: { value: 1e6, source },
    accounts: { value: 1.5e9, source },
    imagesPerAccountYear: { value: 243, source: 'measured somewhere' },
    secondsPerReview: { value: 30, source },
  },
  falseMatches: [],
};

/** What a run of the tests is asked. The generated corpus of this seed and size is drawn once into datasets/.cache. Read as a file would be: with the model's other inputs, without counts of false matches. */
export const tiny: Experiment = checkExperiment(unresolved, 'Tiny');

/** The tiny experiment with some of its parts replaced, checked as a file would be. */
export const experimentWith = (
  changes: { readonly [K in keyof Experiment]?: Experiment[K] extends object ? Partial<Experiment[K]> : Experiment[K] },
): Experiment => {
  const changed: Record<string, unknown> = { ...tiny };
  for (const [key, value] of Object.entries(changes))
    changed[key] =
      typeof value === 'object' && !Array.isArray(value) && key !== 'dataset'
        ? { ...(changed[key] as object), ...(value as object) }
        : value;
  return checkExperiment(changed, 'Test experiment');
};

/** A folder that is gone when the test, or the file, is done. */
export async function scratch(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'presend-harness-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A folder that is gone when the running test is done. */
export async function testFolder(): Promise<string> {
  const { path, remove } = await scratch();
  onTestFinished(remove);
  return path;
}

/** Options of a run that nobody watches. */
export const options = (
  experiment: Experiment,
  out: string,
  more: Partial<RunOptions<Experiment>> = {},
): RunOptions<Experiment> => ({
  experiment,
  asPassed: JSON.stringify(experiment),
  out,
  resume: false,
  // A thread loads its modules and its network in seconds; tests of the engine ask for more of them.
  threads: 1,
  command: 'presend run tiny',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});
