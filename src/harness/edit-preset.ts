/** Reading a preset of benign edits: a name under experiments/presets/, or a YAML or JSON file. */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../disk/project.ts';
import { textOf } from '../disk/read.ts';
import type { Raster } from '../image/raster.ts';
import { applyTransform, resolveTransform } from '../image/transform/index.ts';
import { check } from '../schema/check.ts';
import { EditPreset, type TransformSpec } from '../schema/edit-preset.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { yamlValue } from '../util/plain-data.ts';
import type { Rng } from '../util/rng.ts';

const folder = join(projectRoot, 'experiments', 'presets');

/** A preset as its readers use it. */
export interface Preset {
  readonly name: string;
  /** Where the parameters were published. */
  readonly source: string;
  /** What differs from the source, what is assumed, what is left out. */
  readonly note: string;
  /** Done to every picture first, in this order; the result is the original that edited pictures are compared with. */
  readonly prepare: readonly TransformSpec[];
  /** Done to every edited picture last, in this order. */
  readonly finish: readonly TransformSpec[];
  /** In the order of the file; no two mean the same edit. */
  readonly edits: readonly TransformSpec[];
  /** What the source calls each edit; its label (see `resolveTransform`) where the file gives it no other name. */
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

/** Reads and checks a preset. Throws a UserError that names the first mistake, a MissingError if there is no such file. */
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
    if (twice) throw new UserError(`${what} at /edits: '${twice}' is there twice; keep one`);
  }
  return { name, source, note, prepare, finish, edits: specs, titles };
}

/** The picture after several edits, one after the other; each draws what it needs at random from `rng`. */
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
