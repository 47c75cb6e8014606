/** Results come in the order of the tasks, whatever order they finish in. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inOrder } from '../../src/harness/in-order.ts';
import { InterruptedError } from '../../src/util/errors.ts';

const never = new AbortController().signal;

/** Work that finishes only when told to, task by task. */
function workshop() {
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const started: number[] = [];
  return {
    started,
    work: (task: number): Promise<string> => {
      started.push(task);
      return new Promise((resolve, reject) => {
        waiting.set(task, { resolve: () => resolve(`result ${task}`), reject });
      });
    },
    finish: (task: number) => waiting.get(task)!.resolve(),
    fail: (task: number, error: Error) => waiting.get(task)!.reject(error),
  };
}

/** Long enough for everything that is already decided to happen. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

const unhandled: unknown[] = [];
const note = (reason: unknown): void => {
  unhandled.push(reason);
};
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await settle();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('in order', () => {
  test('every result is taken once, in order, with never more than `ahead` under way', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        async (delays, ahead, slow) => {
          const tasks = delays.map((delay, index) => ({ delay, index }));
          const taken: number[] = [];
          let [open, most] = [0, 0];
          await inOrder(
            tasks,
            ahead,
            async ({ delay, index }) => {
              most = Math.max(most, ++open);
              for (let i = 0; i < delay; i++) await new Promise((resolve) => setImmediate(resolve));
              return index;
            },
            async (result, task) => {
              expect(result).toBe(task.index);
              if (slow) await new Promise((resolve) => setImmediate(resolve));
              taken.push(result);
              open--;
            },
            never,
          );
          expect(taken).toEqual(tasks.map(({ index }) => index));
          expect(most).toBeLessThanOrEqual(ahead);
          expect(most).toBe(Math.min(ahead, tasks.length));
        },
      ),
      { seed: 1, numRuns: 40 },
    ));

  test('a late first task holds the others back, and no further task starts', async () => {
    const { work, finish, started } = workshop();
    const taken: string[] = [];
    const all = inOrder([0, 1, 2, 3, 4], 3, work, async (result) => void taken.push(result), never);
    finish(2);
    finish(1);
    await settle();
    expect(taken).toEqual([]);
    expect(started).toEqual([0, 1, 2]);
    finish(0);
    await settle();
    expect(taken).toEqual(['result 0', 'result 1', 'result 2']);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    finish(4);
    finish(3);
    await all;
    expect(taken).toHaveLength(5);
  });

  test('taking is never done twice at once', async () => {
    let inside = 0;
    await inOrder(
      [0, 1, 2, 3],
      4,
      async (task) => task,
      async () => {
        expect(++inside).toBe(1);
        await settle();
        inside--;
      },
      never,
    );
  });

  test('an abort starts nothing more, takes what is under way, and throws an InterruptedError', async () => {
    const { work, finish, started } = workshop();
    const stop = new AbortController();
    const taken: string[] = [];
    const all = inOrder([0, 1, 2, 3, 4], 2, work, async (result) => void taken.push(result), stop.signal);
    finish(0);
    await settle();
    stop.abort();
    finish(2);
    finish(1);
    await expect(all).rejects.toThrow(InterruptedError);
    expect(started).toEqual([0, 1, 2]);
    expect(taken).toEqual(['result 0', 'result 1', 'result 2']);
  });

  test('an abort before the start does nothing; one after the last start changes nothing', async () => {
    const { work, finish, started } = workshop();
    const take = async (): Promise<void> => undefined;
    await expect(inOrder([0], 2, work, take, AbortSignal.abort())).rejects.toThrow(InterruptedError);
    expect(started).toEqual([]);
    await inOrder([], 2, work, take, AbortSignal.abort());
    const stop = new AbortController();
    const all = inOrder([0, 1], 2, work, take, stop.signal);
    stop.abort();
    finish(0);
    finish(1);
    await expect(all).resolves.toBeUndefined();
  });

  test('a task that fails surfaces in its turn, after all before it were taken, and nothing is left unhandled', async () => {
    const { work, finish, fail } = workshop();
    const taken: string[] = [];
    const all = inOrder([0, 1, 2, 3], 4, work, async (result) => void taken.push(result), never);
    fail(1, new Error('broken'));
    fail(3, new Error('broken too'));
    await settle();
    finish(0);
    await expect(all).rejects.toThrow('broken');
    expect(taken).toEqual(['result 0']);
    fail(2, new Error('after the end'));
  });

  test('what taking throws surfaces too', async () => {
    const { work, finish, fail } = workshop();
    const all = inOrder([0, 1], 2, work, () => Promise.reject(new Error('disk full')), never);
    finish(0);
    await expect(all).rejects.toThrow('disk full');
    fail(1, new Error('after the end'));
  });

  test('the longest are started first, and the results still come in order', async () => {
    const { work, finish, started } = workshop();
    const taken: string[] = [];
    const weight = (task: number): number => (task === 3 ? 5 : 1);
    const take = async (result: string): Promise<void> => void taken.push(result);
    const all = inOrder([0, 1, 2, 3, 4], 2, work, take, never, { held: 3, weight });
    expect(started).toEqual([3, 0]);
    finish(0);
    await settle();
    expect(started).toEqual([3, 0, 1]);
    finish(3);
    await settle();
    expect(started).toEqual([3, 0, 1, 2]);
    expect(taken).toEqual(['result 0']);
    for (const task of [2, 1]) finish(task);
    await settle();
    expect(taken).toEqual([0, 1, 2, 3].map((task) => `result ${task}`));
    finish(4);
    await all;
    expect(taken).toHaveLength(5);
  });

  test('whatever the weights and the limit, all are taken in order, and no more wait than may', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ delay: fc.nat(4), weight: fc.nat(3) }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(4),
        async (each, ahead, held) => {
          const tasks = each.map((task, index) => ({ ...task, index }));
          const taken: number[] = [];
          let [running, mostRunning, open, mostOpen] = [0, 0, 0, 0];
          await inOrder(
            tasks,
            ahead,
            async ({ delay, index }) => {
              mostRunning = Math.max(mostRunning, ++running);
              mostOpen = Math.max(mostOpen, ++open);
              for (let i = 0; i < delay; i++) await new Promise((resolve) => setImmediate(resolve));
              running--;
              return index;
            },
            async (result) => {
              taken.push(result);
              open--;
            },
            never,
            { held, weight: ({ weight }) => weight },
          );
          expect(taken).toEqual(tasks.map(({ index }) => index));
          expect(mostRunning).toBeLessThanOrEqual(ahead);
          expect(mostOpen).toBeLessThanOrEqual(ahead + held);
        },
      ),
      { seed: 1, numRuns: 100 },
    ));

  test('an abort while the task in turn waits for its start ends the work', async () => {
    const { work, finish, started } = workshop();
    const stop = new AbortController();
    const taken: string[] = [];
    const weight = (task: number): number => task;
    const all = inOrder([0, 1, 2, 3], 2, work, async (result) => void taken.push(result), stop.signal, {
      held: 4,
      weight,
    });
    expect(started).toEqual([3, 2]);
    stop.abort();
    finish(3);
    await expect(all).rejects.toThrow(InterruptedError);
    expect([started, taken]).toEqual([[3, 2], []]);
    finish(2);
  });

  test('work that throws before its promise surfaces in its turn', async () => {
    const taken: number[] = [];
    const work = (task: number): Promise<number> => {
      if (task === 1) throw new Error('at once');
      return Promise.resolve(task);
    };
    await expect(inOrder([0, 1, 2], 1, work, async (result) => void taken.push(result), never)).rejects.toThrow(
      'at once',
    );
    expect(taken).toEqual([0]);
  });
});
