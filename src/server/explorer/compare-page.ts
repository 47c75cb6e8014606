/** The page that puts runs side by side. */
import * as Plot from '@observablehq/plot';
import { csvTable } from '../../report/csv.ts';
import { clip, counted, integer, percentDigits, si } from '../../report/format.ts';
import { inlineSvg, scroll } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { color, type DrawnPlot, keepingPlots, seriesColor, shareTick, svgOf } from '../../report/page/plot.ts';
import { canonicalJson } from '../../util/digest.ts';
import { type ComparedMetric, compared, type Measure, mostCompared } from './compared.ts';
import { framed } from './layout.ts';
import type { OpenRun } from './open-run.ts';
import { withDownloads } from './plots.ts';

/** What to show of the comparison. */
export interface CompareQuery {
  readonly search?: string | undefined;
  /** Only metrics whose difference from the first run has an interval that leaves 0 out. */
  readonly apart?: boolean | undefined;
}

/** Rows that one page shows; the CSV has them all. */
const mostRows = 300;
/** Rates that the plot shows. */
const mostDrawn = 24;

/** A comparison, before and after it is drawn. */
export interface Comparison {
  readonly runs: readonly OpenRun[];
  readonly metrics: readonly ComparedMetric[];
}

/** Compares finished runs. */
export const comparisonOf = (runs: readonly OpenRun[]): Comparison => ({
  runs,
  metrics: compared(runs.map(({ metrics }) => metrics)),
});

const isApart = ({ differences }: ComparedMetric): boolean =>
  differences.some((each) => each !== null && (each.low > 0 || each.high < 0));

/** The metrics that a query asks for. */
export function chosen({ metrics }: Comparison, { search = '', apart = false }: CompareQuery): ComparedMetric[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return metrics.filter((each) => {
    const text = each.path.join(' ').toLowerCase();
    return words.every((word) => text.includes(word)) && (!apart || isApart(each));
  });
}

/** The plot of the rates that differ most, the most certain differences first; undefined without any. */
export function comparePlots(comparison: Comparison, query: CompareQuery): { html: Html; plots: readonly DrawnPlot[] } {
  const { result, plots } = keepingPlots(() => ratesPlot(comparison, chosen(comparison, query)));
  return { html: result, plots };
}

/** All metrics chosen as CSV, in long form: one row a metric and run. */
export const compareCsv = ({ runs }: Comparison, metrics: readonly ComparedMetric[]): string =>
  csvTable(
    ['metric', 'run', 'k', 'n', 'estimate', 'low', 'high', 'difference', 'difference_low', 'difference_high', 'method'],
    metrics.flatMap(({ path, values, differences }) =>
      values.flatMap((value, i) => {
        if (!value) return [];
        const d = differences[i];
        const { k, n, estimate, low, high } = value;
        return [[path.join(' / '), runs[i]!.name, k, n, estimate, low, high, d?.estimate, d?.low, d?.high, d?.method]];
      }),
    ),
  );

/** The page as text. */
export function comparePage(comparison: Comparison, query: CompareQuery): string {
  const { runs } = comparison;
  const metrics = chosen(comparison, query);
  const shown = metrics.slice(0, mostRows);
  const address = (path: string): string => `${path}?${addressOf(runs, query)}`;
  const content = html`<main id="main"><h1>${counted(runs.length, 'run')} side by side</h1>
${runsTable(runs)}
<form class="fields" method="get" action="/compare">${runs.map(({ name }) => html`<input type="hidden" name="run" value="${name}">`)}
<label class="grow">metric<input type="search" name="search" value="${query.search ?? ''}" maxlength="200" placeholder="e.g. client-list detection, or pdq recall"></label>
<label>show<select name="apart"><option value="">all</option><option value="yes"${query.apart && html` selected`}>only what differs</option></select></label>
<button type="submit">Filter</button></form>
${withDownloads(comparePlots(comparison, query).html, (plot) => address(`/compare/plots/${plot}`))}
<p>${counted(metrics.length, 'metric')} in common${metrics.length > shown.length && `, the first ${integer(shown.length)} shown`}. <a href="${address('/compare.csv')}" download>All as CSV</a></p>
${shown.length > 0 && metricsTable(runs, shown)}
<p class="note">Differences are of each run less the first, with 95 % intervals that take the runs as independent (the wider of Newcombe's, from counts, and MOVER, from the intervals shown). Runs on the same
pictures are not independent: there the intervals are wider than they need to be. Bold: 0 is outside. With this many rows one in twenty is outside by chance alone.</p></main>`;
  return framed({ title: 'Runs compared: presend', content });
}

const addressOf = (runs: readonly OpenRun[], { search, apart }: CompareQuery): string =>
  new URLSearchParams([
    ...runs.map(({ name }) => ['run', name]),
    ...(search ? [['search', search]] : []),
    ...(apart ? [['apart', 'yes']] : []),
  ]).toString();

