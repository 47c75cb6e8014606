/** Files and objects alike: their size, a part of them, or all of them piece by piece. A place is a path or an s3:// address. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../util/errors.ts';
import { isObject, NoObject, objectPart, objectSize, objectStream } from './s3.ts';

/** The place of a file below a folder; `name` is relative and '/'-separated. */
export const below = (folder: string, name: string): string =>
  isObject(folder) ? `${folder}/${name}` : join(folder, name);

/** An absolute folder: the whole path, or the address without a slash at its end. */
export const rootOf = (folder: string): string => (isObject(folder) ? folder.replace(/\/+$/, '') : resolve(folder));

/**
 * The size in bytes. Throws ENOENT or a NoObject if there is nothing, and a UserError if it is no regular file: a pipe that nobody writes to
 * would block forever, and a device can be endless.
 */
export async function sizeAt(place: string): Promise<number> {
  if (!isObject(place)) {
    const stats = await stat(place);
    if (!stats.isFile())
      throw new UserError(
        `${place} cannot be read: it is ${stats.isDirectory() ? 'a folder' : stats.isFIFO() ? 'a named pipe' : stats.isSocket() ? 'a socket' : 'a device'}, not a file`,
      );
    return stats.size;
  }
  const size = await objectSize(place);
  if (size === undefined) throw new NoObject(`No object ${place}`);
  return size;
}

/** The bytes from `at`; fewer than `bytes` at the end. */
export async function partAt(place: string, at: number, bytes: number): Promise<Uint8Array> {
  if (bytes === 0) return new Uint8Array(0);
  if (isObject(place)) return objectPart(place, at, bytes);
  const file = await open(place);
  try {
    const part = Buffer.allocUnsafeSlow(bytes);
    let filled = 0;
    for (let got = -1; filled < bytes && got !== 0; filled += got)
      got = (await file.read(part, filled, bytes - filled, at + filled)).bytesRead;
    return part.subarray(0, filled);
  } finally {
    await file.close();
  }
}

/** All bytes, piece by piece. Throws as `sizeAt` does. */
export async function* streamOf(place: string): AsyncGenerator<Uint8Array> {
  if (isObject(place)) yield* objectStream(place);
  else {
    await sizeAt(place);
    yield* createReadStream(place, { highWaterMark: 2 ** 18 }) as AsyncIterable<Uint8Array>;
  }
}
