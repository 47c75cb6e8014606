/** Writing a file so that a kill, a crash or a full disk leaves the old content or the new one, never a part of it. */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';
import { isAbsent, systemCode } from '../util/errors.ts';
import { statIfThere } from './read.ts';

/** Milliseconds between two looks at a part that another writer has. */
const interval = 20;

/** Writes a whole file: beside its place, synced to disk, then renamed. A failed write leaves no part behind. */
export async function writeWhole(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  await writeBeside(path, { mode, write: (file) => file.writeFile(content) });
}

/** Writes a file that can be made again: as `writeWhole`, but not synced to disk, which would cost more than making it again. */
export const writeScratch = (path: string, content: string | Uint8Array): Promise<void> =>
  writeBeside(path, { sync: false, write: (file) => file.writeFile(content) });

/** How a file is written beside its place. */
interface Writing {
  readonly mode?: number | undefined;
  /** Whether it must survive the death of the machine; true by default. */
  readonly sync?: boolean;
  /** Writes the content. */
  write(file: FileHandle): Promise<void>;
  /** Is called when everything is written, before the file gets its name; what it throws keeps the file that is there. */
  before?(): Promise<void>;
}

/**
 * Writes a file as `<path>.part`, syncs it if asked to, and gives it its name. Writers of the same file take turns: the part is locked while it
 * is written, so that no file mixes the bytes of two writers, and no writer names what another one wrote.
 */
export async function writeBeside(path: string, { mode, sync = true, write, before }: Writing): Promise<void> {
  const part = `${path}.part`;
  // What is not opened is not ours to remove.
  const file = await openLocked(part, mode);
  try {
    // A writer that was killed left a part.
    if ((await file.stat()).size > 0) await file.truncate(0);
    await write(file);
    if (sync) await file.sync();
    await before?.();
    // The lock goes with the file, so the file is closed last.
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  if (sync) await syncFolder(dirname(path));
}

/** Opens the file at a path, or makes it, as the only one that holds it locked. */
async function openLocked(path: string, mode: number | undefined): Promise<FileHandle> {
  for (;;) {
    const file = await open(path, 'a+', mode);
    let kept = false;
    try {
      kept = isLocked(file) && (await isStillThere(file, path));
      if (kept) return file;
    } finally {
      if (!kept) await file.close();
    }
    await pause(interval);
  }
}

/** Whether the lock was taken. Where the file system has no locks there is none to wait for. */
function isLocked(file: FileHandle): boolean {
  try {
    return tryLock(file.fd);
  } catch (error) {
    if (['ENOLCK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemCode(error) ?? '')) return true;
    throw error;
  }
}

/** Whether an open file is the one at the path: another process may have renamed or removed it meanwhile. */
export async function isStillThere(file: FileHandle, path: string): Promise<boolean> {
  const [held, there] = [await file.stat(), await statIfThere(path)];
  return there !== undefined && held.ino === there.ino && held.dev === there.dev;
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
