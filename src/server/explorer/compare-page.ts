/** The page that compares runs. */

import { type Comparison, comparisonTables } from '../../compare/compare.ts';
import { type ComparedMetric, isShare, type Measure } from '../../compare/compared.ts';
import type { OpenRun } from '../../compare/open-run.ts';
import { type CompareQuery, chosen } from '../../compare/selection.ts';
import { runsTitle } from '../../compare/tables.ts';
import { clip, counted, integer, notMeasured, percent, si } from '../../report/format.ts';
import { scroll } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { sortScript } from '../../report/page/sort-script.ts';
import { type ReportTable, tableHtml, untitledHtml } from '../../report/table.ts';
import { canonicalJson } from '../../util/digest.ts';
import { comparePlots } from './compare-plot.ts';
import { framed } from './layout.ts';
import { withDownloads } from './plots.ts';

/** Maximum number of rows on a page; the CSV has all. */
const mostRows = 300;
/** The page as text. */
export function comparePage(comparison: Comparison, query: CompareQuery): string {
  const { runs } = comparison;
  const metrics = chosen(comparison, query);
  const shown = metrics.slice(0, mostRows);
  const address = (path: string): string => `${path}?${addressOf(runs, query)}`;
  const [first, ...rest] = comparisonTables(comparison).filter(({ title }) => title !== runsTitle);
  const content = html`<main id="main"><h1>${counted(runs.length, 'run')} side by side</h1>
${first && tableHtml(first)}
${runsTable(runs)}
${comparison.notes.map((each) => html`<p class="note">${each}</p>`)}
${sideBySide(rest)}
<h2>Metrics in common</h2>
<form class="fields" method="get" action="/compare">${runs.map(({ name }) => html`<input type="hidden" name="run" value="${name}">`)}
<label class="grow">metric<input type="search" name="search" value="${query.search ?? ''}" maxlength="200" placeholder="e.g. client-list detection, or pdq recall"></label>
<label>show<select name="apart"><option value="">all</option><option value="yes"${query.apart && html` selected`}>only differences</option></select></label>
<button type="submit">Filter</button></form>
${withDownloads(comparePlots(comparison, query).html, (plot) => address(`/compare/plots/${plot}`))}
<p>${counted(metrics.length, 'metric')} in common${metrics.length > shown.length && `, the first ${integer(shown.length)} in the table`}. <a href="${address('/compare.csv')}" download>All as CSV</a></p>
${shown.length > 0 && html`<details${(query.search || query.apart) && html` open`}><summary>The ${counted(shown.length, 'metric')} as a table</summary>${metricsTable(runs, shown)}</details>`}
<p class="note">Differences are each run minus the first, with 95 % intervals that assume independent runs (the wider of Newcombe's, from counts, and MOVER, from the intervals shown). Runs on the same
pictures are not independent: there the intervals are wider than they need to be. Bold: 0 is outside. With this many rows one in twenty is outside by chance alone.</p></main>`;
  return framed({ title: 'Runs compared: presend', content, inline: sortScript });
}

/** The tables after the first that the command line shows, too, closed until they are asked for; the page lists the runs itself. */
const sideBySide = (tables: readonly ReportTable[]): Html[] =>
  tables.map((table) => html`<details><summary>${table.title}</summary>${untitledHtml(table)}</details>`);

const addressOf = (runs: readonly OpenRun[], { search, apart }: CompareQuery): string =>
  new URLSearchParams([
    ...runs.map(({ name }) => ['run', name]),
    ...(search ? [['search', search]] : []),
    ...(apart ? [['apart', 'yes']] : []),
  ]).toString();

/** Lists the runs and the settings in which they differ. */
function runsTable(runs: readonly OpenRun[]): Html {
  const facts: Row[] = [
    ['run', ...runs.map(({ name }) => html`<a href="/runs/${encodeURIComponent(name)}">${name}</a>`)],
    ['experiment', ...runs.map(({ metrics, kind }) => `${metrics!.experiment} (${kind})`)],
    [
      'dataset',
      ...runs.map(({ record: { dataset } }) => html`${dataset.name} <code>${dataset.sha256.slice(0, 8)}</code>`),
    ],
    ['commit', ...runs.map(({ record }) => record.commit?.slice(0, 10) ?? '–')],
  ];
  const settings = runs.map(({ record }) => new Map(leaves(record.experimentResolved)));
  const other: Row[] = [];
  for (const key of new Set(settings.flatMap((each) => [...each.keys()]))) {
    const values = settings.map((each) => each.get(key) ?? '–');
    if (new Set(values).size > 1) other.push([key, ...values.map((value) => clip(value, 120))]);
  }
  if (other.length <= fewSettings) return rowsTable('Runs', [...facts, ...other]);
  return html`${rowsTable('Runs', facts)}<details><summary>${other.length} settings that differ</summary>${rowsTable('Settings', other)}</details>`;
}

/** Number of settings displayed directly; more are behind a summary. */
const fewSettings = 6;

type Row = readonly [string, ...(string | Html)[]];

const rowsTable = (label: string, rows: readonly Row[]): Html =>
  scroll(
    label,
    html`<table class="plain"><tbody>${rows.map(([what, ...cells]) => html`<tr><th scope="row">${what}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`,
  );

/** The settings of an experiment as lines; each list is one line. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, canonicalJson(value)]];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, path ? `${path}.${key}` : key));
}

function valueCell(value: Measure | null, unmeasured: boolean): Html {
  if (!value) return html`<td>${unmeasured ? notMeasured : '–'}</td>`;
  const { estimate, low, high, k, n } = value;
  const write = (each: number): string => (isShare(value) ? percent(each, true) : si(each));
  const range = low === null || high === null ? '' : html`<small>[${write(low)}, ${write(high)}]</small>`;
  return html`<td><b>${write(estimate)}</b>${k !== null && html`<small>${integer(k)}/${integer(n!)}</small>`}${range}</td>`;
}

function differenceCell(metric: ComparedMetric, i: number): Html {
  const difference = metric.differences[i];
  if (!difference) return html`<td>–</td>`;
  const { estimate, low, high } = difference;
  const points = isShare(metric.values[i]!);
  const write = (each: number): string =>
    `${each < 0 ? '−' : ''}${points ? (100 * Math.abs(each)).toFixed(1) : si(Math.abs(each))}`;
  const text = html`${write(estimate)}${points && ' points'}`;
  const apart = low > 0 || high < 0;
  return html`<td>${apart ? html`<b>${text}</b>` : text}<small>[${write(low)}, ${write(high)}]</small></td>`;
}

const metricsTable = (runs: readonly OpenRun[], metrics: readonly ComparedMetric[]): Html =>
  scroll(
    'Metrics side by side',
    html`<table class="compared"><thead><tr><th scope="col">metric</th>${runs.map(
      ({ name }, i) => html`<th scope="col">${name}</th>${i > 0 && html`<th scope="col">minus ${runs[0]!.name}</th>`}`,
    )}</tr></thead>
<tbody>${metrics.map(
      (metric) => html`<tr><th scope="row">${metric.path.join(' / ')}</th>${metric.values.map(
        (value, i) => html`${valueCell(value, metric.unmeasured[i]!)}${i > 0 && differenceCell(metric, i)}`,
      )}</tr>
`,
    )}</tbody></table>`,
  );
