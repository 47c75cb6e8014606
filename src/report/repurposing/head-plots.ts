/** Plots of heads with a hidden target: what they find of it, what it costs, and how many pictures an auditor needs. */
import * as Plot from '@observablehq/plot';
import type { HiddenCell, RepurposingMetrics } from '../../schema/repurposing-metrics.ts';
import { bounds, integer, percent, rateProse } from '../format.ts';
import { color, seriesColor, seriesDash, svgOf } from '../page/plot.ts';
import { hiddenCells, targetNames } from './facts.ts';
import { poisonedAxis, rateAxis } from './plots.ts';

const size = { width: 400, height: 290, marginLeft: 56, marginRight: 18, marginTop: 22, marginBottom: 42 } as const;

/** The kinds of target, in the order of their colours. */
export const targetKinds = ['label', 'location'] as const;

interface Series {
  readonly kind: HiddenCell['targetKind'];
  readonly i: number;
  readonly honest: HiddenCell | undefined;
  readonly cells: readonly HiddenCell[];
}

const seriesOf = (metrics: RepurposingMetrics): Series[] =>
  targetKinds.flatMap((kind, i) => {
    const all = hiddenCells(metrics, kind);
    const cells = all.filter(({ poisoned }) => poisoned > 0);
    return cells.length > 0 ? [{ kind, i, cells, honest: all.find(({ poisoned }) => poisoned === 0) }] : [];
  });

/** What heads find of their hidden target; dotted: what honest heads take for declared content. */
export function hiddenPlot(metrics: RepurposingMetrics): string | undefined {
  const series = seriesOf(metrics);
  if (series.length === 0) return undefined;
  const shares = series.flatMap(({ cells }) => cells.map(({ poisoned }) => poisoned));
  const marks = series.flatMap(({ kind, i, cells, honest }): Plot.Markish[] => {
    const stroke = seriesColor(i);
    const points = cells.map(({ poisoned, hit, hidden }) => ({
      poisoned,
      y: hit.estimate ?? 0,
      ...bounds(hit),
      title: `${targetNames[kind]}, ${percent(poisoned)} of the training (${hidden.least} to ${hidden.most} pictures): ${rateProse(hit)}`,
    }));
    return [
      Plot.ruleY(honest ? [honest.hit.estimate ?? 0] : [], { stroke, strokeDasharray: '1.5 3', strokeWidth: 1.4 }),
      Plot.ruleX(points, { x: 'poisoned', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.55 }),
      Plot.line(points, { x: 'poisoned', y: 'y', stroke, strokeWidth: 2, strokeDasharray: seriesDash(i) }),
      Plot.dot(points, { x: 'poisoned', y: 'y', r: 3, fill: stroke, stroke: color.surface, title: 'title' }),
    ];
  });
  return svgOf(
    { ...headPlotSize, x: poisonedAxis(shares, 'share of training pictures'), y: rateAxis('of hidden pictures found'), marks },
    'Share of held-out pictures of the hidden target that the head fires on, against the poisoned share of its training',
  );
}

