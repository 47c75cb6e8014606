/** A flat folder of pictures: no labels, and every picture is its own group. */
import { basename } from 'node:path';
import { type Dataset, makeDataset } from './dataset.ts';
import type { Draw } from './draw.ts';
import { findFiles } from './find-files.ts';
import { findObjects } from './find-objects.ts';
import type { FoundPicture, Listing } from './listing.ts';
import { type About, isMetadata, readMetadata } from './metadata.ts';
import type { Refusal } from './refusal.ts';
import { isObject } from './s3.ts';
import { below, rootOf } from './storage.ts';

/** Label of an unlabelled picture. */
export const unlabelled = 'unlabelled';

/** Contents of a folder: possible pictures, and known metadata. */
interface Contents {
  readonly files: readonly string[];
  /** What metadata files say about pictures, by path. */
  readonly metadata: ReadonlyMap<string, About>;
  readonly refused: readonly Refusal[];
  readonly notices: readonly string[];
}

/** Searches a folder; metadata files are read and removed from the list of files. */
export async function contentsOf(root: string): Promise<Contents> {
  const { files, refused, notices } = isObject(root) ? await findObjects(root) : await findFiles(root);
  const metadata = await readMetadata(root, files.filter(isMetadata));
  return {
    files: files.filter((file) => !isMetadata(file)),
    metadata: metadata.about,
    refused,
    notices: [...notices, ...metadata.notices],
  };
}

/** The contents as entries of a listing: what was refused, then every possible picture. */
export function* entriesOf(
  { files, metadata, refused }: Contents,
  root: string,
  kind: string,
  topicOf: (id: string) => string,
): Generator<FoundPicture | Refusal> {
  yield* refused;
  for (const id of files)
    yield {
      id,
      location: below(root, id),
      topic: topicOf(id),
      kind,
      group: metadata.get(id)?.group ?? id,
      searched: true,
    };
}

/** All pictures below a folder, unlabelled unless a metadata file labels them. */
export const readFolder = (folder: string, name?: string, draw?: Draw): Promise<Dataset> =>
  makeDataset(folderListing(folder, name), draw);

function folderListing(folder: string, name?: string): Listing {
  const root = rootOf(folder);
  let told: readonly string[] = [];
  return {
    name: name ?? basename(root),
    root,
    async *entries() {
      const contents = await contentsOf(root);
      told = contents.notices;
      yield* entriesOf(contents, root, 'folder', (id) => contents.metadata.get(id)?.label ?? unlabelled);
    },
    card: () => ({ source: root, licence: 'not stated', notes: 'flat folder: no labels, every picture its own group' }),
    notices: () => told,
  };
}
