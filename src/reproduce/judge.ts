/** Whether ours is theirs, by the tolerance that was decided before; an order is judged on intervals. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../disk/project.ts';
import { orderOf } from '../metric/order.ts';
import { listed } from '../report/format.ts';
import { check } from '../schema/check.ts';
import { type PublishedValue, Reproduction } from '../schema/reproduction.ts';
import { UserError } from '../util/errors.ts';
import { yamlValue } from '../util/plain-data.ts';
import { lookUp } from '../util/registry.ts';
import { analytic, type Measure, type Measured, type Measurement } from './analytic.ts';
import { empirical } from './empirical.ts';

/** One published value beside ours. */
export interface Compared {
  readonly published: PublishedValue;
  /** Undefined where ours was not measured. */
  readonly ours: Measured | undefined;
  /** null where the value stands for comparison only. */
  readonly agrees: boolean | null;
}

/** What came of a target. */
export type Verdict =
  | { readonly is: 'reproduced' }
  | { readonly is: 'not refuted'; readonly why: string }
  | { readonly is: 'not reproduced'; readonly why: string }
  | { readonly is: 'not comparable'; readonly why: string }
  | { readonly is: 'needs data'; readonly command: string };

/** A target that was tried. */
export interface Judged {
  readonly target: Reproduction;
  readonly verdict: Verdict;
  readonly compared: readonly Compared[];
  readonly on?: string | undefined;
  readonly notes: readonly string[];
}

/** The target with ours beside it. */
export function judge(target: Reproduction, measurement: Measurement): Judged {
  const compared = target.published.map((published): Compared => {
    const measured = measurement.values[published.what];
    // A rate of no trials is no number: it is as good as left out.
    const ours = measured && !Number.isNaN(measured.value) ? measured : undefined;
    return { published, ours, agrees: ours === undefined ? null : agrees(published, ours.value) };
  });
  const { on, notes = [] } = measurement;
  return { target, verdict: verdictOf(target, compared), compared, on, notes };
}

/** A target that was not tried for want of data. */
export const untried = (target: Reproduction, command: string): Judged => ({
  target,
  verdict: { is: 'needs data', command },
  compared: target.published.map((published) => ({ published, ours: undefined, agrees: null })),
  notes: [],
});

function agrees({ value, digits, within }: PublishedValue, ours: number): boolean | null {
  if (within) return ours >= within[0] && ours <= within[1];
  if (digits === undefined || value === null) return null;
  return Number(ours.toPrecision(digits)) === Number(value.toPrecision(digits));
}

function verdictOf({ notComparable, order }: Reproduction, compared: readonly Compared[]): Verdict {
  const missing = compared.filter(({ ours }) => ours === undefined).map(({ published }) => published.what);
  if (missing.length > 0) return { is: 'not reproduced', why: `not measured: ${missing.join(', ')}` };
  if (notComparable) return { is: 'not comparable', why: notComparable };
  const wrong = compared.filter((each) => each.agrees === false).map(({ published }) => published.what);
  if (wrong.length > 0) return { is: 'not reproduced', why: `outside the tolerance: ${wrong.join(', ')}` };
  if (order) {
    const ranked = order.map((what) => ({
      name: what,
      ...compared.find(({ published }) => published.what === what)!.ours!,
    }));
    const { is, pairs } = orderOf(ranked);
    const named = (words: string): string => listed(pairs.map(([larger, smaller]) => `${smaller} ${words} ${larger}`));
    if (is === 'contradicted') return { is: 'not reproduced', why: `the order differs: ${named('is above')}` };
    if (is === 'open') return { is: 'not refuted', why: `intervals overlap: ${named('and')}` };
  }
  return { is: 'reproduced' };
}

// The registry of published numbers: one small file each under experiments/reproduce/targets.

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

/** The targets of those names, all of them for none. Throws a UserError if a name is unknown, or is the file of a detector. */
export async function chosenTargets(names: readonly string[]): Promise<Reproduction[]> {
  const all = await readTargets();
  if (names.length === 0) return all;
  const file = names.find((name) => /\.(ya?ml|json)$/i.test(name));
  if (file !== undefined)
    throw new UserError(
      `Expected a target but received the file ${file}: targets are published numbers of hashes that presend contains; to measure a detector, name its file in an experiment, such as copy-detection, and give its card with presend card`,
    );
  const byName = Object.fromEntries(all.map((target) => [target.name, target]));
  return names.map((name) => lookUp(byName, 'reproduction target', name));
}
