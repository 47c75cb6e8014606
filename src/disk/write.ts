/** Writes a file so that a kill, a crash or a full disk leaves the old content or the new one, never a mixture. */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';
import { isAbsent, systemCode } from '../util/errors.ts';
import { statIfThere } from './read.ts';

/** Milliseconds between two checks of a temporary file that another writer has locked. */
const interval = 20;

/** Writes a whole file: under a temporary name, synced to disk, then renamed. A failed write leaves no temporary file. */
export async function writeWhole(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  await writeBeside(path, { mode, write: (file) => file.writeFile(content) });
}

/** Writes a file that can be generated again: like `writeWhole`, but without a sync, which would cost more than generating it. */
export const writeScratch = (path: string, content: string | Uint8Array): Promise<void> =>
  writeBeside(path, { sync: false, write: (file) => file.writeFile(content) });

/** How to write a file under a temporary name. */
interface Writing {
  readonly mode?: number | undefined;
  /** Whether it must survive a crash of the machine; default true. */
  readonly sync?: boolean;
  /** Writes the content. */
  write(file: FileHandle): Promise<void>;
  /** Called when everything is written, before the file is renamed; if it throws, the existing file stays. */
  before?(): Promise<void>;
}

/**
 * Writes a file as `<path>.part`, syncs it if requested, and renames it. Writers of the same file take turns: the part is locked while it
 * is written, so that no file mixes the bytes of two writers, and no writer renames another's part.
 */
export async function writeBeside(path: string, { mode, sync = true, write, before }: Writing): Promise<void> {
  const part = `${path}.part`;
  // A file that this process did not open must not be removed by it.
  const file = await openLocked(part, mode);
  try {
    // A killed writer left its part.
    if ((await file.stat()).size > 0) await file.truncate(0);
    await write(file);
    if (sync) await file.sync();
    await before?.();
    // Closing the file releases the lock, so it is closed last.
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  if (sync) await syncFolder(dirname(path));
}

/** Opens or creates the file at a path, and locks it exclusively. */
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

/** Whether the file is locked now. If the file system has no locks, there is nothing to wait for. */
function isLocked(file: FileHandle): boolean {
  try {
    return tryLock(file.fd);
  } catch (error) {
    if (['ENOLCK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemCode(error) ?? '')) return true;
    throw error;
  }
}

/** Whether an open file is still the one at the path: another process may have renamed or removed it. */
export async function isStillThere(file: FileHandle, path: string): Promise<boolean> {
  const [held, there] = [await file.stat(), await statIfThere(path)];
  return there !== undefined && held.ino === there.ino && held.dev === there.dev;
}

/** Writes a value as indented JSON, atomically. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);

/**
 * Creates a folder and its parents; returns the topmost created one, or undefined if all existed. Node's own recursion never ends if a file
 * system reports a missing path inside an existing folder, as in /proc, or in a folder that was removed while in use.
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

/** Ensures that new names in a folder survive a crash of the machine. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
