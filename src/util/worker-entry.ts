/** What every worker thread runs: one function of a module, whose result or error comes back whole. */
import { type CarriedError, carried, madeAnew } from './worker-errors.ts';
import { moduleBeside } from './worker-loader.ts';

/** What a worker is asked: a module by its address, a function that it exports, and what that is given. */
export interface WorkerTask {
  readonly module: string;
  readonly name: string;
  readonly task: unknown;
}

/** The result. */
export type WorkerAnswer = { readonly result: unknown } | { readonly thrown: CarriedError };

/** The module to start threads with. */
export const workerEntry = moduleBeside(import.meta.url, './worker-entry.ts');

/** Runs in the thread. */
export default async function answer({ module, name, task }: WorkerTask): Promise<WorkerAnswer> {
  try {
    const functions = (await import(module)) as Readonly<Record<string, (task: unknown) => unknown>>;
    return { result: await functions[name]!(task) };
  } catch (error) {
    return { thrown: carried(error) };
  }
}

/** The result of an answer; throws what the worker threw. */
export function resultOf<R>(answered: WorkerAnswer): R {
  if ('thrown' in answered) throw madeAnew(answered.thrown);
  return answered.result as R;
}
