/** The machine and software in a run record: collected when a run starts, and compared when it is resumed. */
import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../disk/project.ts';
import { readIfThere } from '../disk/read.ts';
import { sharp } from '../image/sharp.ts';
import type { RunRecord } from '../schema/run-record.ts';
import { isAbsent } from '../util/errors.ts';
import { digestOfSources } from './sources.ts';

/** The part of a record that does not depend on the experiment. */
export type Surroundings = Pick<
  RunRecord,
  'commit' | 'dirty' | 'commitUnknown' | 'sources' | 'node' | 'platform' | 'packages' | 'sharp'
>;

let known: Promise<Surroundings> | undefined;

/** Commit, versions and machine: collected once in a process, which goes on with the code that it was started with. */
export function surroundings(): Promise<Surroundings> {
  known ??= collected();
  // What failed may work the next time.
  known.catch(() => (known = undefined));
  return known;
}

async function collected(): Promise<Surroundings> {
  const [cpu] = cpus();
  const { versions } = sharp;
  return {
    ...(await revision(projectRoot)),
    sources: await digestOfSources(),
    node: process.version,
    platform: `${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    packages: await directDependencies(),
    sharp: Object.fromEntries(Object.entries(versions).filter((each): each is [string, string] => !!each[1])),
  };
}

/** Commit and state of a presend checkout, or why there is none. A repository that merely contains the package does not count. */
export async function revision(folder: string): Promise<Pick<RunRecord, 'commit' | 'dirty' | 'commitUnknown'>> {
  const unknown = (why: string) => ({ commit: null, dirty: null, commitUnknown: why });
  const { name } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name?: unknown };
  if (name !== 'presend') return unknown(`the package is called ${JSON.stringify(name)}`);
  const top = await git(folder, 'rev-parse', '--show-toplevel');
  if ('failure' in top) return unknown(top.failure);
  if ((await realpath(top.said)) !== (await realpath(folder)))
    return unknown('the folder lies in a repository that is not its own');
  const head = await git(folder, 'rev-parse', 'HEAD');
  if ('failure' in head) return unknown(head.failure);
  const status = await git(folder, 'status', '--porcelain', '--untracked-files=no');
  if ('failure' in status) return unknown(status.failure);
  return { commit: head.said, dirty: status.said !== '' };
}

/** Output of git; or the first line of its error, or that it is not installed. */
async function git(cwd: string, ...args: string[]): Promise<{ said: string } | { failure: string }> {
  // Inside a git hook these variables name the hook's repository.
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...env } = process.env;
  try {
    const options = { cwd, env: { ...env, LC_ALL: 'C' }, maxBuffer: 2 ** 28 };
    return { said: (await promisify(execFile)('git', args, options)).stdout.trim() };
  } catch (error) {
    if (isAbsent(error)) return { failure: 'git is not installed' };
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { failure: `git: ${stderr.trim().split('\n')[0] || `exit code ${code}`}` };
  }
}

/** Installed version of each direct dependency; missing optional ones are omitted. */
async function directDependencies(): Promise<Record<string, string>> {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    await readFile(join(projectRoot, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string> | undefined>;
  const found: Record<string, string> = {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }).sort()) {
    const manifest = await manifestOf(name);
    if (manifest) found[name] = (JSON.parse(manifest) as { version: string }).version;
  }
  return found;
}

/** The package.json of a package, found as Node finds it. */
async function manifestOf(name: string): Promise<string | undefined> {
  for (let folder = projectRoot; ; folder = dirname(folder)) {
    const found = await readIfThere(join(folder, 'node_modules', name, 'package.json'));
    if (found !== undefined || dirname(folder) === folder) return found;
  }
}
