/** The sets of edits of an experiment: presets read, names checked, labels and titles. */
import { resolveTransform } from '../../image/transform/index.ts';
import type { CopyDetection, EditSet } from '../../schema/benchmark.ts';
import type { TransformSpec } from '../../schema/experiment.ts';
import { UserError } from '../../util/errors.ts';
import { readPreset } from '../edit-preset.ts';
import type { SetFacts } from '../score/copy-detection.ts';
import type { EditSetSpec } from './tasks.ts';

type InlineSet = Exclude<EditSet, { preset: string }>;

/** An experiment that has sets of edits. */
type WithSets = Pick<CopyDetection, 'name' | 'sets'>;

const isPreset = (set: EditSet): set is { preset: string } => 'preset' in set;

/** The experiment with the edits of each preset in its place, so that its record says what was run whatever becomes of the presets. */
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

/** Checks the sets that are written out: every edit possible and there once. */
export function checkSets({ sets }: WithSets, what: string): void {
  const inline = sets.filter((set): set is InlineSet => !isPreset(set));
  checkNames(inline, what);
  for (const set of inline) {
    for (const spec of [...(set.prepare ?? []), ...(set.finish ?? [])]) resolveTransform(spec);
    const labels = specsOf(set).map((spec) => resolveTransform(spec).label);
    const twice = labels.find((label, i) => labels.indexOf(label) < i);
    if (twice) throw new UserError(`${what} at /sets: '${twice}' is in set '${set.name}' twice; keep one`);
    if (labels.includes('none'))
      throw new UserError(
        `${what} at /sets: set '${set.name}' holds 'none', which is the original itself; take it out`,
      );
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

/** The sets as workers take them. Presets must have been read. */
export const setSpecs = (experiment: WithSets): EditSetSpec[] =>
  inlineSets(experiment).map((set) => ({
    name: set.name,
    prepare: set.prepare ?? [],
    finish: set.finish ?? [],
    edits: specsOf(set),
  }));

/** The sets as scores and reports take them. Presets must have been read. */
export const setFacts = (experiment: WithSets): SetFacts[] =>
  inlineSets(experiment).map((set) => ({
    name: set.name,
    edits: specsOf(set).map((spec, i) => {
      const { label } = resolveTransform(spec);
      return { label, title: set.edits[i]!.as ?? label };
    }),
  }));

/** Edits of all sets together. Presets must have been read. */
export const editCount = (experiment: WithSets): number =>
  inlineSets(experiment).reduce((sum, { edits }) => sum + edits.length, 0);
