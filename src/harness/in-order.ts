/** Runs tasks concurrently and passes their results on in the order of the tasks, with a limit on how far ahead workers can be. */
import { InterruptedError } from '../util/errors.ts';

/**
 * Starts up to `ahead` tasks at a time. `take` gets each result after all earlier ones. If `signal` aborts, no task is started; finished
 * results are still passed on as far as they are in order, and then an InterruptedError is thrown.
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
    // The rejection is handled in its turn; until then it must not count as unhandled.
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
