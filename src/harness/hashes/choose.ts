/** Chooses the pictures of a benchmark and their roles. The seed assigns whole groups, so that no group is on both sides. */

import { type Dataset, digestOf, type Picture } from '../../dataset/dataset.ts';
import { groupsOf, subsample } from '../../dataset/groups.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';

/** A picture with its role in a benchmark. */
export interface ChosenPicture extends Picture {
  readonly part: HashedRow['part'];
}

/** The selected pictures of a dataset. */
interface Choice {
  /** In the order of their ids. */
  readonly pictures: readonly ChosenPicture[];
  /** SHA-256 that identifies the selected pictures. */
  readonly sha256: string;
  readonly notes: readonly string[];
}

/** Division of the pictures by an experiment: a tail separates queries from the list, others separate calibration from evaluation. */
export type Parting = {
  readonly seed: number;
  readonly kinds?: readonly string[];
} & ({ readonly calibrationShare: number } | { readonly queryShare: number; readonly hardKinds?: readonly string[] });

/** The pictures of the experiment's kinds, at most `limit` of them, each with its role. */
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
      `Dataset '${dataset.name}' has ${groups.length} groups of pictures of the kinds asked for, too few to split by ${share}; use more pictures`,
    );
  const pictures = kept.map(
    (picture): ChosenPicture => ({
      ...picture,
      part: hardKinds.includes(picture.kind) ? 'hard' : drawn.has(picture.group) ? first : rest,
    }),
  );
  return { pictures, sha256: digestOf(kept), notes };
}

/** Pictures of the kinds that the experiment names; if the dataset has none of them, all pictures, with a note. */
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
