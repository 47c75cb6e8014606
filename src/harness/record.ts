/** What a run record says of the machine and the software: gathered once, when a run starts. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../disk/project.ts';
import { sharp } from '../image/sharp.ts';
import type { RunRecord } from '../schema/run-record.ts';

/** The part of a record that does not depend on the experiment. */
export type Surroundings = Pick<RunRecord, 'commit' | 'dirty' | 'node' | 'platform' | 'packages' | 'sharp'>;

/** Commit, versions and machine. Outside a git repository commit and dirty are null. */
export async function surroundings(): Promise<Surroundings> {
  const commit = await git('rev-parse', 'HEAD');
  const status = await git('status', '--porcelain', '--untracked-files=no');
  const [cpu] = cpus();
  const { versions } = sharp;
  return {
    commit: commit ?? null,
    dirty: status === undefined ? null : status !== '',
    node: process.version,
    platform: `${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    packages: await directDependencies(),
    sharp: Object.fromEntries(Object.entries(versions).filter((each): each is [string, string] => !!each[1])),
  };
}

async function git(...args: string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)('git', args, { cwd: projectRoot })).stdout.trim();
  } catch {
    return undefined;
  }
}

/** Installed version of each direct dependency; optional ones that are absent are left out. */
async function directDependencies(): Promise<Record<string, string>> {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    await readFile(join(projectRoot, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string> | undefined>;
  const found: Record<string, string> = {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }).sort()) {
    const manifest = await readFile(join(projectRoot, 'node_modules', name, 'package.json'), 'utf8').catch(() => '');
    if (manifest) found[name] = (JSON.parse(manifest) as { version: string }).version;
  }
  return found;
}
