/** One plot of several runs' rates. */
import * as Plot from '@observablehq/plot';
import type { Comparison } from '../../compare/compare.ts';
import { type ComparedMetric, isShare } from '../../compare/compared.ts';
import { type CompareQuery, chosen } from '../../compare/selection.ts';
import { clip } from '../../report/format.ts';
import { inlineSvg, scroll } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { color, type DrawnPlot, keepingPlots, seriesColor, shareTick, svgOf } from '../../report/page/plot.ts';

/** Maximum number of rates in the plot. */
const mostDrawn = 24;

/** Plots the rates that differ most; the most certain differences come first. Undefined if none differ. */
export function comparePlots(comparison: Comparison, query: CompareQuery): { html: Html; plots: readonly DrawnPlot[] } {
  const { result, plots } = keepingPlots(() => ratesPlot(comparison, chosen(comparison, query)));
  return { html: result, plots };
}

/** Certainty of a difference: its size in half-widths of its interval. */
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
  if (rates.length === 0) return html`<p class="note">There are no rates to draw.</p>`;
  const rows = rates.flatMap(({ path, values }) =>
    values.flatMap((value, i) =>
      value ? [{ metric: path.slice(1).join(' / '), run: runs[i]!.name, place: i, ...value }] : [],
    ),
  );
  const paint = ({ place }: { place: number }): string => seriesColor(place);
  const dodge = ({ place }: { place: number }): number => (place - (runs.length - 1) / 2) * 5;
  // Plot can only shift whole marks, so each run is a mark.
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
    'page only',
  );
  const keys = runs.map(({ name }, i) => html`<span><span class="swatch series-${i}"></span>${name}</span>`);
  return html`<figure><div class="keys">${keys}</div>${scroll('Rates that differ most', inlineSvg(svg))}<figcaption>The ${rates.length} rates whose difference from the first run is largest relative to its uncertainty.</figcaption></figure>`;
}
