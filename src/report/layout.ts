/** Combines parts into the layout of most kinds of experiment. */
import type { RunRecord, Timings } from '../schema/run-record.ts';
import { printable } from '../util/printable.ts';
import { counted } from './format.ts';
import { provenance, refused, text } from './markdown.ts';
import { html } from './page/html.ts';
import { limitsSection, provenanceSection, refusedSection } from './page/provenance.ts';
import type { Parts, Report } from './parts.ts';
import { tableMarkdown, tableTerminal, wrap } from './table.ts';

/** Common members of every kind's metrics. */
interface Headed {
  readonly experiment: string;
  readonly question: string;
  readonly limits: readonly string[];
  /** Refused files, if pictures were read. */
  readonly dataset?: object;
}

/** Number of tables on a terminal; the page has all, and a terminal where it is asked for all. */
const shown = 2;

/** The report on metrics from its parts. */
export function laidOut(metrics: Headed, parts: Parts, timings?: Timings): Report {
  const { experiment, question, limits, dataset = {} } = metrics;
  const { findings, tables, sections, data, csv } = parts;
  const files = 'refused' in dataset ? { dataset: dataset as RefusedDataset } : undefined;
  return {
    page: (run: RunRecord) => ({
      experiment,
      runId: run.runId,
      question,
      findings,
      sections: [
        ...sections,
        ['data', 'Data', html`${data}${files ? html`<h3>Refused files</h3>${refusedSection(files)}` : ''}`],
        ['provenance', 'Provenance', provenanceSection(run, timings)],
        ['limits', 'Limits', limitsSection({ limits })],
      ],
      footer: 'Benign pictures only.',
    }),
    markdown: (run) =>
      `${[
        `# ${text(experiment)}`,
        `**${text(question)}**`,
        findings.map((finding) => `- **${finding.label}.** ${text(finding.text)}`).join('\n'),
        ...tables.flatMap(tableMarkdown),
        ...(files ? refused(files) : []),
        ...provenance(run, timings),
        '## Limits',
        limits.map((limit) => `- ${text(limit)}`).join('\n'),
      ].join('\n\n')}\n`,
    csv,
    terminal: ({ columns = 120, full = false }) =>
      `${[
        wrap(`${printable(experiment)}: ${printable(question)}`, columns),
        findings.map(({ label, text: words }) => wrap(`${label}: ${printable(words)}`, columns)).join('\n'),
        ...tables.slice(0, full ? tables.length : shown).map((table) => tableTerminal(table, columns)),
        ...(tables.length > shown && !full
          ? [
              wrap(
                `${counted(tables.length - shown, 'table')} more: --full, or report.html in the folder of the run.`,
                columns,
              ),
            ]
          : []),
      ].join('\n\n')}\n`,
  };
}

interface RefusedDataset {
  readonly refused: readonly { readonly picture: string; readonly reason: string }[];
}
