/** Worker threads: one a core, each with its own decoder and network. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { resultOf, type WorkerTask, workerEntry } from '../util/worker-entry.ts';
import { moduleBeside, startable, workerExecArgv } from '../util/worker-loader.ts';

/** A pool whose workers run the functions that a module exports. What these throw arrives as what it was, with its class and fields. */
export interface Pool {
  readonly threads: number;
  run<R>(name: string, task: unknown): Promise<R>;
  close(): Promise<void>;
}

const everything = moduleBeside(import.meta.url, '../experiment/worker.ts');

/** Starts `threads` workers (by default one a core) on a module, by default the one with every task of an experiment. */
export function startPool(threads = availableParallelism(), module = everything): Pool {
  const piscina = new Piscina({
    filename: workerEntry.href,
    execArgv: workerExecArgv(),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    threads,
    run: async <R>(name: string, task: unknown) =>
      resultOf<R>(await piscina.run({ module: startable(module).href, name, task } satisfies WorkerTask)),
    close: () => piscina.destroy(),
  };
}
