/** Every classifier that presend can load, by name. */
import { lookUp } from '../util/registry.ts';
import type { Classifier } from './classifier.ts';
import { loadNetwork, mobilenetV2, mobilenetV2Mid } from './nsfwjs.ts';

/** How to get a classifier. */
export interface ClassifierSource {
  /** Loads it on a tfjs backend; on the fastest that works here when none is named. */
  load(backend?: string): Promise<Classifier>;
}

/** Every classifier, in the order charts and tables list them. */
export const classifiers = {
  'nsfwjs-mobilenet-v2': { load: (backend) => loadNetwork(mobilenetV2, backend) },
  'nsfwjs-mobilenet-v2-mid': { load: (backend) => loadNetwork(mobilenetV2Mid, backend) },
} as const satisfies Record<string, ClassifierSource>;

/** Name of a classifier in experiment files. */
export type ClassifierName = keyof typeof classifiers;

/** The classifier of that name, not yet loaded. A UserError that lists them when there is none. */
export const loadable = (name: string): ClassifierSource => lookUp<ClassifierSource>(classifiers, 'classifier', name);

const loaded = new Map<string, Promise<Classifier>>();

/** The classifier of that name, loaded once per thread and backend. A UserError when there is none of that name. */
export async function loadClassifier(name: string, options: { readonly backend?: string } = {}): Promise<Classifier> {
  const source = loadable(name);
  const key = `${name} ${options.backend ?? ''}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const loading = source.load(options.backend);
  loaded.set(key, loading);
  loading.catch(() => loaded.delete(key));
  return loading;
}
