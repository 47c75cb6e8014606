/**
 * Every classifier that presend can load, by name: the networks below, and what lies under models/, heads (presend train) and users' own
 * networks.
 */
import { UserError } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';
import { backendNamed } from './backend.ts';
import type { Classifier } from './classifier.ts';
import { headClassifier } from './head.ts';
import { headNames, modelPath, networkFile, networkNames, readHead, readNetwork } from './model-folder.ts';
import { inceptionV3, labels, loadNetwork, mobilenetV2, mobilenetV2Mid } from './nsfwjs.ts';

/** How to get a classifier. */
export interface ClassifierSource {
  /** Labels, in the order of the scores; the network itself is not loaded for them. */
  labels(): readonly string[];
  /** Loads it on a backend; on the usual one when none is named. */
  load(backend?: string): Promise<Classifier>;
}

/** Every network that comes with presend, in the order charts and tables list them. */
export const classifiers = {
  'nsfwjs-mobilenet-v2': { labels: () => labels, load: (backend) => loadNetwork(mobilenetV2, backend) },
  'nsfwjs-mobilenet-v2-mid': { labels: () => labels, load: (backend) => loadNetwork(mobilenetV2Mid, backend) },
  'nsfwjs-inception-v3': { labels: () => labels, load: (backend) => loadNetwork(inceptionV3, backend) },
} as const satisfies Record<string, ClassifierSource>;

/** Name of a network that comes with presend. */
export type ClassifierName = keyof typeof classifiers;

/** A head: its network is the one that loadClassifier() loads. */
const headSource = (name: string): ClassifierSource => ({
  labels: () => readHead(name).labels,
  async load(backend) {
    const head = mustBeNamed(readHead(name), name);
    return headClassifier(head, await loadClassifier(head.network.name, backend === undefined ? {} : { backend }));
  },
});

// Named through a variable, so that a bundler leaves it out: a browser has no files to load it from.
const userClassifier = './user-classifier.ts';

/** A user's own network under models/. */
const networkSource = (name: string): ClassifierSource => ({
  labels: () => readNetwork(name).labels,
  async load(backend) {
    const { loadUserClassifier } = (await import(
      /* @vite-ignore */ userClassifier
    )) as typeof import('./user-classifier.ts');
    return mustBeNamed(await loadUserClassifier(modelPath(name, networkFile), { backend }), name);
  },
});

/** A model under models/, if it has the name of its folder: records name the one, experiments the other. */
function mustBeNamed<T extends { readonly name: string }>(model: T, folder: string): T {
  if (model.name === folder) return model;
  throw new UserError(
    `The model in models/${folder} is named ${model.name}: give the folder and the model the same name`,
  );
}

/** Every classifier that there is now. What comes with presend cannot be replaced by a folder of its name. */
const sources = (): Record<string, ClassifierSource> => ({
  ...Object.fromEntries(networkNames().map((name) => [name, networkSource(name)])),
  ...Object.fromEntries(headNames().map((name) => [name, headSource(name)])),
  ...classifiers,
});

/** Names of all classifiers: networks, then what lies under models/. */
export const classifierNames = (): string[] => [
  ...new Set([...Object.keys(classifiers), ...headNames(), ...networkNames()]),
];

/** The classifier of that name, not yet loaded. A UserError that lists them when there is none. */
export const loadable = (name: string): ClassifierSource =>
  Object.hasOwn(classifiers, name)
    ? classifiers[name as ClassifierName]
    : lookUp<ClassifierSource>(sources(), 'classifier', name);

/** Labels of the classifier of that name. A UserError when there is none of that name, or its files are not as they must be. */
export const classifierLabels = (name: string): readonly string[] => loadable(name).labels();

const loaded = new Map<string, Promise<Classifier>>();

/** The classifier of that name, loaded once per thread and backend. A UserError when there is none of that name. */
export async function loadClassifier(name: string, options: { readonly backend?: string } = {}): Promise<Classifier> {
  const source = loadable(name);
  const key = `${name} ${backendNamed(options.backend)}`;
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const loading = source.load(options.backend);
  loaded.set(key, loading);
  loading.catch(() => loaded.delete(key));
  return loading;
}
