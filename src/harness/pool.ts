/** Worker threads: one a core, each with its own decoder and network. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { moduleBeside, workerExecArgv } from '../util/worker-loader.ts';

/** A pool whose workers run the functions that a module exports. */
export interface Pool {
  readonly threads: number;
  run<R>(name: string, task: unknown): Promise<R>;
  close(): Promise<void>;
}

const everything = moduleBeside(import.meta.url, './worker.ts');

/** Starts `threads` workers (by default one a core) on a module, by default the one with every task of an experiment. */
export function startPool(threads = availableParallelism(), module = everything): Pool {
  const piscina = new Piscina({
    filename: module.href,
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
