/** Runs tasks concurrently and passes their results on in the order of the tasks, with a limit on how far ahead workers can be. */
import { InterruptedError } from '../util/errors.ts';

/** In which order tasks are started, if not in theirs. */
interface StartOrder<T> {
  /** How many finished results may wait for an earlier one beyond the tasks under way; default 0. */
  readonly held?: number | undefined;
  /** How long a task takes, in any unit; longer ones are started first. Default: all take as long. */
  weight?(task: T): number;
}

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
  { held = 0, weight = () => 0 }: StartOrder<T> = {},
): Promise<void> {
  const heaviest = [...tasks.keys()].sort((a, b) => weight(tasks[b]!) - weight(tasks[a]!));
  const unstarted = new Set(heaviest);
  /** Started and not yet taken, by index. */
  const started = new Map<number, Promise<R>>();
  let [taken, running, over] = [0, 0, false];
  let wake = (): void => undefined;
  const fill = (): void => {
    while (!over && !signal.aborted && unstarted.size > 0 && running < ahead && started.size < ahead + held) {
      // The last place is left to the task whose turn it is: without it, nothing could ever be taken.
      const isLast = started.size === ahead + held - 1;
      const [first] = unstarted;
      const next = isLast && unstarted.has(taken) ? taken : first!;
      unstarted.delete(next);
      running++;
      const result = (async () => work(tasks[next]!))();
      started.set(next, result);
      const ends = (): void => {
        running--;
        fill();
        wake();
      };
      // A rejection is handled in its turn; until then it must not count as unhandled.
      result.then(ends, ends);
    }
  };
  try {
    fill();
    while (taken < tasks.length) {
      const result = started.get(taken);
      if (result) {
        await take(await result, tasks[taken]!);
        started.delete(taken++);
        fill();
      } else if (signal.aborted) throw new InterruptedError('interrupted');
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    over = true;
  }
}
