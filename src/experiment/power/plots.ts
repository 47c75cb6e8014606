/** Plots of a power run. */
import * as Plot from '@observablehq/plot';
import { splitView } from '../../metric/split-view.ts';
import { csvOf, rateFields } from '../../report/csv.ts';
import { clip, integer, percent, rateHover } from '../../report/format.ts';
import { color, seriesColor, seriesDash, shareTick, svgOf } from '../../report/page/plot.ts';
import type { GossipPoint, PowerMetrics } from './metrics.ts';
import { differentSecrets } from './tables.ts';

/** Where bars of nothing end: the axis is logarithmic. */
const none = 0.5;

const rowHeight = 19;

/** Messages readable per stolen secret: a bar for each that opens something, a 0 for the rest. */
export function blastPlot(metrics: PowerMetrics): string {
  const idOf = (name: string): string => metrics.strategies.find((each) => each.name === name)?.id ?? name;
  const rows = differentSecrets(metrics).map(({ strategy, power, secret, readable }, y) => ({
    y,
    name: clip(power === 'device-key' ? 'encrypted: keys of one device' : `${idOf(strategy)}: ${secret}`, 34),
    value: Math.max(none, readable.k),
    text: integer(readable.k),
    title: `${strategy}, ${secret}: ${rateHover(readable)}`,
  }));
  const most = Math.max(10, ...metrics.blast.map(({ readable }) => readable.n));
  return svgOf(
    {
      width: 520,
      height: 70 + rowHeight * rows.length,
      marginLeft: 206,
      marginRight: 42,
      marginTop: 12,
      marginBottom: 40,
      x: {
        type: 'log',
        domain: [none, most],
        ticks: [1, 10, 100, 1000, 10_000].filter((tick) => tick <= most),
        tickFormat: (tick: number) => integer(tick),
        label: `messages readable, of ${integer(most)} (log scale) →`,
        labelArrow: 'none',
        grid: true,
      },
      y: {
        type: 'band',
        domain: rows.map(({ y }) => y),
        tickFormat: (y: number) => rows[y]!.name,
        tickSize: 0,
        label: null,
        padding: 0.25,
      },
      marks: [
        Plot.barX(
          rows.filter(({ value }) => value > none),
          { x1: none, x2: 'value', y: 'y', fill: color.accent, fillOpacity: 0.85, title: 'title' },
        ),
        Plot.text(rows, { x: 'value', y: 'y', text: 'text', dx: 6, textAnchor: 'start', title: 'title' }),
      ],
    },
    `Messages readable with each of ${rows.length} stolen secrets`,
    {
      name: 'stolen-secrets',
      data: () =>
        csvOf(differentSecrets(metrics), ['strategy', 'power', 'secret'], ({ readable }) => rateFields(readable)),
    },
  );
}

/** Probability that a split view is noticed, against the number of clients that compare. */
export function gossipPlot(points: readonly GossipPoint[], against: 'monitored' | 'among'): string {
  const settings = [...new Map(points.map((each) => [`${each.share} ${each.stale}`, each])).values()];
  const most = Math.max(10, ...points.map(({ clients }) => clients));
  const marks = settings.flatMap(({ share, stale }, i): Plot.Markish[] => {
    const line = points.filter((each) => each.share === share && each.stale === stale);
    const dots = line.map(({ clients, ...each }) => ({
      clients,
      y: each[against].simulated.estimate ?? 0,
      low: each[against].simulated.low,
      high: each[against].simulated.high,
      title: `${percent(share)} get another list, ${percent(stale)} of heads are older, ${integer(clients)} clients: exactly ${percent(each[against].exact)}, simulated ${rateHover(each[against].simulated)}`,
    }));
    return [
      Plot.line(curveOf(share, stale, most, against), {
        x: 'clients',
        y: 'exact',
        stroke: seriesColor(i),
        strokeWidth: 1.8,
        strokeDasharray: seriesDash(i),
      }),
      Plot.ruleX(dots, { x: 'clients', y1: 'low', y2: 'high', stroke: seriesColor(i), strokeOpacity: 0.7 }),
      Plot.dot(dots, { x: 'clients', y: 'y', r: 3, fill: seriesColor(i), stroke: color.surface, title: 'title' }),
    ];
  });
  return svgOf(
    {
      width: 440,
      height: 300,
      marginLeft: 52,
      marginRight: 16,
      marginTop: 24,
      marginBottom: 42,
      x: {
        type: 'log',
        domain: [1, most],
        ticks: [1, 10, 100, 1000, 10_000].filter((tick) => tick <= most),
        tickFormat: (tick: number) => integer(tick),
        label: 'clients that compare, g (log scale) →',
        labelArrow: 'none',
        grid: true,
      },
      y: {
        domain: [0, 1],
        tickFormat: shareTick,
        label: '↑ probability that it is noticed',
        labelArrow: 'none',
        grid: true,
      },
      marks,
    },
    against === 'monitored'
      ? 'Probability that a split view is noticed against a public head, by clients that compare'
      : 'Probability that a split view is noticed among clients that compare with each other',
    {
      name: against === 'monitored' ? 'noticed-by-public-head' : 'noticed-among-clients',
      legend: gossipLines(points),
      data: () =>
        csvOf(
          points.map(({ share, stale, clients, [against]: { exact, simulated } }) => ({
            share,
            stale,
            clients,
            exact,
            simulated,
          })),
          ['share', 'stale', 'clients', ['against', () => against], 'exact'],
          ({ simulated }) => rateFields(simulated),
        ),
    },
  );
}

/** The exact curve between the points. */
function curveOf(share: number, stale: number, most: number, against: 'monitored' | 'among') {
  const steps = 60;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const clients = most ** (i / steps);
    return { clients, exact: splitView(share, clients, stale)[against] };
  });
}

/** Legend lines of the gossip plots. */
export const gossipLines = (points: readonly GossipPoint[]) =>
  [...new Map(points.map((each) => [`${each.share} ${each.stale}`, each])).values()].map(({ share, stale }, i) => ({
    name: `${percent(share)} get another list${stale > 0 ? `, ${percent(stale)} of heads are older` : ''}`,
    color: seriesColor(i),
    dash: seriesDash(i),
  }));
