/** Ctrl-C, or a request to end (SIGTERM): once, and the work stops in good order; twice, and it stops at once. */
import { exitCodes } from '../util/errors.ts';
import type { ProgressLine } from './progress.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Does some work that a signal can stop, and closes its progress line whatever becomes of it. */
export async function interruptible<T>(progress: ProgressLine, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted);
    progress.close();
    process.stderr.write('Stopping; partial results are kept. Press ctrl-C again to stop immediately.\n');
    stop.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(stop.signal);
  } finally {
    progress.close();
    for (const signal of signals) process.removeListener(signal, interrupt);
  }
}
