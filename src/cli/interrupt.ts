/** Ctrl-C: once, and the work stops in good order; twice, and it stops at once. */
import { exitCodes } from '../util/errors.ts';
import type { ProgressLine } from './progress.ts';

/** Does some work that a signal can stop, and closes its progress line whatever becomes of it. */
export async function interruptible<T>(progress: ProgressLine, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const atOnce = (): never => process.exit(exitCodes.interrupted);
  const interrupt = (): void => {
    progress.close();
    process.stderr.write('Stopping; what is done is kept. Press ctrl-C again to stop at once.\n');
    stop.abort();
    process.once('SIGINT', atOnce);
  };
  process.once('SIGINT', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    progress.close();
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGINT', atOnce);
  }
}
