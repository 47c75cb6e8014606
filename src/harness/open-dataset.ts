/** Opens the dataset that an experiment names. */
import type { Dataset } from '../dataset/dataset.ts';
import { openDataset } from '../dataset/open.ts';
import { UserError } from '../util/errors.ts';
import { mustFitInMemory } from './memory-check.ts';
import type { RunOptions } from './run-options.ts';
import { mustBeSamePictures } from './same-pictures.ts';

/** An experiment on pictures. */
export interface OnPictures {
  readonly name: string;
  readonly seed: number;
  readonly dataset: {
    readonly name: string;
    readonly pictures?: number;
    readonly sha256?: string;
    readonly orient?: boolean;
  };
}

/** Callbacks for opening a dataset. */
type Reporting = Pick<RunOptions<unknown>, 'onProgress' | 'onNotice'>;

/** What is known of the run that opens a dataset. */
type Opening = Reporting & Pick<RunOptions<unknown>, 'limit'> & Partial<Pick<RunOptions<unknown>, 'out' | 'keepsRows'>>;

/** Progress messages for opening a dataset. */
export const openingDataset = ({ onProgress, onNotice }: Reporting) => ({
  onProgress: (done: number, total: number) => onProgress('making pictures', done, total),
  ...(onNotice ? { onWait: onNotice } : {}),
});

/**
 * Opens the dataset of an experiment. Throws a MissingError if it does not exist. Throws a UserError if no picture in it is usable, or if
 * its SHA-256 differs from the experiment's, if a resumed run began with other pictures, or if their rows would not fit in memory.
 */
export async function openNamedDataset({ name, seed, dataset }: OnPictures, options: Opening): Promise<Dataset> {
  const { pictures, sha256, orient } = dataset;
  const opened = await openDataset(dataset.name, {
    seed,
    ...(pictures === undefined ? {} : { pictures }),
    ...openingDataset(options),
    // The digest that an experiment states is that of the whole dataset.
    uses: sha256 === undefined ? options.limit : undefined,
    orient,
  });
  if (sha256 !== undefined && sha256 !== opened.sha256)
    throw new UserError(
      `Expected dataset ${sha256} for experiment '${name}' but '${opened.name}' has sha256 ${opened.sha256}; use the pictures that the experiment names, or remove the line`,
    );
  if (options.out !== undefined) await mustBeSamePictures(options.out, opened.pictures);
  const { limit = opened.pictures.length, keepsRows } = options;
  if (keepsRows) mustFitInMemory(keepsRows, Math.min(limit, opened.pictures.length));
  return opened;
}
