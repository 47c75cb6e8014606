/** Writing a file so that a kill, a crash or a full disk leaves the old content or the new one, never a part of it. */
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAbsent } from '../util/errors.ts';
import { statIfThere } from './read.ts';

/** Writes a whole file: beside its place, synced to disk, then renamed. A failed write leaves no part behind. */
export async function writeWhole(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const part = `${path}.part`;
  // What is not opened is not ours to remove.
  const file = await open(part, 'w', mode);
  try {
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Writes a file that can be made again: beside its place, then renamed, so that a kill leaves the old content or the new one. Not synced to
 * disk, which would cost more than making it again. Several processes may write the same file at a time.
 */
export async function writeScratch(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part-${process.pid}`;
  await writeFile(part, content);
  await rename(part, path);
}

/** Writes a value as indented JSON, whole. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);

/**
 * Makes a folder and those above it; the topmost that was made, or undefined where all were there. Node's own recursion never ends where a
 * file system says that there is nothing at a path whose folder is there, as /proc and a folder that was removed while in use do.
 */
export async function makeFolders(path: string, mode?: number): Promise<string | undefined> {
  const make = async (): Promise<string | undefined> => {
    try {
      await mkdir(path, mode);
      return path;
    } catch (error) {
      if (!isAbsent(error) && (await statIfThere(path))?.isDirectory()) return undefined;
      throw error;
    }
  };
  try {
    return await make();
  } catch (error) {
    const above = dirname(path);
    if (!isAbsent(error) || above === path || path === '') throw error;
    const first = await makeFolders(above, mode);
    const last = await make();
    return first ?? last;
  }
}

/** Makes sure that new names in a folder survive the death of the machine. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
