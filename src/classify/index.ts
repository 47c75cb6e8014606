/**
 * Every classifier that presend can load by name: the networks below, and those under models/, which are heads (presend train) and users'
 * own networks.
 */
import { UserError } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';
import { backendNamed } from './backend.ts';
import type { Classifier } from './classifier.ts';
import { headClassifier } from './head.ts';
import { headNames, modelPath, networkFile, networkNames, readHead, readNetwork } from './model-folder.ts';
import { inceptionV3, labels, loadNetwork, mobilenetV2, mobilenetV2Mid } from './nsfwjs.ts';

/** A source of a classifier. */
export interface ClassifierSource {
  /** Labels, in the order of the scores; reading them does not load the network. */
  labels(): readonly string[];
  /** Loads it on a backend; by default on the usual one (backend.ts). */
  load(backend?: string): Promise<Classifier>;
}

/** Every network that comes with presend, in the order of charts and tables. */
export const classifiers = {
  'nsfwjs-mobilenet-v2': { labels: () => labels, load: (backend) => loadNetwork(mobilenetV2, backend) },
  'nsfwjs-mobilenet-v2-mid': { labels: () => labels, load: (backend) => loadNetwork(mobilenetV2Mid, backend) },
  'nsfwjs-inception-v3': { labels: () => labels, load: (backend) => loadNetwork(inceptionV3, backend) },
} as const satisfies Record<string, ClassifierSource>;

/** Name of a network that comes with presend. */
export type ClassifierName = keyof typeof classifiers;

/** A head; loadClassifier() loads its network. */
const headSource = (name: string): ClassifierSource => ({
  labels: () => readHead(name).labels,
  async load(backend) {
    const head = mustBeNamed(readHead(name), name);
    return headClassifier(head, await loadClassifier(head.network.name, backend === undefined ? {} : { backend }));
  },
});

// Imported through a variable, so that a bundler omits it: a browser has no files to load it from. Its ending is that of this module; a script in a page
// has no address.
const userClassifier = `./user-classifier.${import.meta.url?.endsWith('.ts') ? 'ts' : 'js'}`;

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

/** Checks that a model under models/ has the name of its folder: records use the one name, experiments the other. */
function mustBeNamed<T extends { readonly name: string }>(model: T, folder: string): T {
  if (model.name === folder) return model;
  throw new UserError(
    `The model in models/${folder} is named ${model.name}: give the folder and the model the same name`,
  );
}

/** All available classifiers. A folder under models/ cannot replace a network that comes with presend. */
const sources = (): Record<string, ClassifierSource> => ({
  ...Object.fromEntries(networkNames().map((name) => [name, networkSource(name)])),
  ...Object.fromEntries(headNames().map((name) => [name, headSource(name)])),
  ...classifiers,
});

/** Names of all classifiers: networks, then those under models/. */
export const classifierNames = (): string[] => [
  ...new Set([...Object.keys(classifiers), ...headNames(), ...networkNames()]),
];

/** The classifier of that name, not loaded. If it is unknown, a UserError lists all, or says that a detector file is none. */
export function loadable(name: string): ClassifierSource {
  if (Object.hasOwn(classifiers, name)) return classifiers[name as ClassifierName];
  if (/\.(ya?ml|json)$/i.test(name))
    throw new UserError(
      `Expected a classifier with an embedding, which attackers and trained heads use, but received the file ${name}: use a network of presend or one under models/; programs that give scores are classifiers of base-rate experiments, and /messages/scorer of experiments on messages`,
    );
  return lookUp<ClassifierSource>(sources(), 'classifier', name);
}

/** Labels of the classifier of that name. Throws a UserError if it is unknown, or its files are invalid. */
export const classifierLabels = (name: string): readonly string[] => loadable(name).labels();

const loaded = new Map<string, Promise<Classifier>>();

/** The classifier of that name, loaded once per thread and backend. Throws a UserError if it is unknown. */
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
