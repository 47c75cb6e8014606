/** Identifies the running code, independently of git. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { projectRoot } from '../disk/project.ts';
import { bytesIfThere } from '../disk/read.ts';
import { sha256Hex } from '../util/digest.ts';

/** The file with the digest of a build's sources. */
export const sourcesFile = 'sources.sha256';

/**
 * SHA-256 of everything that a run or a bundle can depend on: all sources by path, and the versions of the packages. For a build it returns
 * the stored digest.
 */
export async function digestOfSources(): Promise<string> {
  if (!import.meta.url.endsWith('.ts'))
    return (await readFile(join(import.meta.dirname, '..', '..', sourcesFile), 'utf8')).trim();
  const folder = join(projectRoot, 'src');
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(ts|css)$/.test(name)).sort();
  const all = createHash('sha256');
  for (const file of names.map((name) => join(folder, name)))
    all.update(`${relative(projectRoot, file)} ${sha256Hex(await readFile(file))}\n`);
  // An installed package has no lock file.
  const lock = await bytesIfThere(join(projectRoot, 'package-lock.json'));
  return all.update(`package-lock.json ${lock ? sha256Hex(lock) : 'none'}\n`).digest('hex');
}
