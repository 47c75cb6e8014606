/** A run as the explorer reads it: its record, and its metrics and timings if it is finished. */
import { type AnyMetrics, kinds } from '../../experiment/index.ts';
import { goOnCommand } from '../../experiment/reload.ts';
import { RunFolder, runFiles } from '../../harness/run-folder.ts';
import { jsonLines } from '../../harness/run-rows.ts';
import type { RowType } from '../../schema/row.ts';
import type { RunRecord, Timings } from '../../schema/run-record.ts';

export interface OpenRun {
  readonly name: string;
  readonly record: RunRecord;
  readonly kind: string;
  /** Undefined if the run is not finished. */
  readonly metrics: AnyMetrics | undefined;
  readonly timings: Timings | undefined;
  /** The command that resumes the run, if it is not finished. */
  readonly goOn: string | undefined;
}

/** Opens a run; undefined if it does not exist. A UserError names a file that is corrupt or has another version. */
export async function openRun(folder: string, name: string): Promise<OpenRun | undefined> {
  const run = RunFolder.among(folder, name);
  const record = await run.recordIfThere();
  if (!record) return undefined;
  const { kind = 'tradeoff' } = (record.experimentResolved ?? {}) as { kind?: string };
  const schema = Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds].metrics : undefined;
  const unfinished = await run.isUnfinished();
  const metrics = schema && !unfinished ? ((await run.metrics(schema, record)) as AnyMetrics | undefined) : undefined;
  const timings = await run.timingsIfThere();
  const goOn = metrics === undefined && unfinished ? goOnCommand(record, run.path) : undefined;
  return { name, record, kind, metrics, timings, goOn };
}

/** The rows of a finished run as JSON Lines; undefined if it is not finished, or of an unknown kind. */
export function rowLinesOf(
  folder: string,
  { name, kind, record, metrics }: OpenRun,
): AsyncIterable<string> | undefined {
  const { observations } = record;
  if (!metrics || !observations || !Object.hasOwn(kinds, kind)) return undefined;
  const { rows } = kinds[kind as keyof typeof kinds];
  return jsonLines(RunFolder.among(folder, name).rows(rows as readonly RowType[], observations));
}

/** State of the files that `openRun` reads; if it changes, they must be read again. */
export async function stateOf(folder: string, name: string, files = runFilesRead): Promise<string> {
  const run = RunFolder.among(folder, name);
  const found = await Promise.all(files.map((file) => run.find(file)));
  const unfinished = await run.isUnfinished();
  return `${unfinished} ${found.map((each) => `${each?.bytes} ${each?.changed}`).join(' ')}`;
}
const runFilesRead: readonly string[] = [runFiles.record, runFiles.metrics, runFiles.timings];
