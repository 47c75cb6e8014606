/** Runs in a folder: what there is, and the files of each that may be read. */
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Static, Type } from 'typebox';
import { check } from '../../schema/check.ts';
import { RunRecord } from '../../schema/run-record.ts';

/** The files of a run that are served, with their types. */
export const runFileTypes = {
  'report.html': 'text/html; charset=utf-8',
  'metrics.json': 'application/json; charset=utf-8',
  'observations.jsonl': 'application/jsonl; charset=utf-8',
} as const;
export type RunFile = keyof typeof runFileTypes;

/** Name of a run's folder: no separators and no leading dot, so it cannot leave the folder of the runs. */
export const runName = '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$';

const states = ['finished', 'unfinished', 'damaged'] as const;
const Text = Type.Union([Type.String(), Type.Null()]);

/** One line of the list of runs; a damaged run tells nothing but its name. */
export const RunLine = Type.Object({
  name: Type.String(),
  state: Type.Enum(states, { description: 'damaged: its run.json cannot be read' }),
  experiment: Text,
  kind: Text,
  dataset: Text,
  seed: Type.Union([Type.Integer(), Type.Null()]),
  created: Text,
  files: Type.Array(Type.String()),
});
export type RunLine = Static<typeof RunLine>;

const day = Type.String({ pattern: '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$', description: 'a day, e.g. 2026-11-23' });

/** Which runs to list; what is left out or empty holds for all. */
export const RunQuery = Type.Object(
  {
    search: Type.Optional(Type.String({ maxLength: 200, description: 'in name, experiment, dataset or seed' })),
    kind: Type.Optional(Type.String({ maxLength: 50 })),
    state: Type.Optional(Type.Enum(['', ...states])),
    from: Type.Optional(day),
    to: Type.Optional(day),
  },
  { additionalProperties: false },
);
export type RunQuery = Static<typeof RunQuery>;

/** Whether a run is among those that are asked for. */
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
    const { created, dataset, seed, experimentResolved } = check(RunRecord, JSON.parse(text), name);
    const { name: experiment, kind = 'tradeoff' } = (experimentResolved ?? {}) as { name?: unknown; kind?: unknown };
    return {
      name,
      state: existsSync(join(path, 'partial')) ? 'unfinished' : 'finished',
      experiment: typeof experiment === 'string' ? experiment : null,
      kind: typeof kind === 'string' ? kind : null,
      dataset: dataset.name,
      seed,
      created,
      files,
    };
  } catch {
    const unknown = { experiment: null, kind: null, dataset: null, seed: null, created: null };
    return { name, state: 'damaged', ...unknown, files };
  }
}

/** Real path and length of a run's file; undefined where it is not there, is no file, or a link leads out of the folder. */
export async function runFile(
  folder: string,
  run: string,
  file: string,
): Promise<{ readonly path: string; readonly bytes: number; readonly changed: number } | undefined> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, run, file));
    const found = await stat(path);
    return path.startsWith(`${root}${sep}`) && found.isFile()
      ? { path, bytes: found.size, changed: found.mtimeMs }
      : undefined;
  } catch {
    return undefined;
  }
}
