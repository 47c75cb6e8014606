/** Lists the runs in a folder, and the files of each that may be read. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { isOutOfReach, OtherVersionError, RunFolder } from '../../harness/run-folder.ts';
import { closed } from '../../schema/parts.ts';
import type { RunRecord } from '../../schema/run-record.ts';
import { UserError } from '../../util/errors.ts';

/** The rows of a run as JSON Lines: not a file, but made of its columns when it is asked for. */
export const observationsFile = 'observations.jsonl';

/** Served files of a run, with their types. */
export const runFileTypes = {
  'report.html': 'text/html; charset=utf-8',
  'metrics.json': 'application/json; charset=utf-8',
  [observationsFile]: 'application/jsonl; charset=utf-8',
} as const;
export type RunFile = keyof typeof runFileTypes;

/** Name of a run's folder. It has no separator and no leading dot, so it cannot leave the folder of the runs. */
export const runName = '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$';

export const states = ['finished', 'unfinished', 'other-version', 'damaged'] as const;
const Text = Type.Union([Type.String(), Type.Null()]);

/** One line of the list of runs. For a corrupt run, or one of another version of presend, only its name is known. */
export const RunLine = Type.Object({
  name: Type.String(),
  state: Type.Enum(states, {
    description: 'damaged: its run.json cannot be read; other-version: another presend wrote it',
  }),
  experiment: Text,
  kind: Text,
  dataset: Text,
  seed: Type.Union([Type.Integer(), Type.Null()]),
  created: Text,
  files: Type.Array(Type.String()),
});
export type RunLine = Static<typeof RunLine>;

const day = Type.String({ pattern: '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$', description: 'a day, e.g. 2026-11-23' });

/** Which runs to list; an omitted or empty field matches all. */
export const RunQuery = Type.Object(
  {
    search: Type.Optional(Type.String({ maxLength: 200, description: 'in name, experiment, dataset or seed' })),
    kind: Type.Optional(Type.String({ maxLength: 50 })),
    state: Type.Optional(Type.Enum(['', ...states])),
    from: Type.Optional(day),
    to: Type.Optional(day),
  },
  closed,
);
export type RunQuery = Static<typeof RunQuery>;

/** Whether a run matches the query. */
export function isWanted(line: RunLine, { search = '', kind = '', state = '', from = '', to = '' }: RunQuery): boolean {
  const text = [line.name, line.experiment, line.kind, line.dataset, line.seed].join(' ').toLowerCase();
  const started = line.created?.slice(0, 10) ?? '';
  return (
    search
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word)) &&
    (kind === '' || line.kind === kind) &&
    (state === '' || line.state === state) &&
    (from === '' || started >= from) &&
    (to === '' || (started !== '' && started <= to))
  );
}

/** Number of folders read concurrently: a large folder must not exhaust the file handles. */
const atATime = 16;

/** Every run in the folder, newest first. Folders that are not runs are skipped. */
export async function listRuns(folder: string): Promise<RunLine[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((each) => each.isDirectory() && new RegExp(runName).test(each.name))
    .map(({ name }) => name);
  const known: RunLine[] = [];
  const queue = names.values();
  const reader = async (): Promise<void> => {
    for (const name of queue) {
      const line = await runLine(folder, name);
      if (line) known.push(line);
    }
  };
  await Promise.all(Array.from({ length: atATime }, reader));
  return known.sort((a, b) => order(b.created ?? '', a.created ?? '') || order(a.name, b.name));
}

/**
 * Names of runs in the folder that are not listed: links, which could lead out of it, and folders whose name no address of a page allows.
 * Only looks whether there is a record.
 */
export async function unlistedRuns(folder: string): Promise<string[]> {
  const unlisted: string[] = [];
  for (const each of await readdir(folder, { withFileTypes: true })) {
    if (each.isDirectory() ? new RegExp(runName).test(each.name) : !each.isSymbolicLink()) continue;
    try {
      if (await new RunFolder(join(folder, each.name)).hasRun()) unlisted.push(each.name);
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
    }
  }
  return unlisted.sort(order);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function runLine(folder: string, name: string): Promise<RunLine | undefined> {
  const run = RunFolder.among(folder, name);
  const found = await recordOf(run);
  if (found === undefined) return undefined;
  const files = await filesOf(run, typeof found === 'string' ? undefined : found);
  if (typeof found === 'string') {
    const unknown = { experiment: null, kind: null, dataset: null, seed: null, created: null };
    return { name, state: found, ...unknown, files };
  }
  const { created, dataset, seed, experimentResolved } = found;
  const { name: experiment, kind = 'tradeoff' } = (experimentResolved ?? {}) as { name?: unknown; kind?: unknown };
  return {
    name,
    state: (await run.isUnfinished()) ? 'unfinished' : 'finished',
    experiment: typeof experiment === 'string' ? experiment : null,
    kind: typeof kind === 'string' ? kind : null,
    dataset: dataset.name,
    seed,
    created,
    files,
  };
}

/** The files of a run that can be asked for; its rows if its record, where it has one, counts them. */
export async function filesOf(run: RunFolder, record: RunRecord | undefined): Promise<RunFile[]> {
  const files: RunFile[] = [];
  for (const file of Object.keys(runFileTypes) as RunFile[])
    if (file === observationsFile ? record?.observations : await run.find(file)) files.push(file);
  return files;
}

/** A readable record, or why it is unreadable; undefined if there is none. */
async function recordOf(run: RunFolder): Promise<RunRecord | 'damaged' | 'other-version' | undefined> {
  try {
    if (!(await run.hasRun())) return undefined;
    return (await run.recordIfThere()) ?? 'damaged';
  } catch (error) {
    if (error instanceof OtherVersionError) return 'other-version';
    if (error instanceof UserError || isOutOfReach(error)) return 'damaged';
    throw error;
  }
}
