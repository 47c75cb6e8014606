/** The record so far: what was predicted, what was counted since, and why the one does not test the other. */
import * as Plot from '@observablehq/plot';
import { proportion } from '../../metric/proportion.ts';
import type { PublicRecord } from '../../schema/public-record.ts';
import { percent, rateProse } from '../format.ts';
import { figure, plainTable } from '../page/blocks.ts';
import { type Html, html } from '../page/html.ts';
import { color, seriesColor, seriesDash, svgOf } from '../page/plot.ts';
import type { Section } from '../page/shell.ts';

/** The section of the page. */
export function recordSection(record: PublicRecord): Section {
  const { reports, losses, confounders, downstream } = record;
  const cite = (key: string): Html => citation(record, key);
  return [
    'record',
    'The record so far',
    html`${figure([[reports.what, seriesPlot(record)]], html`${reports.note} Hollow: bundled reports, another unit.`)}
<h3>Predicted loss, and what was counted</h3>
<p class="note">The observed changes are confounded and test no prediction: ${confounders.join(' ')}</p>
${plainTable(
  'Predicted and observed losses',
  ['what', 'kind', 'loss', 'of', 'source'],
  losses.map(({ name, kind, share, of, source }) => [name, kind, percent(share), of, cite(source)]),
)}
<h3>${downstream.what}</h3><p class="note">${downstream.note} ${cite(downstream.source)}</p>
${plainTable(
  downstream.what,
  ['year', 'share'],
  downstream.series.map(({ year, k, n }) => [String(year), rateProse(proportion(k, n))]),
)}
<h3>Where the series comes from</h3>
${plainTable(
  'Sources of the series',
  ['who', 'year', 'millions', 'unit', 'source'],
  reports.series.map(({ name, year, millions, unit, source }) => [
    name,
    String(year),
    String(millions),
    unit,
    cite(source),
  ]),
)}`,
  ];
}

function citation({ sources }: PublicRecord, key: string): Html {
  const { text, url } = sources[key]!;
  return url ? html`<a href="${url}">${text}</a>` : html`${text}`;
}

/** Lines of reports; from 2024 on only incidents go on, and bundled reports stand apart. */
function seriesPlot({ reports: { series } }: PublicRecord): string {
  const names = [...new Set(series.map(({ name }) => name))];
  const place = ({ name }: { readonly name: string }): number => names.indexOf(name);
  const continued = series.filter(({ unit }) => unit !== 'bundled reports');
  // The longest line is named where it has room above it, the others below their last point.
  const named = names.map((name, i) => ({
    ...continued.filter((each) => each.name === name).at(i === 0 ? -3 : -1)!,
    dy: i === 0 ? -12 : 16,
  }));
  return svgOf(
    {
      width: 640,
      height: 340,
      marginLeft: 40,
      marginRight: 24,
      marginTop: 24,
      x: { domain: [2017.6, 2024.4], ticks: 7, tickFormat: (year: number) => String(year), label: null },
      y: { domain: [0, 40], grid: true, label: 'millions', labelArrow: 'none' },
      marks: [
        Plot.ruleX([2023.5], { stroke: color.warn, strokeDasharray: '3 4' }),
        Plot.text([{ year: 2023.5 }], {
          x: 'year',
          y: 40,
          text: () => 'units change',
          textAnchor: 'end',
          dx: -6,
          dy: 8,
          fill: color.warn,
        }),
        ...names.map((name, i) =>
          Plot.line(
            continued.filter((each) => each.name === name),
            { x: 'year', y: 'millions', stroke: seriesColor(i), strokeDasharray: seriesDash(i), strokeWidth: 1.8 },
          ),
        ),
        Plot.dot(series, {
          x: 'year',
          y: 'millions',
          r: 4,
          fill: (each) => (each.unit === 'bundled reports' ? color.surface : seriesColor(place(each))),
          stroke: (each) => seriesColor(place(each)),
          title: ({ name, year, millions, unit }) => `${name} ${year}: ${millions} M ${unit}`,
        }),
        ...named.map((each) =>
          Plot.text([each], {
            x: 'year',
            y: 'millions',
            text: 'name',
            dy: each.dy,
            textAnchor: each.year === 2018 ? 'start' : 'middle',
            fill: 'currentColor',
          }),
        ),
      ],
    },
    'Reports to NCMEC in a year',
  );
}
