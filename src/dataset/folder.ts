/** A flat folder of pictures: no labels, and every picture is its own group. */
import { basename, join, resolve } from 'node:path';
import { type Dataset, type FoundPicture, makeDataset } from './dataset.ts';
import { findFiles } from './find-files.ts';
import { isMetadata, readMetadata } from './metadata.ts';
import type { Refusal } from './refusal.ts';

/** Label of an unlabelled picture. */
export const unlabelled = 'unlabelled';

/** Contents of a folder: possible pictures, and known metadata. */
interface Contents {
  readonly files: readonly string[];
  /** Labels from metadata files, by path. */
  readonly labels: ReadonlyMap<string, string>;
  readonly refused: readonly Refusal[];
  readonly notices: readonly string[];
}

/** Searches a folder; metadata files are read and removed from the list of files. */
export async function contentsOf(root: string): Promise<Contents> {
  const { files, refused, notices } = await findFiles(root);
  const metadata = await readMetadata(root, files.filter(isMetadata));
  return {
    files: files.filter((file) => !isMetadata(file)),
    labels: metadata.labels,
    refused,
    notices: [...notices, ...metadata.notices],
  };
}

/** All pictures below a folder, unlabelled unless a metadata file labels them. */
export async function readFolder(folder: string, name = basename(resolve(folder))): Promise<Dataset> {
  const root = resolve(folder);
  const { files, labels, ...told } = await contentsOf(root);
  const found: FoundPicture[] = files.map((id) => ({
    id,
    path: join(root, id),
    topic: labels.get(id) ?? unlabelled,
    kind: 'folder',
    group: id,
    searched: true,
  }));
  const card = { source: root, licence: 'not stated', notes: 'flat folder: no labels, every picture its own group' };
  return makeDataset(name, root, found, told, card);
}
