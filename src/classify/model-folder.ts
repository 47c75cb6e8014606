/**
 * The folder models/: a head (head.json) or a user's own network (network.yaml) in it is a classifier by the name of its folder. A browser
 * has no such folder, so Node's modules are asked for when needed, not imported.
 */
import { check } from '../schema/check.ts';
import { cardSchemas, type ModelCard } from '../schema/model-card.ts';
import { ClassifierFile } from '../schema/network-file.ts';
import { isAbsent, isMachineTrouble, MissingError, systemCode, UserError, unexpected } from '../util/errors.ts';
import { jsonValue, yamlValue } from '../util/plain-data.ts';
import { type LoadedHead, readHeadValue } from './head.ts';

/** The files by which a folder under models/ is known as a classifier. */
export const headFile = 'head.json';
export const networkFile = 'network.yaml';
/** Which pictures trained a head, and which measured it; beside head.json. */
export const splitFile = 'split.json';

const fs = globalThis.process?.getBuiltinModule?.('node:fs');

/** The package's models/ as a path, from `src` as from a build; undefined in a browser. */
const models = (): string | undefined =>
  fs &&
  globalThis.process
    .getBuiltinModule('node:url')
    .fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../models' : '../../../models', import.meta.url));

/** Path of a file of a model: `model` is a name under models/, or the path of a folder. */
export function modelPath(model: string, file: string): string {
  const named = `${models()}/${model}`;
  const folder = /[\\/]/.test(model) || !fs?.existsSync(named) ? model : named;
  return `${folder}/${file}`;
}

/** Names under models/ whose folder holds the file, sorted. */
function having(file: string): string[] {
  const folder = models();
  if (!folder) return [];
  // Only a name that an experiment file can have: a folder of scratch is none.
  const names = fs!.readdirSync(folder).filter((name) => /^[a-z0-9][a-z0-9-]*$/.test(name));
  return names.filter((name) => fs!.existsSync(`${folder}/${name}/${file}`)).sort();
}

/** Heads under models/. */
export const headNames = (): string[] => having(headFile);

/** Users' own networks under models/. */
export const networkNames = (): string[] => having(networkFile);

/** The text of a file; a MissingError, which begins with `what`, when it is not there. */
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

/** A head by its name under models/ or by its folder, checked. A UserError says what is wrong with it, a MissingError that there is none. */
export function readHead(model: string): LoadedHead {
  const what = `Head ${model}`;
  return readHeadValue(json(modelPath(model, headFile), what, hint), what);
}

/** What the network file of a user's network under models/ says. */
export function readNetwork(name: string): ClassifierFile {
  const what = `Network ${name}`;
  const text = read(modelPath(name, networkFile), what, 'see presend schema classifier');
  return check(ClassifierFile, yamlValue(text, what), what);
}

/** The card of a model, checked. A UserError names the first thing that is wrong with it, a MissingError says that there is none. */
export function readCard(name: string): ModelCard {
  const what = `Card of ${name}`;
  const value = json(modelPath(name, 'card.json'), what, 'every model needs one');
  const kind = (value as { kind?: unknown } | null)?.kind;
  const schema = cardSchemas[kind as keyof typeof cardSchemas];
  if (!schema) throw unexpected(`${what} at /kind`, `one of ${Object.keys(cardSchemas).join(', ')}`, kind);
  return check(schema, value, what);
}

/** Digits of a picture's SHA-256 that split.json keeps. */
export const splitDigits = 16;

/**
 * The first 16 hex digits of the SHA-256 of every picture that trained, stopped or calibrated a head: what it must not be scored on.
 * A MissingError where its folder does not tell.
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
