/** Locations of the package's own files and of its caches, in a checkout and in an installed package. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder of the package: the nearest parent with a package.json, for sources and builds. */
export const projectRoot = ((): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
})();

/** The version of the package. */
export const version: string = (
  JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }
).version;

/** Whether this is a checkout with sources, as opposed to an installed package. */
export const inCheckout: boolean = existsSync(join(projectRoot, 'src', 'cli'));

/**
 * Folder for data that can be generated again: corpora and embeddings. PRESEND_CACHE overrides it. In a checkout it is inside the checkout.
 * For an installed package it is in the user's cache folder, because package managers replace the package's folder.
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
