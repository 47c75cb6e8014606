/**
 * Pictures in Parquet files, as Hugging Face's `datasets` writes them: a column `image`, and, if there are, `label` and `group`. Every row
 * is a picture; the bytes stay in the file.
 */
import { posix } from 'node:path';
import { mustFit } from '../image/read-picture.ts';
import { isAbsent, MissingError, RefusedError, UserError } from '../util/errors.ts';
import { type Dataset, makeDataset } from './dataset.ts';
import type { Draw } from './draw.ts';
import { unlabelled } from './folder.ts';
import { type FoundPicture, type Listing, relativePath, whyNotBelow } from './listing.ts';
import { type Look, lookIn } from './look.ts';
import { openParquet, type ParquetTable, pictureOf } from './parquet-file.ts';
import type { Refusal } from './refusal.ts';
import { type Shards, splitOf } from './shards.ts';
import { below } from './storage.ts';

/** Digits of a row number in an id, so that ids sort as rows do. */
const digits = 8;

/** Reads the pictures of Parquet files. Throws a UserError that names a damaged file, or one without pictures. */
export const readParquet = (shards: Shards, draw?: Draw): Promise<Dataset> => makeDataset(parquetListing(shards), draw);

function parquetListing({ name, root, files }: Shards): Listing {
  return {
    name,
    root,
    async *entries() {
      for (const file of files) yield* entriesOf(root, file);
    },
    card: () => ({
      source: root,
      licence: 'not stated',
      notes: `Parquet, ${files.length} ${files.length === 1 ? 'file' : 'files'}: labels are those of the column label, if there is one`,
    }),
    notices: () => [],
  };
}

async function* entriesOf(root: string, file: string): AsyncGenerator<FoundPicture | Refusal> {
  const path = below(root, file);
  const table = await openParquet(path, file).catch((error: unknown) => {
    throw isAbsent(error) ? new MissingError(`No file ${file}: it is missing among the tables`) : error;
  });
  const image = imageColumn(table, file);
  const label = table.features.label ?? (table.columns.includes('label') ? 'label' : undefined);
  const grouped = table.columns.includes('group');
  const columns = [image, ...(label ? [label] : []), ...(grouped ? ['group'] : [])];
  const kind = splitOf(file) ?? 'parquet';
  const topics = new Map<unknown, string>();
  for (const [group, { from }] of table.groups.entries()) {
    for (const [i, cells] of (await table.rows(group, columns)).entries()) {
      const id = `${file}/${String(from + i).padStart(digits, '0')}`;
      const { bytes, path: named } = pictureOf(cells[image]);
      const value = label === undefined ? undefined : cells[label];
      const topic = topics.get(value) ?? (table.labelOf(label ?? '', value) || unlabelled);
      if (topics.size < 10_000) topics.set(value, topic);
      const about = { id, topic, kind, group: groupOf(cells.group) ?? id };
      if (bytes) yield { ...about, location: { path, column: image, row: from + i }, look: look(bytes) };
      else if (named !== undefined) yield inFile(about, named, file, root);
      else yield { picture: id, reason: 'the row has neither bytes nor a path' };
    }
  }
}

/** A picture that a row names by its path, relative to the folder of the table. */
function inFile(
  about: Omit<FoundPicture, 'location'>,
  named: string,
  file: string,
  root: string,
): FoundPicture | Refusal {
  const path = relativePath(named);
  const reason = whyNotBelow(path);
  if (reason !== undefined) return { picture: about.id, reason };
  return { ...about, location: below(root, posix.join(posix.dirname(file), path)) };
}

function look(bytes: Uint8Array): Look {
  try {
    mustFit(bytes.length);
    return lookIn(bytes);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { state: 'refused', reason: error.message };
  }
}

function imageColumn({ columns, features }: ParquetTable, file: string): string {
  const column = [features.image, 'image', 'img'].find((each) => each !== undefined && columns.includes(each));
  if (column === undefined)
    throw new UserError(
      `${file} has no column called image; its columns are ${columns.slice(0, 20).join(', ') || 'none'}`,
    );
  return column;
}

const groupOf = (cell: unknown): string | undefined =>
  typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'bigint' ? String(cell) : undefined;
