/** One process a folder: two that open the same embedded database would destroy it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../util/errors.ts';

/** Folders that this process holds. A lock with its number that is not among them was left by an earlier one of that number. */
const held = new Set<string>();

/** Takes the folder for this process, or throws a UserError where one that lives has it. Returns what gives it back. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = resolve(join(folder, 'lock'));
  for (;;) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      held.add(path);
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder === process.pid ? held.has(path) : lives(holder))
      throw new UserError(
        `Process ${holder} has the store in ${folder}; stop it, or remove ${path} if it is another's`,
      );
    // Left behind by a process that was killed.
    await rm(path, { force: true });
  }
}

function lives(id: number): boolean {
  if (!Number.isSafeInteger(id) || id < 1) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
