/** The page and the Markdown of a reproduction. */
import type { ReportTable } from '../benchmark/table.ts';
import { tableMarkdown } from '../benchmark/table.ts';
import { plainTable } from '../page/blocks.ts';
import { type Html, html } from '../page/html.ts';
import { pageText, type Section } from '../page/shell.ts';
import { counts, sourcesTable, valuesTable, verdictTable } from './tables.ts';
import type { ReproducedTarget } from './types.ts';

const question = 'Do the numbers hold that others published?';

const tables = (judged: readonly ReproducedTarget[]): readonly [id: string, table: ReportTable][] => [
  ['verdicts', verdictTable(judged)],
  ['values', valuesTable(judged)],
  ['sources', sourcesTable(judged)],
];

/** One page; `command` is what made it. */
export const reproductionPage = (judged: readonly ReproducedTarget[], command: string): string =>
  pageText({
    experiment: 'reproduce',
    runId: command,
    question,
    findings: [{ label: 'Verdicts', text: counts(judged) }],
    sections: tables(judged).map(([id, table]): Section => [id, table.title, asText(table, judged)]),
    footer: 'Benign pictures only.',
  });

/** A table of sentences; the name of a target leads to its source where that has an address. */
function asText({ explains, head, lines, title }: ReportTable, judged: readonly ReproducedTarget[]): Html {
  const urls = new Map(judged.map(({ target: { name, source } }) => [name, source.url]));
  const named = (name: string): Html | string => {
    const url = urls.get(name);
    return url && title.startsWith('Sources') ? html`<a href="${url}">${name}</a>` : name;
  };
  return html`<p class="note">${explains}</p>${plainTable(
    title,
    head,
    lines.map(({ name, cells }) => [
      named(name),
      ...cells.map((cell) => (cell.tone === 'warn' ? html`<span class="breaks">${cell.plain}</span>` : cell.plain)),
    ]),
  )}`;
}

/** The same as Markdown. */
export const reproductionMarkdown = (judged: readonly ReproducedTarget[]): string =>
  `${[`**${counts(judged)}**`, ...tables(judged).flatMap(([, table]) => tableMarkdown(table))].join('\n\n')}\n`;
