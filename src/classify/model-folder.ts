/**
 * The folder models/: a folder in it with a head (head.json) or a user's own network (network.yaml) is a classifier of that name. So is one in
 * the folder that PRESEND_MODELS names: a package manager replaces the package, and with it what somebody put under its models/. A browser has
 * no such folders, so Node's modules are loaded on demand, not imported.
 */
import { check } from '../schema/check.ts';
import { cardSchemas, type ModelCard } from '../schema/model-card.ts';
import { ClassifierFile } from '../schema/network-file.ts';
import { isAbsent, isMachineTrouble, MissingError, systemCode, UserError, unexpected } from '../util/errors.ts';
import { jsonValue, yamlValue } from '../util/plain-data.ts';
import { type LoadedHead, readHeadValue } from './head.ts';

/** The files that identify a folder under models/ as a classifier. */
export const headFile = 'head.json';
export const networkFile = 'network.yaml';
/** A bundled network as an ONNX file. */
export const onnxFile = 'network.onnx';
/** The pictures that trained a head, and those that evaluated it; next to head.json. */
export const splitFile = 'split.json';

const fs = globalThis.process?.getBuiltinModule?.('node:fs');

/** Path of the package's models/, for sources and builds; undefined in a browser. */
const models = (): string | undefined =>
  fs &&
  globalThis.process
    .getBuiltinModule('node:url')
    .fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../models' : '../../../models', import.meta.url));

/** The folders with models: the package's, then the user's own; none in a browser. */
const modelFolders = (): string[] =>
  [models(), globalThis.process?.env?.PRESEND_MODELS].filter((each) => !!each) as string[];

/** Path of a file of a model; `model` is a name under models/, or the path of a folder. */
export function modelPath(model: string, file: string): string {
  const named = modelFolders().map((folder) => `${folder}/${model}`);
  const folder = /[\\/]/.test(model) ? undefined : named.find((each) => fs?.existsSync(each));
  return `${folder ?? model}/${file}`;
}

/** Names under models/ whose folder contains the file, sorted. */
function having(file: string): string[] {
  const names = modelFolders().flatMap((folder) =>
    // Only names that are valid in an experiment file, so temporary folders are excluded.
    namesIn(folder).filter((name) => /^[a-z0-9][a-z0-9-]*$/.test(name) && fs!.existsSync(`${folder}/${name}/${file}`)),
  );
  return [...new Set(names)].sort();
}

/** What is in a folder with models. Throws a MissingError if PRESEND_MODELS names one that does not exist. */
function namesIn(folder: string): string[] {
  try {
    return fs!.readdirSync(folder);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    throw new MissingError(`PRESEND_MODELS names the folder ${folder}, which does not exist`);
  }
}

/** Heads under models/. */
export const headNames = (): string[] => having(headFile);

/** Users' own networks under models/. */
export const networkNames = (): string[] => having(networkFile);

/** The bytes of a file of a model under models/; undefined if it has no such file, and in a browser. */
export function modelBytes(name: string, file: string): Uint8Array | undefined {
  const folder = models();
  if (!folder) return undefined;
  try {
    return new Uint8Array(fs!.readFileSync(`${folder}/${name}/${file}`));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The text of a file. Throws a MissingError, which starts with `what`, if it does not exist. */
function read(path: string, what: string, hint: string): string {
  try {
    return fs!.readFileSync(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) throw new MissingError(`${what}: there is no file ${path}; ${hint}`);
    if (systemCode(error) === undefined || isMachineTrouble(error)) throw error;
    throw new UserError(`${what}: ${path} cannot be read (${systemCode(error)})`);
  }
}

const json = (path: string, what: string, hint: string): unknown => jsonValue(read(path, what, hint), what);

const hint = 'presend train makes one';

/** A validated head, by its name under models/ or by its folder. Throws a UserError if it is invalid, a MissingError if it does not exist. */
export function readHead(model: string): LoadedHead {
  const what = `Head ${model}`;
  return readHeadValue(json(modelPath(model, headFile), what, hint), what);
}

/** The network file of a user's network under models/. */
export function readNetwork(name: string): ClassifierFile {
  const what = `Network ${name}`;
  const text = read(modelPath(name, networkFile), what, 'see presend schema classifier');
  return check(ClassifierFile, yamlValue(text, what), what);
}

/** The validated card of a model. Throws a UserError about the first fault, or a MissingError if it does not exist. */
export function readCard(name: string): ModelCard {
  const what = `Card of ${name}`;
  const value = json(modelPath(name, 'card.json'), what, 'every model needs one');
  const kind = (value as { kind?: unknown } | null)?.kind;
  const schema = cardSchemas[kind as keyof typeof cardSchemas];
  if (!schema) throw unexpected(`${what} at /kind`, `one of ${Object.keys(cardSchemas).join(', ')}`, kind);
  return check(schema, value, what);
}

/** Number of digits of a picture's SHA-256 in split.json. */
export const splitDigits = 16;

/**
 * The first 16 hex digits of the SHA-256 of every picture that was used to train, stop or calibrate a head: the head must not be scored on
 * these. Throws a MissingError if its folder does not record them.
 */
export function seenPictures(model: string): ReadonlySet<string> {
  const what = `Split of head ${model}`;
  const value = json(modelPath(model, splitFile), what, hint) as Partial<Record<'train' | 'validation', string[]>>;
  const { train, validation } = value ?? {};
  const digests = [train, validation].flat();
  if (!digests.every((each) => typeof each === 'string' && each.length === splitDigits))
    throw new UserError(`${what}: expected train and validation, lists of ${splitDigits} hex digits`);
  return new Set(digests as string[]);
}
