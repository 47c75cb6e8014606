/** Handles Ctrl-C and SIGTERM. The first stops the work cleanly; the second stops it immediately. */
import { exitCodes } from '../util/errors.ts';
import type { ProgressLine } from './progress.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Does work that a signal can stop, and always closes its progress line. */
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
