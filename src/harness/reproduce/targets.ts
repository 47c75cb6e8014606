/** The registry of published numbers: one small file each under experiments/reproduce/targets. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../disk/project.ts';
import { check } from '../../schema/check.ts';
import { Reproduction } from '../../schema/reproduction.ts';
import { UserError } from '../../util/errors.ts';
import { yamlValue } from '../../util/plain-data.ts';
import { lookUp } from '../../util/registry.ts';
import { analytic } from './analytic.ts';
import { empirical } from './empirical.ts';
import type { Measure } from './measure.ts';

/** Folder of the files. */
const folder: string = join(projectRoot, 'experiments/reproduce/targets');

/** Every way of working a value out. */
export const measures: Readonly<Record<string, Measure>> = { ...analytic, ...empirical };

/** Every target: the ranked ones first, then by name. A UserError names the file that is wrong. */
export async function readTargets(): Promise<Reproduction[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  const targets = await Promise.all(
    files.map(async (file) => checked(file, yamlValue(await readFile(join(folder, file), 'utf8'), `Target ${file}`))),
  );
  const place = ({ rank = Number.POSITIVE_INFINITY }: Reproduction): number => rank;
  return targets.sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
}

/** The checked target of a file. */
export function checked(file: string, value: unknown): Reproduction {
  const what = `Target ${file}`;
  const target = check(Reproduction, value, what);
  if (`${target.name}.yaml` !== file)
    throw new UserError(`${what}: its name is '${target.name}'; it must be that of the file`);
  lookUp(measures, 'measurement', target.measure);
  const names = target.published.map((each) => each.what);
  for (const { what: name, value: published, digits, within } of target.published) {
    if (names.filter((each) => each === name).length > 1) throw new UserError(`${what}: '${name}' is published twice`);
    if (digits !== undefined && within) throw new UserError(`${what}: '${name}' has digits and within; keep one`);
    if (digits !== undefined && published === null) throw new UserError(`${what}: '${name}' has digits of no value`);
  }
  const unknown = target.order?.find((each) => !names.includes(each));
  if (unknown !== undefined) throw new UserError(`${what} at /order: '${unknown}' is not among the published values`);
  return target;
}

/** The targets of those names, all of them for none. */
export async function chosenTargets(names: readonly string[]): Promise<Reproduction[]> {
  const all = await readTargets();
  if (names.length === 0) return all;
  const byName = Object.fromEntries(all.map((target) => [target.name, target]));
  return names.map((name) => lookUp(byName, 'reproduction target', name));
}
