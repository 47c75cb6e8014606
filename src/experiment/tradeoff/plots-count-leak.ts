/** What synthetic vouchers hide below a threshold, and what they cost: exact, from the settings of the run. */

import * as Plot from '@observablehq/plot';
import { countAdvantage, overBudget, picturesWithin } from '../../metric/count-leak.ts';
import { csvOf } from '../../report/csv.ts';
import { integer, listed, percent } from '../../report/format.ts';
import { figure, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { color, seriesColor, svgOf } from '../../report/page/plot.ts';
import type { Metrics, Threshold } from './metrics.ts';

/** Numbers of matches that curves are drawn for; the last is one below Apple's threshold of 30. */
const matches = [1, 2, 5, 10, 29] as const;
/** Shares of synthetic vouchers that curves are drawn for, beside the run's own. */
const shares = [0.001, 0.01, 0.1] as const;
/** Probability with which an account may exceed the budget in the second plot. */
const risk = 0.01;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly series: number;
  readonly title: string;
  /** What the point is of: matches and pictures of an account, the share of synthetic vouchers, and the budget for them where one is set. */
  readonly of: {
    readonly matches: number;
    readonly pictures: number;
    readonly syntheticShare: number;
    readonly syntheticBudget?: number;
  };
}

/** How lines of the shares are dashed. */
const dashes = ['2 2', 'none', '7 3'] as const;

/** What points are drawn from. */
const advantageCsv = (points: readonly Point[]): string =>
  csvOf(
    points.map(({ of, y }) => ({ ...of, exact: y })),
    ['matches', 'pictures', 'syntheticShare', ['syntheticBudget', (of) => of.syntheticBudget], 'exact'],
  );

const size = { width: 500, height: 360, marginLeft: 50, marginRight: 82, marginTop: 26, marginBottom: 44 } as const;
const advantageAxis = { domain: [0, 1], label: '↑ advantage', labelArrow: 'none', ticks: 5, grid: true } as const;

/** Evenly spaced on a logarithmic axis. */
const steps = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));

/** What a label needs in height, on the axis from 0 to 1. */
const labelShare = 0.05;

/** The name of each curve at its right end, one above the other where curves end close together. */
function endLabels(points: readonly Point[]): Plot.Markish {
  const ends = matches.flatMap((_, series) => points.filter((point) => point.series === series).slice(-1));
  let free = 0;
  const labels = ends
    .sort((a, b) => a.y - b.y)
    .map(({ x, y, series }) => {
      const at = Math.max(y, free);
      free = at + labelShare;
      return { x, y: at, text: word(matches[series]!) };
    });
  return Plot.text(labels, { x: 'x', y: 'y', text: 'text', dx: 6, textAnchor: 'start' });
}

const word = (k: number): string => `${k} ${k === 1 ? 'match' : 'matches'}`;

/** A setting under which accounts sent something. */
type Known = Threshold & { readonly pictures: number };

/** Advantage against the expected number of synthetic vouchers: a colour a number of matches, a dash a share; the run's own as dots. */
export function advantagePlot({ matches: threshold, syntheticShare, pictures }: Known): string {
  const high = Math.max(300, syntheticShare * pictures * 1.5);
  const curve = (k: number, p: number, series: number): Point[] =>
    steps(0.1, high, 50).flatMap((x) => {
      const m = Math.round(x / p);
      return m < k
        ? []
        : [
            {
              x: m * p,
              y: countAdvantage(m, k, p),
              series,
              title: `${word(k)}, ${percent(p)} synthetic`,
              of: { matches: k, pictures: m, syntheticShare: p },
            },
          ];
    });
  const lines = matches.flatMap((k, series) =>
    shares.map((p, index) => ({ points: curve(k, p, series), series, index })),
  );
  const own = ownPoints({ matches: threshold, syntheticShare, pictures });
  return svgOf(
    {
      ...size,
      x: {
        type: 'log',
        domain: [0.1, high],
        label: 'pictures of an account × synthetic share (log scale) →',
        labelArrow: 'none',
        ticks: [0.1, 1, 10, 100, 1000, 1e4].filter((tick) => tick <= high),
        tickFormat: (tick: number) => String(tick),
        grid: true,
      },
      y: advantageAxis,
      color: { type: 'identity' },
      marks: [
        ...lines.map(({ points, series, index }) =>
          Plot.line(points, {
            x: 'x',
            y: 'y',
            stroke: seriesColor(series),
            strokeWidth: index === 1 ? 2 : 1.2,
            strokeDasharray: dashes[index]!,
            title: 'title',
          }),
        ),
        endLabels(lines.flatMap(({ points, index }) => (index === 1 ? points : []))),
        Plot.dot(own, { x: 'x', y: 'y', r: 4.5, fill: color.warn, stroke: color.surface, title: 'title' }),
      ],
    },
    `Advantage in distinguishing an account with matches from one without, against pictures times synthetic share`,
    {
      name: 'advantage-by-pictures',
      legend: shares.map((share, index) => ({
        name: `${percent(share)} synthetic`,
        color: color.muted,
        dash: dashes[index]!,
      })),
      data: () => advantageCsv([...lines.flatMap(({ points }) => points), ...own]),
    },
  );
}

