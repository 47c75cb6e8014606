/** The reports of a run of any kind: page, Markdown, CSV tables, terminal. Each kind draws its own. */
import type { Kind } from '../harness/kind.ts';
import { drawnReport, figureFiles, withoutIndices } from '../report/figures.ts';
import { laidOut } from '../report/layout.ts';
import { pageText } from '../report/page/shell.ts';
import type { Report, TerminalOptions } from '../report/parts.ts';
import type { RunRecord, Timings } from '../schema/run-record.ts';
import { type AnyMetrics, type KindName, kinds } from './index.ts';

/** The reports that are written to files. */
export interface FileReports {
  readonly html: string;
  readonly markdown: string;
  /** File name → text. */
  readonly csv: Readonly<Record<string, string>>;
  /** Every plot as SVG and its data as CSV, with their captions: file name → text. */
  readonly figures: Readonly<Record<string, string>>;
}

/** What draws the reports on metrics of this kind, once it is loaded. */
export async function reporter(metrics: AnyMetrics): Promise<(timings?: Timings) => Report> {
  const name: KindName = 'kind' in metrics ? metrics.kind : 'tradeoff';
  const draw = await (kinds[name] as unknown as Kind<unknown, never, AnyMetrics>).report();
  return (timings) => {
    const made = draw(metrics, timings);
    return 'page' in made ? made : laidOut(metrics, made, timings);
  };
}

/** Page, Markdown and CSV; the same arguments give the same bytes. */
export async function fileReports(metrics: AnyMetrics, run: RunRecord, timings?: Timings): Promise<FileReports> {
  const draw = await reporter(metrics);
  const { report, page, plots } = drawnReport(() => draw(timings), run);
  return {
    html: withoutIndices(pageText(page)),
    markdown: report.markdown(run),
    csv: report.csv,
    figures: figureFiles(plots, run, metrics.experiment),
  };
}

/** The headline for a terminal of `columns` characters (120 where none are given). Ends in a newline. */
export async function terminalReport(
  metrics: AnyMetrics,
  timings?: Timings,
  options: TerminalOptions = {},
): Promise<string> {
  return (await reporter(metrics))(timings).terminal(options);
}
