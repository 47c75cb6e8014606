/** Plots of the answer, as options: the server draws them into the page, the page draws them anew when a slider moves. */

import * as Plot from '@observablehq/plot';
import { inputFacts } from '../../metric/tradeoff/inputs.ts';
import { type Bounds, notMeasured, si } from '../../report/format.ts';
import { figure, type Panel } from '../../report/page/blocks.ts';
import { color } from '../../report/page/colors.ts';
import { type Html, html } from '../../report/page/html.ts';
import { svgOf } from '../../report/page/plot.ts';
import type { StrategyAnswer, TradeoffAnswer } from './report-model-answer.ts';
import { amount, type Drawn, distinctDrivers } from './tables-model.ts';

/** Height of a row, in pixels. */
const row = 22;

/** Intervals in rows, one a strategy, in the order given, and words where one was not measured; bounds have no dot. `width` in pixels. */
function rows(
  names: readonly string[],
  all: readonly { readonly name: string; readonly interval: Bounds | null }[],
  { width, x, marks = [], note }: { width: number; x: Plot.ScaleOptions; marks?: Plot.Markish[]; note?: string },
): Plot.PlotOptions {
  const narrow = width < 480;
  const points = all.flatMap(({ name, interval }) => {
    if (!interval) return [];
    const { estimate, low, high } = interval;
    return [{ name, estimate, low, high }];
  });
  const missing = all.flatMap(({ name, interval }) => (interval ? [] : [{ name }]));
  return {
    width,
    height: names.length * row + 58,
    marginLeft: narrow ? 138 : 172,
    marginRight: narrow ? 44 : 64,
    marginTop: 34,
    marginBottom: 12,
    style: { fontSize: narrow ? '11px' : '12px' },
    x: { ...x, grid: true, axis: 'top', labelArrow: 'none' },
    y: { type: 'band', domain: names as string[], label: null, tickSize: 0, padding: 0.25 },
    marks: [
      ...marks,
      Plot.ruleY(points, {
        y: 'name',
        x1: 'low',
        x2: 'high',
        stroke: color.accent,
        strokeWidth: 3,
        strokeOpacity: 0.45,
      }),
      Plot.dot(
        points.filter(({ estimate }) => estimate !== null),
        { x: 'estimate', y: 'name', r: 4, fill: color.accent },
      ),
      Plot.text(points, {
        x: 'high',
        y: 'name',
        text: ({ estimate, high }: { estimate: number | null; high: number }) =>
          estimate === null ? `≤ ${si(high)}` : si(estimate),
        textAnchor: 'start',
        dx: 7,
        fill: 'currentColor',
        // Over the dashed line of all reports.
        stroke: color.surface,
        strokeWidth: 4,
      }),
      ...(missing.length > 0
        ? [
            Plot.text(missing, {
              y: 'name',
              text: () => notMeasured,
              frameAnchor: 'left',
              textAnchor: 'start',
              dx: 7,
              fill: color.muted,
            }),
          ]
        : []),
      ...(note ? [Plot.text([note], { frameAnchor: 'bottom-right', dy: 10, fill: color.muted })] : []),
    ],
  };
}

/** Reports recovered, of the total that would be lost. */
export function recoveredPlot(drawn: readonly Drawn[], total: number, width: number): Plot.PlotOptions {
  return rows(
    drawn.map(({ name }) => name),
    drawn.map(({ name, recovered }) => ({ name, interval: recovered })),
    {
      width,
      x: {
        // Room for the numbers of bars that end at the total.
        domain: [0, total * 1.12],
        ticks: width < 480 ? 3 : 6,
        tickFormat: (value: number) => si(value),
        label: `reports recovered, of ${si(total)} lost; dot: median, bar: 95 %`,
      },
      marks: [Plot.ruleX([total], { stroke: color.warn, strokeDasharray: '4 3' })],
    },
  );
}

/** Lowest value that a logarithmic axis shows: one account, or a hundredth of a person. */
const least = { innocentAccounts: 1, reviewers: 0.01 } as const;