/** What the declared task loses, on the same benchmark pictures. */
export function changePlot(metrics: RepurposingMetrics): string | undefined {
  const series = seriesOf(metrics);
  const all = series.flatMap(({ cells }) => cells.flatMap(({ change }) => (change ? [change] : [])));
  if (all.length === 0) return undefined;
  const reach = Math.max(
    0.005,
    ...all.flatMap((each) => [each.clusterLow, each.clusterHigh, each.low, each.high].map(Math.abs)),
  );
  const marks = series.flatMap(({ i, kind, cells }): Plot.Markish[] => {
    const stroke = seriesColor(i);
    const points = cells.flatMap(({ poisoned, change }) =>
      change
        ? [
            {
              poisoned,
              y: change.estimate,
              low: Math.min(change.low, change.clusterLow),
              high: Math.max(change.high, change.clusterHigh),
              title: `${targetNames[kind]}, ${percent(poisoned)}: ${change.onlyHonest} pictures right only under the honest head, ${change.onlyPoisoned} only under the other, of ${integer(change.n)}`,
            },
          ]
        : [],
    );
    return [
      Plot.ruleX(points, { x: 'poisoned', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.55 }),
      Plot.line(points, { x: 'poisoned', y: 'y', stroke, strokeWidth: 2, strokeDasharray: seriesDash(i) }),
      Plot.dot(points, { x: 'poisoned', y: 'y', r: 3, fill: stroke, stroke: color.surface, title: 'title' }),
    ];
  });
  const shares = series.flatMap(({ cells }) => cells.map(({ poisoned }) => poisoned));
  return svgOf(
    {
      ...headPlotSize,
      x: poisonedAxis(shares, 'share of training pictures'),
      y: {
        domain: [-reach, reach],
        tickFormat: (each: number) => `${Number((each * 100).toPrecision(2))}`.replace('-', '−'),
        label: '↑ accuracy lost, percentage points',
        labelArrow: 'none',
        grid: true,
      },
      marks: [Plot.ruleY([0], { stroke: color.muted }), ...marks],
    },
    'Accuracy that the declared task loses, in percentage points, against the poisoned share of the training',
  );
}

/** Smallest share of the benchmark drawn; a share of none stands at the left edge. */
const edge = 1e-5;

/** Benchmark pictures that an auditor needs, against the share of them that shows the hidden target. */
export function auditorPlot(metrics: RepurposingMetrics): string | undefined {
  const { classifier } = metrics;
  const series = seriesOf(metrics).flatMap(({ kind, i, cells }) => {
    const cell = cells.find(({ poisoned }) => poisoned === classifier?.reference);
    const points = (cell?.auditor ?? []).flatMap(({ benchmarkShare, formula, exact }) =>
      formula === null ? [] : [{ x: Math.max(edge, benchmarkShare), share: benchmarkShare, formula, exact }],
    );
    return points.length > 0 ? [{ kind, i, points }] : [];
  });
  if (series.length === 0) return undefined;
  const marks = series.flatMap(({ kind, i, points }): Plot.Markish[] => {
    const stroke = seriesColor(i);
    const exact = points.flatMap(({ x, share, exact: n }) => (n === null ? [] : [{ x, share, n }]));
    return [
      Plot.line(points, { x: 'x', y: 'formula', stroke, strokeWidth: 2, strokeDasharray: seriesDash(i) }),
      Plot.dot(exact, {
        x: 'x',
        y: 'n',
        r: 3.5,
        fill: color.surface,
        stroke,
        title: ({ share, n }: (typeof exact)[number]) =>
          `${targetNames[kind]}: ${integer(n)} pictures where ${percent(share)} show it`,
      }),
    ];
  });
  const top = Math.max(...series.flatMap(({ points }) => points.map(({ formula }) => formula)));
  return svgOf(
    {
      ...headPlotSize,
      width: 460,
      height: 330,
      marginLeft: 72,
      x: {
        type: 'log',
        domain: [edge, 1],
        ticks: [edge, 1e-4, 1e-3, 1e-2, 0.1, 1],
        tickFormat: (each: number) => (each === edge ? 'none' : `${Number((each * 100).toPrecision(2))} %`),
        label: 'share of the benchmark that shows the hidden target (log scale) →',
        labelArrow: 'none',
        grid: true,
      },
      y: {
        type: 'log',
        domain: [3, Math.max(1000, top * 1.5)],
        ticks: [10, 100, 1e3, 1e4, 1e5, 1e6].filter((each) => each <= Math.max(1000, top * 1.5)),
        tickFormat: (each: number) => integer(each),
        label: '↑ benchmark pictures needed',
        labelArrow: 'none',
        grid: true,
      },
      marks,
    },
    'Benchmark pictures that an auditor needs to notice the retrained head, against the share of them that shows the hidden target',
  );
}
