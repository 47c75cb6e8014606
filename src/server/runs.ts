/** Runs in a folder: what there is, and the files of each that may be read. */
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Static, Type } from 'typebox';
import { check } from '../schema/check.ts';
import { RunRecord } from '../schema/run-record.ts';

/** The files of a run that are served, with their types. */
export const runFileTypes = {
  'report.html': 'text/html; charset=utf-8',
  'metrics.json': 'application/json; charset=utf-8',
  'observations.jsonl': 'application/jsonl; charset=utf-8',
} as const;
export type RunFile = keyof typeof runFileTypes;

/** Name of a run's folder: no separators and no leading dot, so it cannot leave the folder of the runs. */
export const runName = '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$';

/** One line of the list of runs. */
export const RunLine = Type.Object({
  name: Type.String(),
  state: Type.Enum(['finished', 'unfinished', 'damaged'], { description: 'damaged: its run.json cannot be read' }),
  experiment: Type.Union([Type.String(), Type.Null()]),
  created: Type.Union([Type.String(), Type.Null()]),
  files: Type.Array(Type.String()),
});
export type RunLine = Static<typeof RunLine>;

/** Every run in the folder, the newest first; folders that are no runs are passed over. */
export async function listRuns(folder: string): Promise<RunLine[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((each) => each.isDirectory() && new RegExp(runName).test(each.name))
    .map(({ name }) => name);
  const lines = await Promise.all(names.map((name) => runLine(folder, name)));
  const known = lines.filter((line) => line !== undefined);
  return known.sort((a, b) => order(b.created ?? '', a.created ?? '') || order(a.name, b.name));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function runLine(folder: string, name: string): Promise<RunLine | undefined> {
  const path = join(folder, name);
  const text = await readFile(join(path, 'run.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const files = Object.keys(runFileTypes).filter((file) => existsSync(join(path, file)));
  try {
    const { created, experimentResolved } = check(RunRecord, JSON.parse(text), name);
    const experiment = (experimentResolved as { name?: unknown } | null)?.name;
    return {
      name,
      state: existsSync(join(path, 'partial')) ? 'unfinished' : 'finished',
      experiment: typeof experiment === 'string' ? experiment : null,
      created,
      files,
    };
  } catch {
    return { name, state: 'damaged', experiment: null, created: null, files };
  }
}

/** Real path and length of a run's file; undefined where it is not there, is no file, or a link leads out of the folder. */
export async function runFile(
  folder: string,
  run: string,
  file: RunFile,
): Promise<{ readonly path: string; readonly bytes: number } | undefined> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, run, file));
    const found = await stat(path);
    return path.startsWith(`${root}${sep}`) && found.isFile() ? { path, bytes: found.size } : undefined;
  } catch {
    return undefined;
  }
}
