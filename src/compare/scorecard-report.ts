/** A scorecard for the terminal, in Markdown and on a page. Beside a figure stands where it is in metrics.json. */
import { absent, type Cell, clip, intervalCell, listed, notMeasured, rateCell } from '../report/format.ts';
import { text } from '../report/markdown.ts';
import { scansNothing, signalsName } from '../report/metadata-signals.ts';
import { type Html, html } from '../report/page/html.ts';
import { pageText } from '../report/page/shell.ts';
import { plain, type ReportTable, tableMarkdown, tableTerminal, untitledHtml, wrap } from '../report/table.ts';
import type { Rate } from '../schema/rate.ts';
import { strategies } from '../strategy/index.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { printable } from '../util/printable.ts';
import type { Found, Scorecard, ScoredCriterion } from './scorecard.ts';

/** A value as a cell; anything but a number, a rate, an interval or a word was not measured. */
function cellOf(found: Found | undefined): Cell {
  if (!found) return { ...absent(notMeasured), plain: notMeasured };
  const cell = valueCell(found.value);
  return { ...cell, hover: `${cell.hover}; metrics.json#${found.pointer}` };
}

function valueCell(value: unknown): Cell {
  if (typeof value === 'number') return plain(String(Number(value.toPrecision(4))));
  if (typeof value === 'boolean') return plain(value ? 'yes' : 'no');
  if (typeof value === 'string') return plain(clip(value, 60), value);
  if (typeof value === 'object' && value !== null) {
    if ('k' in value && 'n' in value && 'low' in value) return rateCell(value as Rate, true);
    if ('low' in value && 'high' in value && 'estimate' in value && 'method' in value)
      return intervalCell(value as Parameters<typeof intervalCell>[0], '');
  }
  return { ...absent(notMeasured), plain: notMeasured };
}

/** Lines by name, in the order in which the figures have them. */
function tableOf({ name, asks, figures }: ScoredCriterion): ReportTable {
  const lines = [...new Set(figures.flatMap(({ found }) => found.map(({ line }) => line)))];
  return {
    title: name,
    explains: asks,
    head: ['', ...figures.map(({ what }) => what)],
    lines: lines.map((line) => ({
      name: line,
      cells: figures.map(({ found }) => cellOf(found.find((each) => each.line === line))),
    })),
    // A table of strategies has a line for the one that no run on messages has.
    ...(lines.some((line) => ofStrategies.has(line)) ? { foot: { name: signalsName, text: `${scansNothing}.` } } : {}),
  };
}

/** Lines of strategies as metrics name them: 'S0 server-scan', or the name alone. */
const ofStrategies: ReadonlySet<string> = new Set(
  Object.values<Strategy>(strategies).flatMap(({ id, name }) => [`${id} ${name}`, name]),
);

const isMeasured = ({ figures }: ScoredCriterion): boolean => figures.some(({ found }) => found.length > 0);

/** What of a criterion the run does not say. */
function missing({ elsewhere, open }: ScoredCriterion): string[] {
  return [
    ...elsewhere.map(({ kind, what }) => `Measured by runs of the kind ${kind}: ${listed(what)}.`),
    ...open.map((each) => `Not measured: ${each}.`),
  ];
}

/** In one sentence: how many of the criteria have a figure of this run. */
export function summary({ criteria, kind }: Scorecard): string {
  const some = criteria.filter(isMeasured);
  const none = criteria.filter((each) => !isMeasured(each)).map(({ name }) => name);
  const rest = none.length === 0 ? '' : ` Not measured: ${listed(none)}.`;
  return `A run of the kind ${kind} has figures for ${some.length} of ${criteria.length} criteria.${rest} A figure is no mark: what is enough is not for a measurement to say.`;
}

export function scorecardTerminal(card: Scorecard, columns = 120): string {
  const parts = card.criteria.map((criterion) =>
    [
      isMeasured(criterion)
        ? tableTerminal(tableOf(criterion), columns)
        : wrap(`${printable(criterion.name)}: ${notMeasured} by this run. ${printable(criterion.asks)}`, columns),
      ...missing(criterion).map((each) => wrap(printable(each), columns)),
    ].join('\n\n'),
  );
  return `${[wrap(`${printable(card.title)}: ${printable(card.experiment)}`, columns), ...parts, wrap(summary(card), columns)].join('\n\n')}\n`;
}

/** Where each figure stands. */
const places = ({ figures }: ScoredCriterion): string[] =>
  figures.map(({ what, path }) => `${what}: ${path} of metrics.json`);

export function scorecardMarkdown(card: Scorecard): string {
  const parts = card.criteria.flatMap((criterion) => [
    ...(isMeasured(criterion)
      ? tableMarkdown(tableOf(criterion))
      : [`### ${text(criterion.name)}`, `**${notMeasured} by this run.** ${text(criterion.asks)}`]),
    [...places(criterion), ...missing(criterion), `Named: ${criterion.named}.`]
      .map((each) => `- ${text(each)}`)
      .join('\n'),
  ]);
  return `${[
    `# ${text(card.title)}: ${text(card.experiment)}`,
    text(summary(card)),
    text(card.note),
    ...parts,
    '## Sources',
    card.sources.map((each) => `- ${text(each)}`).join('\n'),
  ].join('\n\n')}\n`;
}

const list = (items: readonly string[]): Html =>
  html`<ul class="note">${items.map((each) => html`<li>${each}</li>`)}</ul>`;

export const scorecardPage = (card: Scorecard, runId: string): string =>
  pageText({
    experiment: card.experiment,
    runId,
    question: card.title,
    findings: [
      { label: 'Measured', text: summary(card) },
      { label: 'Note', text: card.note },
    ],
    sections: [
      ...card.criteria.map((criterion): [string, string, Html] => [
        criterion.id,
        criterion.name,
        html`${isMeasured(criterion) ? untitledHtml(tableOf(criterion)) : html`<p><b>${notMeasured} by this run.</b> ${criterion.asks}</p>`}${list(
          [...missing(criterion), `Named: ${criterion.named}.`],
        )}${criterion.figures.length > 0 && html`<p class="note">In <a href="metrics.json">metrics.json</a> of <a href="report.html">the run</a>; the tooltip of a figure has its place: ${criterion.figures.map(({ what, path }, i) => html`${i > 0 && ', '}${what} <code>${path}</code>`)}.</p>`}`,
      ]),
      ['sources', 'Sources', list(card.sources)],
    ],
    footer: 'Benign pictures only. A figure is no mark.',
  });
