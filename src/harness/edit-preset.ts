/** Reads a preset of benign edits: a name under experiments/presets/, or a YAML or JSON file. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../disk/project.ts';
import { textOf } from '../disk/read.ts';
import type { Raster } from '../image/raster.ts';
import { applyTransform, resolveTransform } from '../image/transform/index.ts';
import { check } from '../schema/check.ts';
import { EditPreset, type EditSet, type SetFacts, type TransformSpec } from '../schema/edit-preset.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { yamlValue } from '../util/plain-data.ts';
import type { Rng } from '../util/rng.ts';

const folder = join(projectRoot, 'experiments', 'presets');

/** A preset in the form in which its users need it. */
export interface Preset {
  readonly name: string;
  /** Publication of the parameters. */
  readonly source: string;
  /** Differences from the source, assumptions, and omissions. */
  readonly note: string;
  /** Applied first to every picture, in this order. Edited pictures are compared with the result. */
  readonly prepare: readonly TransformSpec[];
  /** Applied last to every edited picture, in this order. */
  readonly finish: readonly TransformSpec[];
  /** In the order of the file; all are different. */
  readonly edits: readonly TransformSpec[];
  /** The source's name of each edit; if the file has none, its label (see `resolveTransform`). */
  readonly titles: readonly string[];
}

/** Names of the presets that come with the project, in alphabetical order. */
export async function presetNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** Reads and validates a preset. Throws a UserError about the first mistake, a MissingError if the file does not exist. */
export async function readPreset(nameOrPath: string): Promise<Preset> {
  const what = `Preset ${nameOrPath}`;
  const text = await textOf(await locate(nameOrPath));
  const { name, source, note, prepare = [], finish = [], edits } = check(EditPreset, yamlValue(text, what), what);
  const specs = edits.map(({ as: _, ...spec }) => spec as TransformSpec);
  for (const spec of [...prepare, ...finish]) resolveTransform(spec);
  const labels = specs.map((spec) => resolveTransform(spec).label);
  const titles = edits.map((edit, i) => edit.as ?? labels[i]!);
  for (const names of [labels, titles]) {
    const twice = names.find((each, i) => names.indexOf(each) < i);
    if (twice) throw new UserError(`${what} at /edits: '${twice}' occurs twice; keep one`);
  }
  return { name, source, note, prepare, finish, edits: specs, titles };
}

/** Applies several edits to the picture in sequence; random edits draw from `rng`. */
export async function applyAll(image: Raster, specs: readonly TransformSpec[], rng: Rng): Promise<Raster> {
  let edited = image;
  for (const spec of specs) edited = await applyTransform(edited, resolveTransform(spec), rng);
  return edited;
}

async function locate(nameOrPath: string): Promise<string> {
  const named = join(folder, `${nameOrPath}.yaml`);
  if (/^[a-z0-9][a-z0-9-]*$/.test(nameOrPath) && existsSync(named)) return named;
  if (existsSync(nameOrPath)) return nameOrPath;
  throw new MissingError(
    `No preset '${nameOrPath}': expected a YAML file or one of ${(await presetNames()).join(', ')}`,
  );
}

/** A set of edits. */
export type EditSetSpec = Pick<Preset, 'name' | 'prepare' | 'finish' | 'edits'>;

type InlineSet = Exclude<EditSet, { preset: string }>;

/** An experiment with sets of edits. */
interface WithSets {
  readonly name: string;
  readonly sets: readonly EditSet[];
}

const isPreset = (set: EditSet): set is { preset: string } => 'preset' in set;

/** The experiment with each preset replaced by its edits, so that its record states what was run even if presets change later. */
export async function withPresets<E extends WithSets>(experiment: E): Promise<E> {
  const sets = await Promise.all(
    experiment.sets.map(async (set): Promise<InlineSet> => {
      if (!isPreset(set)) return set;
      const { name, source, prepare, finish, edits, titles } = await readPreset(set.preset);
      return {
        name,
        source,
        prepare: [...prepare],
        finish: [...finish],
        edits: edits.map((edit, i) => ({ ...edit, as: titles[i]! })),
      };
    }),
  );
  checkNames(sets, `Experiment ${experiment.name}`);
  return { ...experiment, sets };
}

/** Checks explicit sets: every edit must be possible and occur once. */
export function checkSets({ sets }: WithSets, what: string): void {
  const inline = sets.filter((set): set is InlineSet => !isPreset(set));
  checkNames(inline, what);
  for (const set of inline) {
    for (const spec of [...(set.prepare ?? []), ...(set.finish ?? [])]) resolveTransform(spec);
    const labels = specsOf(set).map((spec) => resolveTransform(spec).label);
    const twice = labels.find((label, i) => labels.indexOf(label) < i);
    if (twice) throw new UserError(`${what} at /sets: '${twice}' is in set '${set.name}' twice; keep one`);
    if (labels.includes('none'))
      throw new UserError(`${what} at /sets: set '${set.name}' holds 'none', which is the original itself; remove it`);
  }
}

function checkNames(sets: readonly InlineSet[], what: string): void {
  const names = sets.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice) throw new UserError(`${what} at /sets: there are two sets called '${twice}'; rename one`);
}

const specsOf = ({ edits }: InlineSet): TransformSpec[] => edits.map(({ as: _, ...spec }) => spec as TransformSpec);

const inlineSets = ({ sets }: WithSets): InlineSet[] =>
  sets.map((set) => {
    if (isPreset(set)) throw new Error(`Preset ${set.preset} was not read`);
    return set;
  });

/** The sets in the form for workers. Presets must have been read. */
export const setSpecs = (experiment: WithSets): EditSetSpec[] =>
  inlineSets(experiment).map((set) => ({
    name: set.name,
    prepare: set.prepare ?? [],
    finish: set.finish ?? [],
    edits: specsOf(set),
  }));

/** The sets in the form for scores and reports. Presets must have been read. */
export const setFacts = (experiment: WithSets): SetFacts[] =>
  inlineSets(experiment).map((set) => ({
    name: set.name,
    edits: specsOf(set).map((spec, i) => {
      const { label } = resolveTransform(spec);
      return { label, title: set.edits[i]!.as ?? label };
    }),
  }));

/** Total number of edits of all sets. Presets must have been read. */
export const editCount = (experiment: WithSets): number =>
  inlineSets(experiment).reduce((sum, { edits }) => sum + edits.length, 0);
