/** The reports of a run of any kind: page, Markdown, CSV tables, terminal. */

import { csvTables } from '../report/csv.ts';
import { copyParts, tailParts } from '../report/hashes.ts';
import { markdownReport, provenance, refused, text } from '../report/markdown.ts';
import { html } from '../report/page/html.ts';
import { limitsSection, provenanceSection, refusedSection } from '../report/page/provenance.ts';
import { type Page, pageText } from '../report/page/shell.ts';
import type { Parts } from '../report/parts.ts';
import { tableMarkdown, tableTerminal } from '../report/table.ts';
import { type TerminalOptions, terminalTable, wrap } from '../report/terminal.ts';
import { printable } from '../util/printable.ts';
import { baseRateParts } from './base-rate/report.ts';
import { equalityParts } from './equality/report.ts';
import { evasionParts } from './evasion/report.ts';
import { hashLeakageParts } from './hash-leakage/report.ts';
import { leakageParts } from './leakage/report.ts';
import { newContentParts } from './new-content/report.ts';
import { powerParts } from './power/report.ts';
import { repurposingParts } from './repurposing/report.ts';
import { scoreDriftParts } from './score-drift/report.ts';
import { thresholdParts } from './threshold/report.ts';
import { htmlPage, tradeoffRunPage } from './tradeoff/report.ts';
import type { Metrics, RunSummary, Timings } from './tradeoff/report-types.ts';

/** Metrics of a run of any kind. */
export type AnyMetrics = Metrics | MetricsWithParts;

/** The reports that are written to files. */
export interface FileReports {
  readonly html: string;
  readonly markdown: string;
  /** File name → text. */
  readonly csv: Readonly<Record<string, string>>;
}

/** The page of a run of any kind before it is laid out: question, answer and sections. */
export function reportPage(metrics: AnyMetrics, run: RunSummary, timings?: Timings): Page {
  if (!('kind' in metrics)) return tradeoffRunPage(metrics, run, timings);
  const { findings, sections, data } = partsOf(metrics, timings);
  const files = hasFiles(metrics) ? html`<h3>Refused files</h3>${refusedSection(metrics)}` : '';
  return {
    experiment: metrics.experiment,
    runId: run.runId,
    question: metrics.question,
    findings,
    sections: [
      ...sections,
      ['data', 'Data', html`${data}${files}`],
      ['provenance', 'Provenance', provenanceSection(run, timings)],
      ['limits', 'Limits', limitsSection(metrics)],
    ],
    footer: 'Benign pictures only.',
  };
}

/** Page, Markdown and CSV; the same arguments give the same bytes. */
export function fileReports(metrics: AnyMetrics, run: RunSummary, timings?: Timings): FileReports {
  if (!('kind' in metrics))
    return {
      html: htmlPage(metrics, run, timings),
      markdown: markdownReport(metrics, run, timings),
      csv: csvTables(metrics),
    };
  const { findings, tables, csv } = partsOf(metrics, timings);
  return {
    html: pageText(reportPage(metrics, run, timings)),
    markdown: `${[
      `# ${text(metrics.experiment)}`,
      `**${text(metrics.question)}**`,
      findings.map((finding) => `- **${finding.label}.** ${text(finding.text)}`).join('\n'),
      ...tables.flatMap(tableMarkdown),
      ...(hasFiles(metrics) ? refused(metrics) : []),
      ...provenance(run, timings),
      '## Limits',
      metrics.limits.map((limit) => `- ${text(limit)}`).join('\n'),
    ].join('\n\n')}\n`,
    csv,
  };
}

/** Whether pictures were read, and files may have been refused. */
const hasFiles = (metrics: MetricsWithParts): metrics is Extract<MetricsWithParts, { dataset: { refused: unknown } }> =>
  'dataset' in metrics && 'refused' in metrics.dataset;

/** Tables that a terminal shows; the page has them all. */
const shown = 2;

/** The headline for a terminal of `columns` characters (120 unless told). Ends in a newline. */
export function terminalReport(metrics: AnyMetrics, timings?: Timings, options: TerminalOptions = {}): string {
  if (!('kind' in metrics)) return terminalTable(metrics, timings, options);
  const { columns = 120 } = options;
  const { findings, tables } = partsOf(metrics, timings);
  return `${[
    wrap(`${printable(metrics.experiment)}: ${printable(metrics.question)}`, columns),
    ...tables.slice(0, shown).map((table) => tableTerminal(table, columns)),
    findings.map(({ label, text: words }) => wrap(`${label}: ${printable(words)}`, columns)).join('\n'),
  ].join('\n\n')}\n`;
}

// How the metrics of each kind of experiment are drawn; the trade-off has a page of its own.

const kinds = {
  'copy-detection': copyParts,
  'false-positive-tail': tailParts,
  threshold: thresholdParts,
  'new-content': newContentParts,
  'base-rate': baseRateParts,
  'score-drift': scoreDriftParts,
  power: powerParts,
  evasion: evasionParts,
  leakage: leakageParts,
  'hash-leakage': hashLeakageParts,
  repurposing: repurposingParts,
  equality: equalityParts,
};

/** Metrics of every kind but the trade-off. */
export type MetricsWithParts = Parameters<(typeof kinds)[keyof typeof kinds]>[0];

/** The parts of a report on these metrics. */
export const partsOf = (metrics: MetricsWithParts, timings?: Timings): Parts =>
  (kinds[metrics.kind] as (metrics: MetricsWithParts, timings?: Timings) => Parts)(metrics, timings);