/** What the runs are, and by which settings they differ. */
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

/** Settings that are shown at once; more are behind a summary. */
const fewSettings = 6;

type Row = readonly [string, ...(string | Html)[]];

const rowsTable = (label: string, rows: readonly Row[]): Html =>
  scroll(
    label,
    html`<table class="plain"><tbody>${rows.map(([what, ...cells]) => html`<tr><th scope="row">${what}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`,
  );

/** The settings of an experiment as lines; a list is one line. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, canonicalJson(value)]];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, path ? `${path}.${key}` : key));
}

const isShare = ({ k, n }: Measure): boolean => k !== null && n !== null;

function valueCell(value: Measure | null): Html {
  if (!value) return html`<td>–</td>`;
  const { estimate, low, high, k, n } = value;
  const write = (each: number): string => (isShare(value) ? percentDigits(each, true) : si(each));
  const range = low === null || high === null ? '' : html`<small>[${write(low)}, ${write(high)}]</small>`;
  return html`<td><b>${write(estimate)}${isShare(value) && ' %'}</b>${k !== null && html`<small>${integer(k)}/${integer(n!)}</small>`}${range}</td>`;
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
      ({ name }, i) => html`<th scope="col">${name}</th>${i > 0 && html`<th scope="col">less ${runs[0]!.name}</th>`}`,
    )}</tr></thead>
<tbody>${metrics.map(
      (metric) => html`<tr><th scope="row">${metric.path.join(' / ')}</th>${metric.values.map(
        (value, i) => html`${valueCell(value)}${i > 0 && differenceCell(metric, i)}`,
      )}</tr>
`,
    )}</tbody></table>`,
  );

/** How certain a difference is: its size in half-widths of its interval. */
function certainty({ differences }: ComparedMetric): number {
  return Math.max(
    0,
    ...differences.map((each) =>
      each && each.high > each.low ? Math.abs(each.estimate) / ((each.high - each.low) / 2) : 0,
    ),
  );
}

function ratesPlot({ runs }: Comparison, metrics: readonly ComparedMetric[]): Html {
  const rates = metrics
    .filter(({ values }) => values.every((value) => value === null || isShare(value)))
    .sort((a, b) => certainty(b) - certainty(a))
    .slice(0, mostDrawn);
  if (rates.length === 0) return html`<p class="note">No rates to draw among these.</p>`;
  const rows = rates.flatMap(({ path, values }) =>
    values.flatMap((value, i) =>
      value ? [{ metric: path.slice(1).join(' / '), run: runs[i]!.name, place: i, ...value }] : [],
    ),
  );
  const paint = ({ place }: { place: number }): string => seriesColor(place);
  const dodge = ({ place }: { place: number }): number => (place - (runs.length - 1) / 2) * 5;
  // Plot moves whole marks only: one mark a run.
  const marks = runs.flatMap((run, i) => {
    const own = rows.filter(({ place }) => place === i);
    const by = dodge({ place: i });
    return [
      Plot.ruleY(own, {
        y: 'metric',
        x1: 'low',
        x2: 'high',
        stroke: paint({ place: i }),
        strokeWidth: 2.5,
        strokeOpacity: 0.5,
        dy: by,
      }),
      Plot.dot(own, { y: 'metric', x: 'estimate', r: 3.6, fill: paint({ place: i }), dy: by, title: () => run.name }),
    ];
  });
  const svg = svgOf(
    {
      width: 1100,
      height: rates.length * (14 + 5 * runs.length) + 56,
      marginLeft: 430,
      marginRight: 20,
      marginTop: 36,
      x: {
        domain: [0, 1],
        axis: 'top',
        tickFormat: shareTick,
        label: 'rate, with its 95 % interval',
        labelArrow: 'none',
        grid: true,
      },
      y: {
        type: 'band',
        domain: [...new Set(rows.map(({ metric }) => metric))],
        label: null,
        tickSize: 0,
        tickFormat: (name: string) => clip(name, 64),
      },
      marks: [Plot.ruleX([0], { stroke: color.line }), ...marks],
    },
    `Rates of ${runs.map(({ name }) => name).join(', ')}, those that differ most`,
  );
  const keys = runs.map(({ name }, i) => html`<span><span class="swatch series-${i}"></span>${name}</span>`);
  return html`<figure><div class="keys">${keys}</div>${scroll('Rates that differ most', inlineSvg(svg))}<figcaption>The ${rates.length} rates whose difference from the first run is largest for its uncertainty.</figcaption></figure>`;
}

/** Why a selection cannot be compared; undefined where it can. */
export function refusal(names: readonly string[]): string | undefined {
  if (names.length < 2 || names.length > mostCompared)
    return `Choose two to ${mostCompared} runs to compare; ${names.length === 0 ? 'none is' : names.length === 1 ? '1 run is' : `${names.length} runs are`} chosen`;
  return new Set(names).size < names.length ? 'Choose different runs to compare' : undefined;
}
