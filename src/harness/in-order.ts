/** Runs tasks side by side and hands their results on in the order of the tasks, with a bound on how far ahead workers may be. */
import { InterruptedError } from '../util/errors.ts';

/**
 * Starts up to `ahead` tasks at a time; `take` gets each result as soon as all before it were taken. When `signal` aborts nothing new
 * is started, what is already under way is still taken as far as it comes in order, and an InterruptedError follows.
 */
export async function inOrder<T, R>(
  tasks: readonly T[],
  ahead: number,
  work: (task: T) => Promise<R>,
  take: (result: R, task: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const running: Promise<R>[] = [];
  let next = 0;
  const start = (): void => {
    if (next >= tasks.length || signal.aborted) return;
    const result = work(tasks[next++]!);
    // The rejection is seen when its turn comes; until then it must not count as unhandled.
    result.catch(() => undefined);
    running.push(result);
  };
  while (running.length < ahead && next < tasks.length && !signal.aborted) start();
  for (let taken = 0; running.length > 0; taken++) {
    const result = await running.shift()!;
    await take(result, tasks[taken]!);
    start();
  }
  if (signal.aborted && next < tasks.length) throw new InterruptedError('interrupted');
}
