/** The readers of datasets, and which one reads a path. */
import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent, MissingError, systemCode, UserError } from '../util/errors.ts';
import type { Dataset } from './dataset.ts';
import type { Draw } from './draw.ts';
import { findObjects } from './find-objects.ts';
import { readFolder } from './folder.ts';
import { readImageFolder } from './image-folder.ts';
import { readManifest } from './manifest.ts';
import { isMetadata } from './metadata.ts';
import { readParquet } from './parquet.ts';
import { isObject } from './s3.ts';
import { hasRange, type Shards, shardOf, shardsBelow, shardsOfRange } from './shards.ts';
import { below, rootOf } from './storage.ts';
import { readWebDataset } from './webdataset.ts';

/** Names of readers: a prefix of a path, such as 'webdataset:shards', chooses one. */
const readers = ['folder', 'imagefolder', 'manifest', 'webdataset', 'parquet'] as const;
export type Reader = (typeof readers)[number];

/** What the path of a dataset can be. */
const expected =
  'generated, photographs, or the path or s3:// address of a folder, a .csv manifest, a .tar shard, a .parquet file, or a range like shard-{000..099}.tar';

/** The reader that a prefix names, and the path behind it. */
export function readerOf(named: string): { readonly reader?: Reader; readonly path: string } {
  const [, prefix, path] = /^([a-z]+):(.+)$/s.exec(named) ?? [];
  const reader = readers.find((each) => each === prefix);
  return reader && path !== undefined ? { reader, path } : { path: named };
}

/** Reads a path or address. */
export async function readAs(reader: Reader, path: string, name?: string, draw?: Draw): Promise<Dataset> {
  if (reader === 'folder') return readFolder(path, name, draw);
  if (reader === 'imagefolder') return readImageFolder(path, name, draw);
  if (reader === 'manifest') return readManifest(await manifestAt(path), name, undefined, draw);
  if (reader === 'webdataset') return readWebDataset(await shardsAt(path, '.tar', name), draw);
  return readParquet(await shardsAt(path, '.parquet', name), draw);
}

async function manifestAt(path: string): Promise<string> {
  const isFolder = isObject(path) ? endingOf(path) === '' : (await thereOrNot(path))?.isDirectory();
  return isFolder ? below(rootOf(path), 'manifest.csv') : path;
}

async function shardsAt(path: string, ending: string, name?: string): Promise<Shards> {
  const found = isObject(path) ? undefined : await thereOrNot(path);
  if (hasRange(path) && !found) return shardsOfRange(path, name);
  if ((found && !found.isDirectory()) || (isObject(path) && endingOf(path) === ending)) return shardOf(path, name);
  if (!found && !isObject(path)) throw missing(path);
  return shardsBelow(path, ending, name);
}

/** The reader for a path or address without a prefix. Throws a MissingError if nothing is there. */
export async function chooseReader(path: string): Promise<Reader> {
  if (isObject(path)) {
    const byName = hasRange(path) ? fileReader(path) : readerByEnding.get(endingOf(path));
    return byName ?? folderReader(await objectNames(path));
  }
  const found = await thereOrNot(path);
  if (!found && hasRange(path)) return fileReader(path);
  if (!found) throw missing(path);
  return found.isDirectory() ? folderReader(await folderNames(path)) : fileReader(path);
}

/** Throws a MissingError if nothing is at a path that is no address of an object and no range. */
export async function expectPath(path: string): Promise<void> {
  if (!isObject(path) && !hasRange(path) && !(await thereOrNot(path))) throw missing(path);
}

const missing = (path: string): MissingError => new MissingError(`No dataset '${path}': expected ${expected}.`);

const readerByEnding: ReadonlyMap<string, Reader> = new Map([
  ['.csv', 'manifest'],
  ['.tar', 'webdataset'],
  ['.parquet', 'parquet'],
]);

const endingOf = (path: string): string => (/[^/\\](\.[^./\\]+)$/.exec(path)?.[1] ?? '').toLowerCase();

function fileReader(path: string): Reader {
  const reader = readerByEnding.get(endingOf(path));
  if (reader) return reader;
  throw new UserError(
    `Expected a folder, a .csv manifest, a .tar shard or a .parquet file for the dataset but received the file '${path}'`,
  );
}

/** What lies directly in a folder, and in a folder called data in it. */
interface Names {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly inData: readonly string[];
}

function folderReader({ files, folders, inData }: Names): Reader {
  if (files.includes('manifest.csv')) return 'manifest';
  const tables = [...files, ...inData].filter((file) => endingOf(file) === '.parquet' && !isMetadata(file)).length;
  const shards = files.filter((file) => endingOf(file) === '.tar').length;
  // A folder with pictures beside archives is a folder of pictures, which names the archives as refused.
  const loose = files.some((file) => /^\.(?:jpe?g|png|webp|gif|avif|tiff?)$/.test(endingOf(file)));
  if (shards > 0 && tables === 0 && folders.length === 0 && !loose) return 'webdataset';
  if (tables > 0 && shards === 0 && !loose) return 'parquet';
  return folders.length > 0 ? 'imagefolder' : 'folder';
}

async function objectNames(address: string): Promise<Names> {
  const { files } = await findObjects(rootOf(address));
  return {
    files: files.filter((file) => !file.includes('/')),
    folders: [...new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]!))],
    inData: files.filter((file) => /^data\/[^/]+$/.test(file)),
  };
}

async function folderNames(path: string): Promise<Names> {
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const folders: string[] = [];
  for (const entry of entries) if (await isFolder(path, entry)) folders.push(entry.name);
  return {
    files: entries.map(({ name }) => name).filter((name) => !folders.includes(name)),
    folders,
    inData: folders.includes('data') ? await readdir(join(path, 'data')) : [],
  };
}

/** Whether an entry is a folder, or leads to one. */
async function isFolder(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return (await stat(join(path, entry.name))).isDirectory();
  } catch (error) {
    // The reader reports broken links.
    if (isAbsent(error) || systemCode(error) === 'ELOOP') return false;
    throw error;
  }
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
