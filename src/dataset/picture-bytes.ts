/** The bytes of a picture, wherever they are. */
import { readFile } from 'node:fs/promises';
import { mustFit } from '../image/read-picture.ts';
import type { PictureLocation } from './picture.ts';
import { isObject } from './s3.ts';
import { partAt, sizeAt } from './storage.ts';

/** Reads a picture. Throws a RefusedError if it is too large, and system errors about its file. */
export async function bytesAt(location: PictureLocation): Promise<Uint8Array> {
  if (typeof location !== 'string') {
    if ('at' in location) return partAt(location.path, location.at, location.bytes);
    // Loaded here: what reads tables takes a worker thread longer to load than all else that it needs for a file.
    const { pictureInRow } = await import('./parquet-file.ts');
    return pictureInRow(location);
  }
  if (!isObject(location)) return readFile(location);
  const bytes = await sizeAt(location);
  mustFit(bytes);
  return partAt(location, 0, bytes);
}
