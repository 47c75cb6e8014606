/** Worker threads: one a core, each with its own decoder and network. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { workerExecArgv } from '../util/worker-loader.ts';

/** A pool whose workers run the functions that src/harness/worker.ts exports. */
export interface Pool {
  readonly threads: number;
  run<R>(name: string, task: unknown): Promise<R>;
  close(): Promise<void>;
}

/** Starts `threads` workers (by default one a core). */
export function startPool(threads = availableParallelism()): Pool {
  const piscina = new Piscina({
    filename: new URL('./worker.ts', import.meta.url).href,
    execArgv: workerExecArgv(),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    threads,
    run: (name, task) => piscina.run(task, { name }),
    close: () => piscina.destroy(),
  };
}
