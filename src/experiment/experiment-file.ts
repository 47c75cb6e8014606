/** Reading an experiment of any kind: a name under experiments/, or a YAML or JSON file. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { projectRoot } from '../disk/project.ts';
import { textOf } from '../disk/read.ts';
import { MissingError, UserError, unexpected } from '../util/errors.ts';
import { yamlValue } from '../util/plain-data.ts';
import { didYouMean, lookUp } from '../util/registry.ts';
import { type AnyExperiment, kinds } from './index.ts';

/** An experiment as it was written, and checked. */
export interface ExperimentFile {
  readonly path: string;
  readonly text: string;
  readonly experiment: AnyExperiment;
}

/** Reads and checks an experiment. Throws a UserError that names the place of the first mistake, a MissingError if there is no file. */
export async function readExperiment(nameOrPath: string): Promise<ExperimentFile> {
  const path = locate(nameOrPath);
  const text = await textOf(path);
  const what = `Experiment ${nameOrPath}`;
  return { path, text, experiment: checkAny(await extended(yamlValue(text, what), path, what), what) };
}

/** Longest chain of files that extend each other. */
const longestChain = 8;

/**
 * The experiment with everything that the one under `extends` has and it does not say itself: members of objects are put together, lists and single values replace those of
 * the base. `extends` is a name under experiments/, or a path from the folder of the file. Throws a UserError if files extend each other in a circle.
 */
async function extended(
  value: unknown,
  path: string,
  what: string,
  chain: readonly string[] = [path],
): Promise<unknown> {
  if (!isRecord(value) || !('extends' in value)) return value;
  const { extends: base, ...own } = value;
  if (typeof base !== 'string') throw unexpected(`${what} at /extends`, 'the name or path of an experiment', base);
  const from = locate(existsSync(resolve(dirname(path), base)) ? resolve(dirname(path), base) : base);
  if (chain.includes(from))
    throw new UserError(`${what} at /extends: ${from} extends itself, directly or through others`);
  if (chain.length >= longestChain)
    throw new UserError(`${what} at /extends: more than ${longestChain} files extend each other`);
  const under = await extended(yamlValue(await textOf(from), `Experiment ${from}`), from, what, [...chain, from]);
  return merged(under, own);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects member by member; of anything else the second. */
function merged(under: unknown, own: unknown): unknown {
  if (!isRecord(under) || !isRecord(own)) return own;
  const members = Object.entries(own).map(([key, value]) => [key, key in under ? merged(under[key], value) : value]);
  return { ...under, ...Object.fromEntries(members) };
}

/** Checks an experiment of the kind that it says it is; without a word it is a trade-off. */
export function checkAny(value: unknown, what: string): AnyExperiment {
  const name = (value as { kind?: unknown } | null)?.kind ?? 'tradeoff';
  if (typeof name !== 'string') throw unexpected(`${what} at /kind`, `one of ${Object.keys(kinds).join(', ')}`, name);
  return lookUp<{ check(value: unknown, what: string): AnyExperiment }>(kinds, 'kind of experiment', name).check(
    value,
    what,
  );
}

function locate(nameOrPath: string): string {
  const named = join(projectRoot, 'experiments', nameOrPath, 'experiment.yaml');
  if (/^[a-z0-9][a-z0-9-]*$/.test(nameOrPath) && existsSync(named)) return named;
  if (existsSync(nameOrPath)) {
    if (!statSync(nameOrPath).isDirectory()) return resolve(nameOrPath);
    const inside = join(nameOrPath, 'experiment.yaml');
    if (existsSync(inside)) return resolve(inside);
    throw new UserError(`'${nameOrPath}' is a folder without an experiment.yaml; name a YAML or JSON file`);
  }
  const names = readdirSync(join(projectRoot, 'experiments'), { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map(({ name }) => name);
  throw new MissingError(
    `No experiment '${nameOrPath}'.${didYouMean(names, nameOrPath)} Expected the name of a folder under experiments/ or a YAML file; 'presend ls experiments' lists them`,
  );
}
