/** A comparison as a page, as Markdown, and for a terminal. */
import { counted, listed } from '../report/format.ts';
import { text } from '../report/markdown.ts';
import { type Finding, pageText } from '../report/page/shell.ts';
import { tableMarkdown, tableTerminal, untitledHtml, wrap } from '../report/table.ts';
import { idOf } from '../util/digest.ts';
import { printable } from '../util/printable.ts';
import { type Comparison, comparisonTables } from './compare.ts';

/** A comparison in every format; the same runs give the same bytes. */
export interface ComparisonReport {
  readonly html: string;
  readonly markdown: string;
  terminal(columns: number): string;
}

/** Tables on a terminal; a file has all. Where trade-offs are compared, the first says it. */
const mostOnTerminal = 3;

export function comparisonReport(comparison: Comparison): ComparisonReport {
  const { runs, notes } = comparison;
  const tables = comparisonTables(comparison);
  const shown = runs.every(({ kind }) => kind === 'tradeoff') ? 1 : mostOnTerminal;
  const title = `${counted(runs.length, 'run')} side by side: ${listed(runs.map(({ name }) => name))}`;
  const findings: Finding[] = notes.map((note) => ({
    label: note.startsWith('Not compared: ') ? 'Not compared' : 'Note',
    text: note.replace(/^Not compared: /, ''),
  }));
  return {
    html: pageText({
      experiment: 'comparison',
      runId: idOf(runs.map(({ record }) => record.runId)),
      question: title,
      findings,
      sections: tables.map((table, i) => [`table-${i + 1}`, table.title, untitledHtml(table)]),
      footer: 'Benign pictures only. Made by presend compare from the metrics and rows of the runs.',
    }),
    markdown: `${[`# ${text(title)}`, ...notes.map(text), ...tables.flatMap(tableMarkdown)].join('\n\n')}\n`,
    terminal: (columns) =>
      `${[
        ...tables.slice(0, shown).map((table) => tableTerminal(table, columns)),
        ...notes.map((note) => wrap(printable(note), columns)),
        ...(tables.length > shown
          ? [wrap(`More in a file (--out): ${listed(tables.slice(shown).map((each) => each.title))}.`, columns)]
          : []),
      ].join('\n\n')}\n`,
  };
}
