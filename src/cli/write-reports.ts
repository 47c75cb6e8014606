/** Writes the reports of a run next to its record. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeWhole } from '../disk/write.ts';
import type { AnyMetrics } from '../experiment/index.ts';
import { fileReports } from '../experiment/report.ts';
import { figurePdf } from '../pdf/figure.ts';
import { listed } from '../report/format.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import { isAbsent } from '../util/errors.ts';
import { note } from './output.ts';

/**
 * Writes report.html, report.md, the CSV tables and the figures, each as SVG, PDF and CSV; returns the absolute path of the page. Figures that an
 * earlier report wrote and this one does not have are removed; files that no report wrote stay, and a note names them.
 */
export async function writeReports(
  folder: string,
  metrics: AnyMetrics,
  record: RunRecord,
  timings: Timings,
): Promise<string> {
  const { html, markdown, csv, figures } = await fileReports(metrics, record, timings);
  const page = resolve(folder, 'report.html');
  await removeOldFigures(join(folder, 'figures'), figures, record.runId);
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

/** Files that a figure has. */
const endings = ['svg', 'csv', 'pdf'] as const;

/** Removes the figures that the captions in the folder name, that are of this run, and that are no longer drawn. */
async function removeOldFigures(
  folder: string,
  figures: Readonly<Record<string, string>>,
  runId: string,
): Promise<void> {
  const [found, captions] = await Promise.all([
    orNone(readdir(folder), []),
    orNone(readFile(join(folder, 'captions.md'), 'utf8'), ''),
  ]);
  const current = new Set(Object.keys(figures).flatMap((name) => [name, name.replace(/svg$/, 'pdf')]));
  const own = new Set(
    captions.split('\n').flatMap((line) => {
      const [, name] = /^- \*\*([a-z0-9-]+)\*\* /.exec(line) ?? [];
      return name && line.includes(`run ${runId}`) ? endings.map((ending) => `${name}.${ending}`) : [];
    }),
  );
  if (own.size > 0) own.add('captions.md');
  const old = found.filter((name) => !current.has(name));
  for (const name of old.filter((each) => own.has(each))) await rm(join(folder, name));
  const others = old.filter((each) => !own.has(each)).sort();
  if (others.length > 0) note(`Left in ${folder}, because no report of this run wrote it: ${listed(others)}.`);
}

/** What is read, or `none` if there is nothing of that name. */
const orNone = <T>(reading: Promise<T>, none: T): Promise<T> =>
  reading.catch((error: unknown) => {
    if (isAbsent(error)) return none;
    throw error;
  });
