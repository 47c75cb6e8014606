/** Which pictures a benchmark uses, and as what: whole groups are drawn by the seed, so that no group is on both sides. */

import { type Dataset, digestOf, type Picture } from '../../dataset/dataset.ts';
import { groupsOf, subsample } from '../../dataset/groups.ts';
import type { SetFacts } from '../../experiment/copy-detection/score.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import type { EditSet, TransformSpec } from '../../schema/edit-preset.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { readPreset } from '../edit-preset.ts';
import type { CopyDetection, FalsePositiveTail } from './experiment.ts';
import type { EditSetSpec } from './tasks.ts';

/** The dataset that is drawn and hashed in one go. */
export const miniatures = 'miniatures';

/** A picture with its part in a benchmark. */
export interface ChosenPicture extends Picture {
  readonly part: HashedRow['part'];
}

/** What a benchmark uses of a dataset. */
export interface Choice {
  /** In the order of their ids. */
  readonly pictures: readonly ChosenPicture[];
  /** SHA-256 that names the pictures used. */
  readonly sha256: string;
  readonly notes: readonly string[];
}

/** What the choice takes from an experiment: a tail parts queries from the list, others calibration from evaluation. */
type Parting = FalsePositiveTail | Pick<CopyDetection, 'seed' | 'kinds' | 'calibrationShare'>;

/** The pictures of the experiment's kinds, at most `limit` of them, each with its part. */
export function choosePictures(dataset: Dataset, experiment: Parting, limit?: number): Choice {
  const hardKinds = 'hardKinds' in experiment ? (experiment.hardKinds ?? []) : [];
  const { wanted, notes } = wantedKinds(dataset, experiment, hardKinds);
  const kept = limit === undefined ? wanted : subsample(wanted, { seed: experiment.seed, limit });
  if (kept.length < wanted.length)
    notes.push(`${kept.length} of ${wanted.length} pictures were drawn, in whole groups.`);
  const [share, first, rest] =
    'calibrationShare' in experiment
      ? ([experiment.calibrationShare, 'calibration', 'evaluation'] as const)
      : ([experiment.queryShare, 'query', 'list'] as const);
  const ordinary = kept.filter(({ kind }) => !hardKinds.includes(kind));
  const groups = [...groupsOf([...ordinary].sort((a, b) => (a.id < b.id ? -1 : 1))).keys()];
  const drawn = new Set(
    seededRng(experiment.seed, `parts/${first}`)
      .shuffle(groups)
      .slice(0, Math.round(groups.length * share)),
  );
  if (drawn.size === 0 || drawn.size === groups.length)
    throw new UserError(
      `Dataset '${dataset.name}' has ${groups.length} groups of pictures of the kinds asked for, too few to part by ${share}; take more pictures`,
    );
  const pictures = kept.map(
    (picture): ChosenPicture => ({
      ...picture,
      part: hardKinds.includes(picture.kind) ? 'hard' : drawn.has(picture.group) ? first : rest,
    }),
  );
  return { pictures, sha256: digestOf(kept), notes };
}

/** Pictures of the kinds that the experiment names; all, with a note, where the dataset has none of them. */
function wantedKinds(
  { pictures, name }: Dataset,
  { kinds }: Parting,
  hardKinds: readonly string[],
): { wanted: Picture[]; notes: string[] } {
  const wanted = kinds
    ? pictures.filter(({ kind }) => kinds.includes(kind) || hardKinds.includes(kind))
    : [...pictures];
  const ordinary = wanted.some(({ kind }) => !hardKinds.includes(kind));
  if (!ordinary)
    return {
      wanted: [...pictures],
      notes: [`No picture of '${name}' is of the kinds ${kinds?.join(', ') ?? 'asked for'}: all are used.`],
    };
  const left = pictures.length - wanted.length;
  return { wanted, notes: left > 0 ? [`${left} pictures of other kinds were left out.`] : [] };
}

// The sets of edits of an experiment: presets read, names checked, labels and titles.

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
