/** Worker threads: one per core, each with its own decoder and network. */
import { availableParallelism } from 'node:os';
import type { MessagePort, Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type BackendName, backendNamed, tensorflowEnvironment } from '../classify/backend.ts';
import { resultOf, type WorkerTask, workerEntry } from '../util/worker-entry.ts';
import { startable, workerExecArgv } from '../util/worker-loader.ts';
import { workerEnvironment } from './inference.ts';

/** How a function is called. */
interface CallOptions {
  /** Its module, if not the one of the pool. */
  readonly module?: URL;
  /** Ports in the task, which the worker takes over. */
  readonly transfer?: readonly MessagePort[];
}

/** A pool whose workers run the functions that a module exports. Errors arrive with their class and fields. */
export interface Pool {
  readonly threads: number;
  /** Runs a function by name. */
  run<R>(name: string, task: unknown, options?: CallOptions): Promise<R>;
  close(): Promise<void>;
}

/** How workers are started. */
interface PoolOptions {
  /** Module whose default export is the second argument of every function. */
  readonly context?: URL | undefined;
  /** Where networks are computed; as in this thread, where left out. */
  readonly backend?: BackendName | undefined;
}

/**
 * Room for new objects in a worker, in MB; the default is 48. Messages and pictures make many short-lived ones, which with more room are mostly
 * dead before they are looked at: a run of the main job spends 8 % less CPU time.
 */
const youngGeneration = 192;

/** Starts `threads` workers (default: one per core) with a module. */
export function startPool(
  threads: number | undefined,
  module: URL,
  { context, backend = backendNamed() }: PoolOptions = {},
): Pool {
  if (backend === 'tfjs-node') Object.assign(process.env, tensorflowEnvironment);
  const count = threads ?? availableParallelism();
  const piscina = new Piscina({
    filename: workerEntry.href,
    execArgv: workerExecArgv(),
    env: workerEnvironment(backend),
    minThreads: count,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
    resourceLimits: { maxYoungGenerationSizeMb: youngGeneration },
  });
  const loaded = piscina.threads.map(loading);
  return {
    threads: count,
    run: async <R>(name: string, task: unknown, { module: other = module, transfer = [] }: CallOptions = {}) =>
      resultOf<R>(
        await piscina.run(
          {
            module: startable(other).href,
            name,
            task,
            context: context && startable(context).href,
          } satisfies WorkerTask,
          { transferList: [...transfer] },
        ),
      ),
    close: async () => {
      await Promise.all(loaded);
      await piscina.destroy();
    },
  };
}

/**
 * Settles when a thread has loaded its entry, or has ended. Node 20 aborts the whole process ("IsGraphAsync must be used on an instantiated module") if a
 * thread is ended while it loads a module, as happens where a run has nothing to do.
 */
const loading = (thread: Worker): Promise<void> =>
  new Promise((done) => {
    thread.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && piscinaReady in message) done();
    });
    thread.once('exit', () => done());
  });

/** In the message with which Piscina's threads say that they are ready. */
const piscinaReady = '_WORKER_READY';
