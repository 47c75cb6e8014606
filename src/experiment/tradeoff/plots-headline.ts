/** The bars of the first screen as a figure: reports that come back, strategy by strategy in four families. */
import * as Plot from '@observablehq/plot';
import { csvOf, intervalFields } from '../../report/csv.ts';
import { clip, intervalCell, notMeasured, si } from '../../report/format.ts';
import { color, labelRoom, svgOf } from '../../report/page/plot.ts';
import type { Metrics } from './metrics.ts';
import { broughtBack, familiesOf, lostReports } from './report-headline.ts';

/** Height of a row, in pixels. */
const row = 20;
const numberRoom = 170;

/** The SVG; '' where the run models no reports. */
export function headlinePlot(metrics: Metrics): string {
  const lost = lostReports(metrics);
  if (lost === undefined) return '';
  const rows = familiesOf(metrics).flatMap(({ title, strategies }) => [
    { key: `family ${title}`, label: title, family: true, of: null },
    ...strategies.map((each) => ({ key: each.name, label: clip(each.name, 32), family: false, of: broughtBack(each) })),
  ]);
  const of = (key: string): string => rows.find((each) => each.key === key)!.label;
  const bars = rows.flatMap(({ key, of: interval }) => (interval ? [{ strategy: key, ...interval }] : []));
  const missing = rows.filter(({ family, of: interval }) => !family && !interval);
  const left = labelRoom(rows.map(({ label }) => label));
  return svgOf(
    {
      width: left + 420 + numberRoom,
      height: rows.length * row + 60,
      marginLeft: left,
      marginRight: numberRoom,
      marginTop: 34,
      marginBottom: 8,
      x: {
        domain: [0, lost],
        axis: 'top',
        grid: true,
        ticks: 6,
        tickFormat: (value: number) => si(value),
        label: `reports that come back in a year, of ${si(lost)} that would be lost`,
        labelArrow: 'none',
      },
      y: {
        type: 'band',
        domain: rows.map(({ key }) => key),
        label: null,
        tickSize: 0,
        padding: 0.2,
        tickFormat: (key: string) => of(key),
      },
      marks: [
        Plot.barX(bars, { y: 'strategy', x: 'estimate', fill: color.accent, fillOpacity: 0.75 }),
        Plot.ruleY(bars, { y: 'strategy', x1: 'low', x2: 'high', stroke: 'currentColor', strokeWidth: 1.6 }),
        Plot.text(bars, {
          y: 'strategy',
          x: () => lost,
          text: (each) => intervalCell(each, '').plain,
          textAnchor: 'start',
          dx: 8,
        }),
        ...(missing.length > 0
          ? [Plot.text(missing, { y: 'key', x: () => lost, text: () => notMeasured, textAnchor: 'start', dx: 8 })]
          : []),
      ],
    },
    `Reports that come back of ${si(lost)}, by strategy; bar: median, line: 95 % of the draws`,
    {
      name: 'reports-by-strategy',
      data: () =>
        csvOf(metrics.strategies, ['id', ['strategy', ({ name }) => name]], (each) =>
          intervalFields(broughtBack(each)),
        ),
    },
  );
}
