/** Where the package's own files lie, and where it may keep what it makes: in a checkout and as an installed package. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder of the package: the nearest one above that has a package.json, from `src` as from a build. */
export const projectRoot = ((): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
})();

/** The version of the package. */
export const version: string = (
  JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }
).version;

/** Whether this is a checkout, with its sources, rather than an installed package. */
export const inCheckout: boolean = existsSync(join(projectRoot, 'src', 'cli'));

/**
 * Folder for what can be made again: generated corpora and embeddings. PRESEND_CACHE names another. A checkout keeps it inside itself; an
 * installed package keeps it in the user's cache folder, because package managers replace the package's own folder.
 */
export const cacheFolder: string =
  process.env.PRESEND_CACHE || (inCheckout ? join(projectRoot, 'datasets', '.cache') : join(userCache(), 'presend'));

/** The user's cache folder (XDG Base Directory Specification; the platform's own place on macOS and Windows). */
function userCache(): string {
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return join(homedir(), '.cache');
}
