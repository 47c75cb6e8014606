/** Opens a dataset by name or path. */
import { type Dirent, existsSync, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { cacheFolder, projectRoot } from '../disk/project.ts';
import { isAbsent, MissingError, systemCode, UserError } from '../util/errors.ts';
import { type Dataset, digestOf } from './dataset.ts';
import { readFolder } from './folder.ts';
import { generate } from './generated/generate.ts';
import { subsample } from './groups.ts';
import { readImageFolder } from './image-folder.ts';
import { readManifest } from './manifest.ts';

/** Options for opening a dataset. */
export interface OpenOptions {
  /** Seed of the generated corpus, and of the draw for `limit`. */
  readonly seed: number;
  /** Number of pictures in the generated corpus; ignored for other datasets. */
  readonly pictures?: number;
  /** Use at most this many pictures, in whole groups, with about the same share of each topic. */
  readonly limit?: number;
  /** Rotate and mirror every picture as its file says. Default: pixels as stored. */
  readonly orient?: boolean | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  /** Receives a sentence if another process is drawing the same corpus and this one waits. */
  readonly onWait?: (sentence: string) => void;
}

/** Default number of pictures in the generated corpus. */
export const defaultPictures = 1000;

/**
 * 'generated', 'photographs', or a path: a .csv manifest, a folder with a manifest.csv or below one, an ImageFolder tree, or a flat folder.
 * Throws a MissingError if it does not exist, a UserError if no picture is usable.
 */
export async function openDataset(nameOrPath: string, options: OpenOptions): Promise<Dataset> {
  const opened = await open(nameOrPath, options);
  const dataset = options.orient
    ? { ...opened, pictures: opened.pictures.map((each) => ({ ...each, orient: true as const })) }
    : opened;
  if (dataset.pictures.length === 0) {
    const first = dataset.refused[0];
    const why = first ? ` ${dataset.refused.length} refused, the first: ${first.picture}: ${first.reason}.` : '';
    const told = dataset.notices.map((sentence) => ` ${sentence}`).join('');
    throw new UserError(`Dataset '${nameOrPath}' holds no picture that can be used.${why}${told}`);
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
  const found = await thereOrNot(path);
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
  const tree = await hasFolders(path, entries);
  return tree ? readImageFolder(path, name) : readFolder(path, name);
}

/** The file status of a path; undefined if nothing exists there, or if one of its folders is a file. */
async function thereOrNot(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isAbsent(error) || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether a folder has subfolders, including linked ones, which can be labels. */
async function hasFolders(path: string, entries: readonly Dirent[]): Promise<boolean> {
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) return true;
    if (entry.isSymbolicLink() && (await leadsToFolder(join(path, entry.name)))) return true;
  }
  return false;
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isDirectory();
  } catch (error) {
    // The reader reports broken links.
    if (isAbsent(error) || systemCode(error) === 'ELOOP') return false;
    throw error;
  }
}

/** A folder inside a dataset with a manifest, labelled by that manifest; undefined if no manifest above names a picture in it. */
async function partOfManifest(folder: string): Promise<Dataset | undefined> {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const file = join(above, 'manifest.csv');
    if (!existsSync(file)) continue;
    const part = await partOf(file, folder, relative(above, folder).split(sep).join('/'));
    return part && part.pictures.length + part.refused.length > 0 ? part : undefined;
  }
  return undefined;
}

async function partOf(file: string, folder: string, under: string): Promise<Dataset | undefined> {
  try {
    return await readManifest(file, basename(folder), under);
  } catch (error) {
    // A file with a manifest's name that is not a manifest of pictures is ignored.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Possible location of photographs on this machine: PRESEND_PHOTOS, or else the folder next to the checkout. */
export const photographsFolder = (): string =>
  process.env.PRESEND_PHOTOS ?? join(projectRoot, '..', 'shared', 'data', 'dev');

/** Folder of photographs: PRESEND_PHOTOS, or else the workspace's folder next to the checkout. */
function photographs(): string {
  const folder = photographsFolder();
  if (existsSync(folder)) return resolve(folder);
  if (process.env.PRESEND_PHOTOS)
    throw new MissingError(`PRESEND_PHOTOS names '${folder}', which is not there: set it to a folder of photographs.`);
  throw new MissingError('No photographs: set PRESEND_PHOTOS to a folder of photographs, or to a manifest of them.');
}