/** A price on a logarithmic axis, in the same order of strategies; nothing is drawn where it is 0, and words where it was not measured. */
export function pricePlot(
  drawn: readonly Drawn[],
  of: keyof typeof least,
  most: number,
  width: number,
): Plot.PlotOptions {
  const low = least[of];
  const shown = drawn.flatMap(({ name, [of]: interval }): { name: string; interval: Bounds | null }[] => {
    if (!interval) return [{ name, interval }];
    if (interval.high <= low) return [];
    const { estimate, low: least } = interval;
    return [
      {
        name,
        interval: {
          ...interval,
          estimate: estimate === null ? null : Math.max(low, estimate),
          low: Math.max(low, least),
        },
      },
    ];
  });
  const what = {
    innocentAccounts: 'innocent accounts flagged in a year (log)',
    reviewers: 'people who review, full time (log)',
  }[of];
  return rows(
    drawn.map(({ name }) => name),
    shown,
    {
      width,
      x: {
        type: 'log',
        domain: [low, most],
        ticks: width < 480 ? 3 : 6,
        tickFormat: (value: number) => si(value),
        label: what,
      },
    },
  );
}

// Tornado plots: what each quantity does to the answer when it moves across its range.

/** Strategies that are drawn. */
const most = 6;

/** What the quantities are called. */
const names: Readonly<Record<string, string>> = {
  asSent: 'found as sent',
  edited: 'found after edits',
  newContent: 'new content found',
  videoAsSent: 'clips found as sent',
  videoEdited: 'clips found after edits',
  videoNewContent: 'new clips found',
  repeats: 'pictures that repeat',
  byteIdentical: 'same picture file',
  videoShare: 'share of video',
  videoRepeats: 'videos that repeat',
  videoByteIdentical: 'same video file',
  evasion: 'evasion',
  missCorrelation: 'correlation of misses',
  filesPerReport: 'files in a report',
  userReports: 'reported by users',
  accountsShown: 'accounts that show it',
  reportsPerAccount: 'reports of an account',
};

/** A plot for each way of being driven. */
export const tornadoFigure = (answer: TradeoffAnswer): Html =>
  figure(
    distinctDrivers(answer)
      .slice(0, most)
      .map((strategy): Panel => [strategy.name, plotOf(strategy)]),
    html`Reports recovered of ${si(answer.totals.lost)} when one quantity moves across its 95 % range and all others stay at their medians; the numbers at the ends are the quantity’s own. Filled: measured by the run; outline: an input, sourced or assumed. Strategies with the same four widest bars are drawn once. ${Object.entries(
      inputFacts,
    )
      .filter(([name]) => name in names)
      .map(([name, { what }]) => html`<br><b>${names[name]!}</b>: ${what}`)}`,
  );

function plotOf({ name, drivers }: StrategyAnswer): string {
  const bars = drivers.map(({ name: quantity, from, low, high }) => {
    const turned = low.outcome > high.outcome;
    const [left, right] = turned ? [high, low] : [low, high];
    return {
      quantity: names[quantity] ?? quantity,
      from,
      x1: left.outcome,
      x2: right.outcome,
      at1: left.at,
      at2: right.at,
    };
  });
  return svgOf(
    {
      width: 460,
      height: bars.length * 26 + 50,
      marginLeft: 168,
      marginRight: 52,
      marginTop: 30,
      marginBottom: 10,
      x: {
        axis: 'top',
        grid: true,
        nice: true,
        ticks: 3,
        tickFormat: (value: number) => si(value),
        label: null,
        inset: 46,
      },
      y: { type: 'band', domain: bars.map(({ quantity }) => quantity), label: null, tickSize: 0, padding: 0.3 },
      marks: [
        Plot.barX(bars, {
          y: 'quantity',
          x1: 'x1',
          x2: 'x2',
          fill: ({ from }) => (from === 'measured' ? color.accent : 'none'),
          stroke: color.accent,
          strokeDasharray: '3 2',
        }),
        Plot.text(bars, {
          x: 'x1',
          y: 'quantity',
          text: ({ at1 }) => amount(at1),
          textAnchor: 'end',
          dx: -5,
          fontSize: 10.5,
          fill: color.muted,
        }),
        Plot.text(bars, {
          x: 'x2',
          y: 'quantity',
          text: ({ at2 }) => amount(at2),
          textAnchor: 'start',
          dx: 5,
          fontSize: 10.5,
          fill: color.muted,
        }),
      ],
    },
    `What drives ${name}`,
    'page only',
  );
}
