/** Writing the reports of a run beside its record. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { csvTables } from '../report/csv.ts';
import { markdownReport } from '../report/markdown.ts';
import { htmlPage } from '../report/page.ts';
import type { Metrics } from '../schema/metrics.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';

/** Writes report.html, report.md and the CSV tables; returns the absolute path of the page. */
export async function writeReports(
  folder: string,
  metrics: Metrics,
  record: RunRecord,
  timings: Timings,
): Promise<string> {
  const page = resolve(folder, 'report.html');
  await writeFile(page, htmlPage(metrics, record, timings));
  await writeFile(join(folder, 'report.md'), markdownReport(metrics, record, timings));
  await mkdir(join(folder, 'csv'), { recursive: true });
  for (const [name, text] of Object.entries(csvTables(metrics))) await writeFile(join(folder, 'csv', name), text);
  return page;
}
