/** A run whose steps are done by workers at a queue: nothing is lost and nothing is there twice, whoever is killed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { nextRun } from '../../src/cli/worker.ts';
import { coordinator, jobsOf, worker } from '../../src/harness/queue/crew.ts';
import { Queue, type StepFrame } from '../../src/harness/queue/queue.ts';
import { noPostgres, startPostgres, type TestServer } from '../helpers/postgres.ts';
import { testFolder } from './tiny.ts';

test('jobs are neighbouring steps, at most so many', () => {
  expect(jobsOf(2, [0, 1, 2, 4, 5, 9], 2)).toEqual([
    { phase: 2, from: 0, to: 2 },
    { phase: 2, from: 2, to: 3 },
    { phase: 2, from: 4, to: 6 },
    { phase: 2, from: 9, to: 10 },
  ]);
  expect(jobsOf(0, [], 3)).toEqual([]);
});

describe('a worker without a job', () => {
  const idle = (...runs: string[]) => ({
    runs: async () => runs.map((runId) => ({ runId, folder: runId })),
    take: async () => undefined,
    complete: async () => false,
    fail: async () => undefined,
  });
  const served = (queue: ReturnType<typeof idle>, signal: AbortSignal): Promise<{ readonly jobs: number }> =>
    worker(queue, 'dead', 50).serve(2, async () => [], signal);

  test('turns to another run that waits', async () => {
    const over = new AbortController();
    expect(await served(idle('dead', 'alive'), over.signal)).toEqual({ jobs: 0 });
    expect(over.signal.aborted).toBe(false);
  });

  test('stays if no other run waits', async () => {
    const signal = AbortSignal.timeout(700);
    await served(idle('dead'), signal);
    expect(signal.aborted).toBe(true);
  });

  test('takes the other run next, and passes over what it cannot read, once with a word', async () => {
    const folder = await testFolder();
    for (const name of ['damaged', 'alive']) await mkdir(join(folder, name, 'partial'), { recursive: true });
    await writeFile(join(folder, 'damaged', 'run.json'), '{');
    await writeFile(join(folder, 'alive', 'run.json'), JSON.stringify({ schemaVersion: -1 }));
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const passedOver = new Set<string>();
    for (let i = 0; i < 2; i++)
      expect(await nextRun(idle('damaged', 'alive'), folder, { passedOver, last: undefined })).toBeUndefined();
    expect([...passedOver]).toEqual(['damaged', 'alive']);
    expect(said.mock.calls.map(([text]) => String(text).slice(0, 11))).toEqual(['Passed over', 'Passed over']);
    said.mockRestore();
  });
});

describe.skipIf(noPostgres)('at a PostgreSQL server', () => {
  let server: TestServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.database();
  }, 60_000);
  afterAll(() => server?.stop());

  const frame = (step: number): StepFrame => ({
    step: `step ${step}`,
    rows: 1,
    bytes: Uint8Array.from([step]),
    memo: JSON.stringify({ step }),
  });

  /** Deals out steps of one phase; returns all frames in the order in which they came. */
  async function dealOut(steps: number, run: string, signal = new AbortController().signal): Promise<StepFrame[]> {
    const queue = await Queue.open(url);
    const taken: StepFrame[] = [];
    const left = (): number[] =>
      Array.from({ length: steps }, (_, i) => i).filter((i) => taken.every(({ step }) => step !== `step ${i}`));
    const own = coordinator(queue, run);
    try {
      await own.begin(run);
      await own.does(
        { phase: 0, left, perJob: 3 },
        { take: async (frames) => void taken.push(...frames), say: () => undefined, signal },
      );
      await own.end();
      return taken;
    } finally {
      await queue.close();
    }
  }

  /** A worker that calls `during` before each job. `over` ends it, also while it waits for the run or for a job. */
  async function serve(
    run: string,
    during: (job: number) => Promise<void> = async () => undefined,
    over = new AbortController().signal,
  ): Promise<number> {
    const queue = await Queue.open(url);
    queue.giveSigns();
    try {
      while (!(await queue.runs()).some(({ runId }) => runId === run)) {
        over.throwIfAborted();
        await new Promise((done) => setTimeout(done, 50));
      }
      let count = 0;
      const { jobs } = await worker(queue, run).serve(
        2,
        async ({ from, to }) => {
          await during(count++);
          return Array.from({ length: to - from }, (_, i) => frame(from + i));
        },
        over,
      );
      return jobs;
    } finally {
      await queue.close();
    }
  }

  const stepsOf = (frames: readonly StepFrame[]): string[] => frames.map(({ step }) => step).sort();
  const all = (steps: number): string[] => Array.from({ length: steps }, (_, i) => `step ${i}`).sort();

  test('three workers do every step once, and leave when the run is finished', async () => {
    const [taken, ...jobs] = await Promise.all([dealOut(40, 'three'), serve('three'), serve('three'), serve('three')]);
    expect(stepsOf(taken)).toEqual(all(40));
    expect(taken.map(({ memo }) => JSON.parse(memo))).toEqual(taken.map(({ bytes }) => ({ step: bytes[0] })));
    expect(jobs.reduce((sum, each) => sum + each, 0)).toBe(14);
  }, 60_000);

  test('what a dead worker had taken is given to another within seconds; its late result is not taken', async () => {
    const queue = await Queue.open(url);
    try {
      const taking = dealOut(6, 'dead');
      let job: Awaited<ReturnType<Queue['take']>>;
      while (!job) {
        if ((await queue.runs()).some(({ runId }) => runId === 'dead')) job = await queue.take('dead');
        await new Promise((done) => setTimeout(done, 20));
      }
      // It gives no sign of life from here on.
      const began = Date.now();
      const [taken] = await Promise.all([taking, serve('dead')]);
      expect(stepsOf(taken)).toEqual(all(6));
      expect(Date.now() - began).toBeLessThan(30_000);
      expect(await queue.complete('dead', job, [frame(99)])).toBe(false);
    } finally {
      await queue.close();
    }
  }, 60_000);

  test('a step that fails is tried by others, and ends the run with its reason when it fails too often', async () => {
    const over = new AbortController();
    const fails = async (): Promise<void> => {
      throw new Error('this step never works');
    };
    const run = dealOut(1, 'failing')
      .catch((error: Error) => error.message)
      .finally(() => over.abort());
    const reasons: string[] = [];
    while (!over.signal.aborted)
      await serve('failing', fails, over.signal).catch((error: Error) => {
        if (!over.signal.aborted) reasons.push(error.message);
      });
    expect(new Set(reasons)).toEqual(new Set(['this step never works']));
    // A worker that was too slow to give signs counts as a failure, too.
    expect(reasons.length).toBeGreaterThan(1);
    expect(reasons.length).toBeLessThanOrEqual(6);
    expect(await run).toBe('Workers failed too often with a step of the run: this step never works');
  }, 60_000);

  test('results that a coordinator did not take before it died count when it goes on', async () => {
    const stop = new AbortController();
    const first = dealOut(5, 'again', stop.signal).catch((error: Error) => error.name);
    const queue = await Queue.open(url);
    try {
      let done = false;
      while (!done) {
        const job = (await queue.runs()).some(({ runId }) => runId === 'again') && (await queue.take('again'));
        if (!job) continue;
        stop.abort();
        expect(await first).toBe('InterruptedError');
        const { from, to } = job;
        done = await queue.complete(
          'again',
          job,
          Array.from({ length: to - from }, (_, i) => frame(from + i)),
        );
      }
      const [taken] = await Promise.all([dealOut(5, 'again'), serve('again')]);
      expect(stepsOf(taken)).toEqual(all(5));
    } finally {
      await queue.close();
    }
  }, 60_000);

  test('no server at the address is one sentence, without its password', async () => {
    const error = await Queue.open('postgres://me:secret@127.0.0.1:1/none').catch((each: Error) => each);
    expect(error).toMatchObject({ name: 'UserError' });
    expect(String(error)).toMatch(/^UserError: The queue's database cannot be used: .*ECONNREFUSED/);
    expect(String(error)).not.toContain('secret');
  });
});
