/** Opens a dataset by name or path. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { cacheFolder, projectRoot } from '../disk/project.ts';
import { MissingError, UserError } from '../util/errors.ts';
import { type Dataset, digestOf } from './dataset.ts';
import type { Draw } from './draw.ts';
import { generate } from './generated/generate.ts';
import { subsample } from './groups.ts';
import { readManifest } from './manifest.ts';
import { chooseReader, expectPath, readAs, readerOf } from './readers.ts';
import { isObject } from './s3.ts';

/** Options for opening a dataset. */
export interface OpenOptions {
  /** Seed of the generated corpus, and of the draw for `limit`. */
  readonly seed: number;
  /** Number of pictures in the generated corpus; ignored for other datasets. */
  readonly pictures?: number;
  /** Use at most this many pictures, in whole groups, with about the same share of each topic. */
  readonly limit?: number;
  /**
   * The user of the dataset will choose at most this many of its pictures: of a very large dataset, only a part is examined, whole groups
   * that the seed draws (see draw.ts).
   */
  readonly uses?: number | undefined;
  /** Rotate and mirror every picture as its file says. Default: pixels as stored. */
  readonly orient?: boolean | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  /** Receives a sentence if another process is drawing the same corpus and this one waits. */
  readonly onWait?: (sentence: string) => void;
}

/** Default number of pictures in the generated corpus. */
export const defaultPictures = 1000;

/**
 * 'generated', 'photographs', or what readers.ts says. Throws a MissingError if it does not exist, a UserError if no picture is usable.
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
  const most = options.limit ?? options.uses;
  const draw = most === undefined ? undefined : { seed, limit: most };
  if (name === 'generated')
    return generate({
      seed,
      pictures,
      directory: cacheFolder,
      ...(onProgress ? { onProgress } : {}),
      ...(onWait ? { onWait } : {}),
    });
  if (name === 'photographs') return openPath(photographs(), { name, draw });
  return openPath(name, { draw });
}

/** Opens a path with the reader that its prefix names ('parquet:data/train'), or else with the one that fits what is there. */
async function openPath(named: string, { name, draw }: { readonly name?: string; readonly draw?: Draw | undefined }) {
  const { reader: asked, path } = readerOf(named);
  const reader = asked ?? (await chooseReader(path));
  if (asked === undefined && !isObject(path) && (reader === 'folder' || reader === 'imagefolder')) {
    const part = await partOfManifest(resolve(path), draw);
    if (part) return part;
  }
  return readAs(reader, path, name, draw);
}

/** A folder inside a dataset with a manifest, labelled by that manifest; undefined if no manifest above names a picture in it. */
async function partOfManifest(folder: string, draw?: Draw): Promise<Dataset | undefined> {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const file = join(above, 'manifest.csv');
    if (!existsSync(file)) continue;
    const part = await partOf(file, folder, relative(above, folder).split(sep).join('/'), draw);
    return part && part.pictures.length + part.refused.length > 0 ? part : undefined;
  }
  return undefined;
}

async function partOf(file: string, folder: string, under: string, draw?: Draw): Promise<Dataset | undefined> {
  try {
    return await readManifest(file, basename(folder), under, draw);
  } catch (error) {
    // A file with a manifest's name that is not a manifest of pictures is ignored.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Throws the MissingError of openDataset where nothing of that name is there, without reading a picture. Objects on S3 are taken to be there: to ask needs
 * credentials, and a request that may cost.
 */
export async function expectDataset(name: string): Promise<void> {
  if (name === 'generated') return;
  await expectPath(readerOf(name === 'photographs' ? photographs() : name).path);
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