/** The run's own setting, for every number of matches that stays below the threshold. */
function ownPoints({ matches: threshold, syntheticShare, pictures }: Omit<Known, 'syntheticBudget'>): Point[] {
  const m = Math.round(pictures);
  if (syntheticShare <= 0 || m === 0) return [];
  return Array.from({ length: Math.min(threshold - 1, m) }, (_, i) => ({
    x: m * syntheticShare,
    y: countAdvantage(m, i + 1, syntheticShare),
    series: i,
    title: `this run: ${word(i + 1)}, ${m} pictures, ${percent(syntheticShare)} synthetic`,
    of: { matches: i + 1, pictures: m, syntheticShare },
  }));
}

/** The least advantage that a budget allows: as many synthetic vouchers as exceed it with a probability of 1 %. */
export function budgetPlot({ syntheticShare, syntheticBudget }: Threshold): string {
  const p = syntheticShare > 0 ? syntheticShare : shares[1];
  const points = matches.flatMap((k, series) =>
    steps(1, 2000, 36).flatMap((x): Point[] => {
      const budget = Math.round(x);
      const m = picturesWithin(budget, p, risk);
      return m < k
        ? []
        : [
            {
              x: budget,
              y: countAdvantage(m, k, p),
              series,
              title: `${word(k)}, budget ${budget}`,
              of: { matches: k, pictures: m, syntheticShare: p, syntheticBudget: budget },
            },
          ];
    }),
  );
  return svgOf(
    {
      ...size,
      x: {
        type: 'log',
        domain: [1, 2000],
        label: 'synthetic vouchers that detection tolerates (log scale) →',
        labelArrow: 'none',
        ticks: [1, 10, 100, 1000],
        tickFormat: (tick: number) => integer(tick),
        grid: true,
      },
      y: advantageAxis,
      color: { type: 'identity' },
      marks: [
        ...matches.map((_, series) =>
          Plot.line(
            points.filter((point) => point.series === series),
            {
              x: 'x',
              y: 'y',
              stroke: seriesColor(series),
              strokeWidth: 2,
              title: 'title',
            },
          ),
        ),
        endLabels(points),
        ...(syntheticBudget >= 1
          ? [
              Plot.ruleX([syntheticBudget], { stroke: color.warn, strokeDasharray: '4 3' }),
              Plot.text([syntheticBudget], {
                x: (x: number) => x,
                y: 1,
                text: () => 'this run',
                dx: 5,
                dy: -8,
                textAnchor: 'start',
                fill: color.warn,
              }),
            ]
          : []),
      ],
    },
    `Smallest advantage that each budget of synthetic vouchers allows, exceeded by one account in a hundred`,
    { name: 'advantage-by-budget', data: () => advantageCsv(points) },
  );
}

/** Both plots for the run's setting, with what it means in words; undefined where no strategy has a threshold, or nobody sent anything under one. */
export function countLeakSection({ strategies }: Metrics): Html | undefined {
  const all = strategies.flatMap(({ name, threshold }) => {
    const pictures = threshold?.pictures ?? null;
    return threshold && pictures !== null ? [{ name, threshold: { ...threshold, pictures } }] : [];
  });
  const first = all.find(({ threshold }) => threshold.syntheticShare > 0) ?? all[0];
  if (!first) return undefined;
  const { threshold } = first;
  const rows = all.map(({ name, threshold: { matches: t, syntheticShare, syntheticBudget, pictures } }) => {
    const m = Math.round(pictures);
    const most = Math.min(t - 1, m);
    const below = [...matches.filter((k) => k < most), most];
    const told = below
      .filter((k) => k > 0)
      .map((k) => `${word(k)}: ${countAdvantage(m, k, syntheticShare).toFixed(3)}`);
    return [
      name,
      String(t),
      percent(syntheticShare),
      integer(m),
      syntheticShare > 0 ? (m * syntheticShare).toFixed(1) : '–',
      told.join(', ') || '–',
      syntheticShare > 0 ? percent(overBudget(m, syntheticShare, syntheticBudget)) : '–',
    ];
  });
  const columns = [
    'strategy',
    'opens from, matches',
    'synthetic share',
    'pictures of an account, median',
    'synthetic vouchers expected',
    'advantage below the threshold',
    `more synthetic than the budget of ${threshold.syntheticBudget}`,
  ];
  const bare = all.filter(({ threshold: each }) => each.syntheticShare === 0).map(({ name }) => name);
  return html`<p>Below the threshold nothing opens, but the provider counts the vouchers that would open. Advantage: true-positive rate minus false-positive rate
of the best guess that distinguishes an account with that many matches from one with none.${bare.length > 0 && ` Under ${listed(bare)} nothing synthetic is sent, so the count is exact: advantage 1.`}</p>
${figure(
  [
    ['What synthetic vouchers hide', advantagePlot(threshold)],
    ['What their budget allows', budgetPlot(threshold)],
  ],
  html`Exact (total variation between binomial distributions). Left: solid 1 % synthetic, dotted 0.1 %, dashed 10 %: almost only pictures × share matters.
Dots: this run, for each number of matches below its threshold. Right: the best that a budget allows, when at most one account in a hundred exceeds it, so that it could no longer be
opened at its threshold; hiding many matches asks for more synthetic vouchers than detection bears.`,
)}
${plainTable('Counts below the threshold', columns, rows)}`;
}
