/** A run as it is compared and shown: its record, and its metrics and timings if it is finished. A scored challenge is one, too. */
import { ChallengeMetrics } from '../challenge/metrics.ts';
import { challengeReport } from '../challenge/report.ts';
import { type AnyMetrics, kinds } from '../experiment/index.ts';
import { goOnCommand } from '../experiment/reload.ts';
import { reporter } from '../experiment/report.ts';
import { type RunFolder, runFiles } from '../harness/run-folder.ts';
import { jsonLines } from '../harness/run-rows.ts';
import type { Report } from '../report/parts.ts';
import type { RowType } from '../schema/row.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';

/** Metrics of a run of any kind, or of a challenge. */
export type Measured = AnyMetrics | ChallengeMetrics;

export interface OpenRun {
  readonly name: string;
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly kind: string;
  /** Undefined if the run is not finished. */
  readonly metrics: Measured | undefined;
  readonly timings: Timings | undefined;
  /** The command that resumes the run, if it is not finished. */
  readonly goOn: string | undefined;
}

/** A finished run. */
export type FinishedRun = OpenRun & { readonly metrics: Measured };

/** Opens a run; undefined if it does not exist. A UserError names a file that is corrupt or has another version. */
export async function openRun(folder: RunFolder): Promise<OpenRun | undefined> {
  const record = await folder.recordIfThere();
  if (!record) return undefined;
  const { kind = 'tradeoff' } = (record.experimentResolved ?? {}) as { kind?: string };
  const schema = Object.hasOwn(kinds, kind)
    ? kinds[kind as keyof typeof kinds].metrics
    : kind === 'challenge'
      ? ChallengeMetrics
      : undefined;
  const unfinished = await folder.isUnfinished();
  const metrics = schema && !unfinished ? ((await folder.metrics(schema, record)) as Measured | undefined) : undefined;
  const timings = await folder.timingsIfThere();
  const goOn = metrics === undefined && unfinished ? goOnCommand(record, folder.path) : undefined;
  return { name: folder.name, folder, record, kind, metrics, timings, goOn };
}

/** What draws the report of a finished run. Its plots are drawn by the call, so that they can be kept (report/page/plot.ts). */
export async function drawingOf({ metrics, timings }: Pick<FinishedRun, 'metrics' | 'timings'>): Promise<() => Report> {
  if ('kind' in metrics && metrics.kind === 'challenge') return () => challengeReport(metrics);
  const draw = await reporter(metrics);
  return () => draw(timings);
}

/** The rows of a finished run as JSON Lines; undefined if it is not finished, of an unknown kind, or a challenge, which has none. */
export function rowLinesOf({ folder, kind, record, metrics }: OpenRun): AsyncIterable<string> | undefined {
  const { observations } = record;
  if (!metrics || !observations || !Object.hasOwn(kinds, kind)) return undefined;
  const { rows } = kinds[kind as keyof typeof kinds];
  return jsonLines(folder.rows(rows as readonly RowType[], observations));
}

/** State of the files that `openRun` reads; if it changes, they must be read again. */
export async function stateOf(folder: RunFolder, files = runFilesRead): Promise<string> {
  const found = await Promise.all(files.map((file) => folder.find(file)));
  const unfinished = await folder.isUnfinished();
  return `${unfinished} ${found.map((each) => `${each?.bytes} ${each?.changed}`).join(' ')}`;
}
const runFilesRead: readonly string[] = [runFiles.record, runFiles.metrics, runFiles.timings];
