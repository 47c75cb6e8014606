/** A run as the explorer reads it: its record, and its metrics and timings where it is finished. */
import { readFile } from 'node:fs/promises';
import type { TSchema } from 'typebox';
import type { AnyMetrics } from '../../report/any.ts';
import { metricsSchemas } from '../../schema/any-metrics.ts';
import { check } from '../../schema/check.ts';
import { RunRecord, Timings } from '../../schema/run-record.ts';
import { UserError } from '../../util/errors.ts';
import { runFile } from './runs.ts';

export interface OpenRun {
  readonly name: string;
  readonly record: RunRecord;
  readonly kind: string;
  /** Undefined where the run is not finished. */
  readonly metrics: AnyMetrics | undefined;
  readonly timings: Timings | undefined;
}

/** The largest metrics that are read, in bytes: those of every experiment that comes with presend are a tenth of it. */
const mostBytes = 100e6;

/** Opens a run; undefined where there is none. A UserError says which file is damaged or of another version. */
export async function openRun(folder: string, name: string): Promise<OpenRun | undefined> {
  const record = await readChecked(folder, name, 'run.json', RunRecord);
  if (!record) return undefined;
  const { kind = 'tradeoff' } = (record.experimentResolved ?? {}) as { kind?: string };
  const schema: TSchema | undefined = Object.hasOwn(metricsSchemas, kind)
    ? metricsSchemas[kind as keyof typeof metricsSchemas]
    : undefined;
  const metrics = schema && (await readChecked(folder, name, 'metrics.json', schema));
  const timings = await readChecked(folder, name, 'timings.json', Timings);
  return { name, record, kind, metrics: metrics as AnyMetrics | undefined, timings };
}

/** Which state the files are in that `openRun` reads: another one, and they must be read again. */
export async function stateOf(folder: string, name: string, files = runFilesRead): Promise<string> {
  const found = await Promise.all(files.map((file) => runFile(folder, name, file)));
  return found.map((each) => `${each?.bytes} ${each?.changed}`).join(' ');
}
const runFilesRead: readonly string[] = ['run.json', 'metrics.json', 'timings.json'];

async function readChecked<S extends TSchema>(folder: string, name: string, file: string, schema: S) {
  const found = await runFile(folder, name, file);
  if (!found) return undefined;
  const what = `${file} of run ${name}`;
  if (found.bytes > mostBytes) throw new UserError(`${what} has ${found.bytes} bytes, more than are read`);
  return check(schema, json(await readFile(found.path, 'utf8'), what), what);
}

function json(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${what} is no JSON`);
  }
}
