/** The entry of every worker thread: it calls one function of a module, and returns its result or error completely. */
import { type CarriedError, carried, madeAnew } from './worker-errors.ts';
import { moduleBeside } from './worker-loader.ts';

/** A worker's task: the address of a module, the name of an exported function, and its argument. */
export interface WorkerTask {
  readonly module: string;
  readonly name: string;
  readonly task: unknown;
  /** Address of a module whose default export becomes the second argument: for values that cannot be sent to a thread, such as functions. */
  readonly context?: string | undefined;
}

/** The result. */
export type WorkerAnswer = { readonly result: unknown } | { readonly thrown: CarriedError };

/** The module that threads start with. */
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

/** The result of an answer; rethrows the worker's error. */
export function resultOf<R>(answered: WorkerAnswer): R {
  if ('thrown' in answered) throw madeAnew(answered.thrown);
  return answered.result as R;
}
