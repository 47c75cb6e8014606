/** A run as the explorer reads it: its record, and its metrics and timings where it is finished. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { type AnyMetrics, kinds } from '../../experiment/index.ts';
import { goOnCommand, unsealed } from '../../experiment/reload.ts';
import { recordFrom } from '../../harness/damaged.ts';
import { isUnfinished } from '../../harness/run-folder.ts';
import { check } from '../../schema/check.ts';
import { type RunRecord, Timings } from '../../schema/run-record.ts';
import { sha256Hex } from '../../util/digest.ts';
import { UserError } from '../../util/errors.ts';
import { runFile } from './runs.ts';

export interface OpenRun {
  readonly name: string;
  readonly record: RunRecord;
  readonly kind: string;
  /** Undefined where the run is not finished. */
  readonly metrics: AnyMetrics | undefined;
  readonly timings: Timings | undefined;
  /** The command that goes on with it, where it is not finished. */
  readonly goOn: string | undefined;
  /** What its reader should know of its rows. */
  readonly note: string | undefined;
}

/** The largest metrics that are read, in bytes: those of every experiment that comes with presend are a tenth of it. */
const mostBytes = 100e6;

/** Opens a run; undefined where there is none. A UserError says which file is damaged or of another version. */
export async function openRun(folder: string, name: string): Promise<OpenRun | undefined> {
  const text = await readBounded(folder, name, 'run.json');
  if (text === undefined) return undefined;
  const record = recordFrom(text, name, 'run.json');
  const { kind = 'tradeoff' } = (record.experimentResolved ?? {}) as { kind?: string };
  const schema = Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds].metrics : undefined;
  const unfinished = await isUnfinished(join(folder, name));
  const metrics = schema && !unfinished ? await readMetrics(folder, name, record, schema) : undefined;
  const timings = await readChecked(folder, name, 'timings.json', Timings);
  const goOn = metrics === undefined && unfinished ? goOnCommand(record, join(folder, name)) : undefined;
  return { name, record, kind, metrics, timings, goOn, note: metrics && unsealed(record) };
}

async function readMetrics(folder: string, name: string, record: RunRecord, schema: TSchema) {
  const text = await readBounded(folder, name, 'metrics.json');
  if (text === undefined) return undefined;
  const what = `metrics.json of run ${name}`;
  if (record.metrics && sha256Hex(text) !== record.metrics.sha256)
    throw new UserError(`${what} is not what was derived from its rows: it was altered`);
  return check(schema, json(text, what), what) as AnyMetrics;
}

/** Which state the files are in that `openRun` reads: another one, and they must be read again. */
export async function stateOf(folder: string, name: string, files = runFilesRead): Promise<string> {
  const found = await Promise.all(files.map((file) => runFile(folder, name, file)));
  const unfinished = await isUnfinished(join(folder, name));
  return `${unfinished} ${found.map((each) => `${each?.bytes} ${each?.changed}`).join(' ')}`;
}
const runFilesRead: readonly string[] = ['run.json', 'metrics.json', 'timings.json'];

async function readChecked<S extends TSchema>(folder: string, name: string, file: string, schema: S) {
  const text = await readBounded(folder, name, file);
  const what = `${file} of run ${name}`;
  return text === undefined ? undefined : check(schema, json(text, what), what);
}

async function readBounded(folder: string, name: string, file: string): Promise<string | undefined> {
  const found = await runFile(folder, name, file);
  if (!found) return undefined;
  if (found.bytes > mostBytes)
    throw new UserError(`${file} of run ${name} has ${found.bytes} bytes, more than are read`);
  return readFile(found.path, 'utf8');
}

function json(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${what} is no JSON`);
    throw error;
  }
}
