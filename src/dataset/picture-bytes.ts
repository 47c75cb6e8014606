/** The bytes of a picture, wherever they are. */
import { readFile } from 'node:fs/promises';
import { mustFit } from '../image/read-picture.ts';
import { pictureInRow } from './parquet-file.ts';
import type { PictureLocation } from './picture.ts';
import { isObject } from './s3.ts';
import { partAt, sizeAt } from './storage.ts';

/** Reads a picture. Throws a RefusedError if it is too large, and system errors about its file. */
export async function bytesAt(location: PictureLocation): Promise<Uint8Array> {
  if (typeof location !== 'string')
    return 'at' in location ? partAt(location.path, location.at, location.bytes) : pictureInRow(location);
  if (!isObject(location)) return readFile(location);
  const bytes = await sizeAt(location);
  mustFit(bytes);
  return partAt(location, 0, bytes);
}
