/** A picture of a dataset as a task gets it, and its pixels as the experiment wants them: as stored, or turned as its file says. */
import { readFile } from 'node:fs/promises';
import type { Picture } from '../dataset/dataset.ts';
import { decode } from '../image/decode.ts';
import type { Raster } from '../image/raster.ts';

/** What it takes to decode a picture of a dataset. */
export type PictureFile = Pick<Picture, 'id' | 'path' | 'orient'>;

/** The pixels of a picture. Throws a RefusedError as `decode` does. */
export const decodeFile = async ({ path, orient }: Omit<PictureFile, 'id'>): Promise<Raster> =>
  decode(await readFile(path), { orient: orient === true });
