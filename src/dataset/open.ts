/** Opening a dataset by name or path. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { cacheFolder, projectRoot } from '../disk/project.ts';
import { statIfThere } from '../disk/read.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { type Dataset, digestOf } from './dataset.ts';
import { readFolder } from './folder.ts';
import { generate } from './generated/generate.ts';
import { subsample } from './groups.ts';
import { readImageFolder } from './image-folder.ts';
import { readManifest } from './manifest.ts';

/** How to open a dataset. */
export interface OpenOptions {
  /** Seed of the generated corpus and of the draw that `limit` makes. */
  readonly seed: number;
  /** Pictures in the generated corpus; other datasets have as many as they have. */
  readonly pictures?: number;
  /** Keep at most so many pictures, in whole groups, each topic in about its share. */
  readonly limit?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Gets a sentence when another process that draws the same corpus is waited for. */
  readonly onWait?: (sentence: string) => void;
}

/** Pictures in the generated corpus where the experiment does not say. */
export const defaultPictures = 1000;

/**
 * 'generated', 'photographs', or a path: a .csv manifest, a folder with a manifest.csv or below one, an ImageFolder tree, or a flat folder.
 * Throws a MissingError where nothing is there, a UserError where no picture can be used.
 */
export async function openDataset(nameOrPath: string, options: OpenOptions): Promise<Dataset> {
  const dataset = await open(nameOrPath, options);
  if (dataset.pictures.length === 0) {
    const first = dataset.refused[0];
    const why = first ? ` ${dataset.refused.length} refused, the first: ${first.picture}: ${first.reason}.` : '';
    throw new UserError(`Dataset '${nameOrPath}' holds no picture that can be used.${why}`);
  }
  if (options.limit === undefined || dataset.pictures.length <= options.limit) return dataset;
  const pictures = subsample(dataset.pictures, { seed: options.seed, limit: options.limit });
  if (pictures.length === 0)
    throw new UserError(`No whole group of '${nameOrPath}' fits into a limit of ${options.limit} pictures.`);
  return { ...dataset, pictures, sha256: digestOf(pictures) };
}

async function open(name: string, options: OpenOptions): Promise<Dataset> {
  const { seed, pictures = defaultPictures, onProgress, onWait } = options;
  if (name === 'generated')
    return generate({
      seed,
      pictures,
      directory: cacheFolder,
      ...(onProgress ? { onProgress } : {}),
      ...(onWait ? { onWait } : {}),
    });
  if (name === 'photographs') return openPath(photographs(), 'photographs');
  return openPath(name);
}

async function openPath(path: string, name?: string): Promise<Dataset> {
  const found = await statIfThere(path);
  if (!found)
    throw new MissingError(
      `No dataset '${path}': expected generated, photographs, or the path of a folder or of a .csv manifest.`,
    );
  if (found.isFile()) {
    if (!path.toLowerCase().endsWith('.csv'))
      throw new UserError(`Expected a folder or a .csv manifest for the dataset but received the file '${path}'`);
    return readManifest(path, name);
  }
  const entries = await readdir(path, { withFileTypes: true });
  if (entries.some((each) => each.name === 'manifest.csv')) return readManifest(join(path, 'manifest.csv'), name);
  const part = await partOfManifest(resolve(path));
  if (part) return part;
  const tree = entries.some((each) => each.isDirectory() && !each.name.startsWith('.'));
  return tree ? readImageFolder(path, name) : readFolder(path, name);
}

/** A folder within a dataset that has a manifest, labelled as that manifest says; undefined where no manifest above names a picture of it. */
async function partOfManifest(folder: string): Promise<Dataset | undefined> {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const file = join(above, 'manifest.csv');
    if (!existsSync(file)) continue;
    // A file that is no manifest of pictures, but has the name of one, is none of ours.
    const part = await readManifest(file, basename(folder), relative(above, folder).split(sep).join('/')).catch(
      (error: unknown) => {
        if (error instanceof UserError) return undefined;
        throw error;
      },
    );
    return part && part.pictures.length + part.refused.length > 0 ? part : undefined;
  }
  return undefined;
}

/** Where photographs would be on this machine: PRESEND_PHOTOS, else the folder beside the checkout. */
export const photographsFolder = (): string =>
  process.env.PRESEND_PHOTOS ?? join(projectRoot, '..', 'shared', 'data', 'dev');

/** Where photographs are: PRESEND_PHOTOS, else the workspace's folder beside the checkout. */
function photographs(): string {
  const folder = photographsFolder();
  if (existsSync(folder)) return resolve(folder);
  if (process.env.PRESEND_PHOTOS)
    throw new MissingError(`PRESEND_PHOTOS names '${folder}', which is not there: set it to a folder of photographs.`);
  throw new MissingError('No photographs: set PRESEND_PHOTOS to a folder of photographs, or to a manifest of them.');
}
