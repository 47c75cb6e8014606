/** Tornado plots: what each quantity does to the answer when it moves across its range. */
import * as Plot from '@observablehq/plot';
import { inputFacts } from '../../metric/tradeoff/inputs.ts';
import { si } from '../format.ts';
import { figure, type Panel } from '../page/blocks.ts';
import { type Html, html } from '../page/html.ts';
import { color } from '../page/colors.ts';
import { svgOf } from '../page/plot.ts';
import type { StrategyAnswer, TradeoffAnswer } from './answer.ts';
import { amount, distinctDrivers } from './tables.ts';

/** Strategies that are drawn. */
const most = 6;

/** What the quantities are called. */
const names: Readonly<Record<string, string>> = {
  listedAsSent: 'detection as sent',
  listedEdited: 'detection after edits',
  newContent: 'detection of new content',
  onList: 'share on the list',
  evasion: 'evasion',
  unedited: 'share sent unedited',
  missCorrelation: 'correlation of misses',
  userReports: 'user reports',
};

/** A plot for each way of being driven. */
export const tornadoFigure = ({ strategies, totals }: TradeoffAnswer): Html =>
  figure(
    distinctDrivers(strategies)
      .slice(0, most)
      .map((strategy): Panel => [strategy.name, plotOf(strategy)]),
    html`Reports recovered of ${si(totals.lost)} when one quantity moves across its 95 % range and all others stay at their medians; the numbers at the ends are the quantity’s own. Filled: measured by the run; dashed outline: assumed. Strategies with the same four widest bars are drawn once. ${Object.entries(
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
  );
}
