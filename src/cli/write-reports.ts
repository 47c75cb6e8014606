/** Writes the reports of a run next to its record. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeWhole } from '../disk/write.ts';
import type { AnyMetrics } from '../experiment/index.ts';
import { fileReports } from '../experiment/report.ts';
import { figurePdf } from '../pdf/figure.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';

/** Writes report.html, report.md, the CSV tables and the figures, each as SVG, PDF and CSV; returns the absolute path of the page. */
export async function writeReports(
  folder: string,
  metrics: AnyMetrics,
  record: RunRecord,
  timings: Timings,
): Promise<string> {
  const { html, markdown, csv, figures } = await fileReports(metrics, record, timings);
  const page = resolve(folder, 'report.html');
  await writeWhole(page, html);
  await writeWhole(join(folder, 'report.md'), markdown);
  for (const [inside, files] of [
    ['csv', csv],
    ['figures', figures],
  ] as const) {
    await mkdir(join(folder, inside), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      await writeWhole(join(folder, inside, name), text);
      if (name.endsWith('.svg')) await writeWhole(join(folder, inside, name.replace(/svg$/, 'pdf')), figurePdf(text));
    }
  }
  return page;
}
