/** The pictures of an experiment on scores: the dataset that it names, the very one if it says which, and no more than a limit. */
import { digestOf, type Picture, type Refusal } from '../../dataset/dataset.ts';
import { subsample } from '../../dataset/groups.ts';
import { openDataset } from '../../dataset/open.ts';
import { UserError } from '../../util/errors.ts';
import { openingDataset, type RunOptions } from '../run-context.ts';

/** What the experiments on scores have in common. */
interface OnPictures {
  readonly name: string;
  readonly seed: number;
  readonly dataset: {
    readonly name: string;
    readonly pictures?: number;
    readonly sha256?: string;
    readonly orient?: boolean;
  };
}

/** The pictures used, in the order of their ids, and what a run notes of them. */
export interface UsedPictures {
  readonly pictures: readonly Picture[];
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly refused: readonly Refusal[];
  readonly notes: readonly string[];
}

/** Opens the dataset. A UserError when it is not the one that the experiment names by its SHA-256. */
export async function usedPictures({
  experiment,
  limit,
  ...options
}: Pick<RunOptions<OnPictures>, 'experiment' | 'limit' | 'onProgress' | 'onNotice'>): Promise<UsedPictures> {
  const { name, pictures, sha256 } = experiment.dataset;
  const dataset = await openDataset(name, {
    seed: experiment.seed,
    ...(pictures === undefined ? {} : { pictures }),
    ...openingDataset(options),
    orient: experiment.dataset.orient,
  });
  if (sha256 !== undefined && sha256 !== dataset.sha256)
    throw new UserError(
      `Expected dataset ${sha256} for experiment '${experiment.name}' but '${dataset.name}' has sha256 ${dataset.sha256}; use the pictures that it names, or take the line out`,
    );
  const kept = limit === undefined ? dataset.pictures : subsample(dataset.pictures, { seed: experiment.seed, limit });
  return {
    pictures: kept,
    dataset: { name: dataset.name, sha256: digestOf(kept) },
    refused: dataset.refused,
    notes: [
      ...dataset.notices,
      ...(kept.length < dataset.pictures.length
        ? [`${kept.length} of ${dataset.pictures.length} pictures were drawn, in whole groups.`]
        : []),
    ],
  };
}
