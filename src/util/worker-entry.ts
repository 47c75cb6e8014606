/** What every worker thread runs: one function of a module, whose result or error comes back whole. */
import { type CarriedError, carried, madeAnew } from './worker-errors.ts';
import { moduleBeside } from './worker-loader.ts';

/** What a worker is asked: a module by its address, a function that it exports, and what that is given. */
export interface WorkerTask {
  readonly module: string;
  readonly name: string;
  readonly task: unknown;
  /** Address of a module whose default export is given as the second argument: what cannot be sent to a thread, such as functions. */
  readonly context?: string | undefined;
}

/** The result. */
export type WorkerAnswer = { readonly result: unknown } | { readonly thrown: CarriedError };

/** The module to start threads with. */
export const workerEntry = moduleBeside(import.meta.url, './worker-entry.ts');

/** Runs in the thread. */
export default async function answer({ module, name, task, context }: WorkerTask): Promise<WorkerAnswer> {
  try {
    const functions = (await import(module)) as Readonly<Record<string, (task: unknown, context?: unknown) => unknown>>;
    const given =
      context === undefined ? undefined : ((await import(context)) as { readonly default: unknown }).default;
    return { result: await functions[name]!(task, given) };
  } catch (error) {
    return { thrown: carried(error) };
  }
}

/** The result of an answer; throws what the worker threw. */
export function resultOf<R>(answered: WorkerAnswer): R {
  if ('thrown' in answered) throw madeAnew(answered.thrown);
  return answered.result as R;
}
