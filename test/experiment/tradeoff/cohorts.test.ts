/** Whole runs whose accounts are divided into several cohorts. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tradeoff } from '../../../src/experiment/tradeoff/kind.ts';
import { runKind } from '../../../src/harness/kind.ts';
import { InterruptedError } from '../../../src/util/errors.ts';
import { experimentWith, options, testFolder } from '../../harness/tiny.ts';

const experiment = experimentWith({ grid: { strategy: ['e2ee', 'escrow', 'psi'] }, messages: { accounts: 8 } });

/** Digests of the files of a finished run that are the same every time. */
async function digests(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  const digestOf = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  const repeated = files.filter(({ name }) => !['run.json', 'timings.json'].includes(name)).sort();
  return Object.fromEntries(
    await Promise.all(repeated.map(async ({ name, parentPath }) => [name, await digestOf(join(parentPath, name))])),
  );
}

test('a run of several cohorts gives the same bytes with any number of threads, and when it is interrupted and resumed', async () => {
  const folder = await testFolder();
  const some = { limit: 30, cohortMessages: 50 };
  const steps: number[] = [];
  const unbroken = await runKind(
    tradeoff,
    options(experiment, join(folder, 'unbroken'), {
      ...some,
      threads: 1,
      onProgress: (phase, _, total) => void (phase === 'strategies' && steps.push(total)),
    }),
  );
  // Three strategies, each on several cohorts.
  expect(steps.at(-1)! % 3).toBe(0);
  expect(steps.at(-1)).toBeGreaterThan(3);
  expect(unbroken.record.notes?.join(' ')).toContain('accounts are divided into cohorts');
  expect(Object.keys(unbroken.timings.perMessageMillis)).toEqual(['e2ee', 'escrow', 'psi']);
  // In the metrics, the cohorts of a strategy are one strategy, which does what it declares.
  const { strategies, limits } = unbroken.metrics;
  expect(strategies.map(({ name }) => name)).toEqual(['e2ee', 'escrow', 'psi']);
  expect(new Set(strategies.map(({ messages }) => messages)).size).toBe(1);
  expect(limits.join(' ')).toContain('attacks on views are made on the first cohort only');
  for (const { messages, delivered, declared } of strategies) {
    expect(messages).toBeGreaterThan(some.cohortMessages);
    expect(delivered.k).toBe(delivered.n);
    expect(declared.length).toBeGreaterThan(0);
    expect(declared.filter(({ holds }) => !holds)).toEqual([]);
  }

  const out = join(folder, 'resumed');
  const stop = new AbortController();
  const onProgress = (phase: string, done: number): void => {
    if (phase === 'strategies' && done === 1) stop.abort();
  };
  await expect(
    runKind(tradeoff, options(experiment, out, { ...some, threads: 1, signal: stop.signal, onProgress })),
  ).rejects.toThrow(InterruptedError);
  const resumed = await runKind(tradeoff, options(experiment, out, { ...some, threads: 2, resume: true }));
  expect(await digests(out)).toEqual(await digests(unbroken.folder));
  expect(resumed.metrics).toEqual(unbroken.metrics);
}, 300_000);
