/** Plots of a poisoned list: what is seen of a location against the poisoned share, and against what robustness costs. */
import * as Plot from '@observablehq/plot';
import { csvOf, rateFields, valueFields } from '../../report/csv.ts';
import { bounds, integer, percent, rateProse } from '../../report/format.ts';
import { color, type LegendLine, seriesColor, seriesDash, shareTick, svgOf } from '../../report/page/plot.ts';
import type { HiddenCell, PoisonedCell, PoisonedHash, RepurposingMetrics } from './metrics.ts';
import { hiddenCells, reasonNames, referenceCell, targetNames, thresholdFor } from './tables.ts';

const size = { width: 400, height: 290, marginLeft: 50, marginRight: 18, marginTop: 22, marginBottom: 42 } as const;

/** Whose thresholds the plots show, and in which colour. */
export const shownReasons = ['operator', 'insider', 'authors'] as const;

/** A rate in [0, 1] as an axis. */
const rateAxis = (label: string) => ({
  domain: [0, 1],
  tickFormat: shareTick,
  label: `↑ ${label}`,
  labelArrow: 'none' as const,
  grid: true,
});

/** Poisoned shares on a logarithmic axis. */
const poisonedAxis = (shares: readonly number[], label: string) => ({
  type: 'log' as const,
  domain: [Math.min(...shares) / 1.2, Math.max(...shares) * 1.2],
  ticks: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2].filter(
    (each) => each >= Math.min(...shares) / 1.2 && each <= Math.max(...shares) * 1.2,
  ),
  tickFormat: shareTick,
  label: `${label} (log scale) →`,
  labelArrow: 'none' as const,
  grid: true,
});

/** One hash: what is seen of a location and, dotted, how many ordinary pictures the whole list flags. */
export function sharePlot(hash: PoisonedHash): string | undefined {
  const seen = new Set<number>();
  const drawnAt = shownReasons.flatMap((reason, i) => {
    const at = thresholdFor(hash, reason);
    // A threshold that two would take is drawn once.
    if (!at || at.cells.length === 0 || seen.has(at.bits)) return [];
    seen.add(at.bits);
    return [{ reason, i, at }];
  });
  const marks = drawnAt.flatMap(({ reason, i, at }): Plot.Markish[] => {
    const stroke = seriesColor(i);
    // A little beside each other, so that intervals do not hide intervals.
    const of = (choice: PoisonedCell['choice']) =>
      at.cells
        .filter((cell) => cell.choice === choice)
        .map((cell) => ({ ...cell, share: cell.share * 1.05 ** (i - 1) }));
    const random = of('random').map(({ share, inserted, hit, flagged }) => ({
      share,
      y: hit.estimate ?? 0,
      ...bounds(hit),
      alarm: flagged.estimate ?? 0,
      title: `≤ ${at.bits} bits (${reasonNames[reason]}), ${inserted} inserted at random: ${rateProse(hit)}`,
    }));
    const chosen = of('k-medoids').map(({ share, hit }) => ({ share, y: hit.estimate ?? 0 }));
    return [
      Plot.line(random, { x: 'share', y: 'alarm', stroke, strokeWidth: 1.2, strokeDasharray: '1.5 3' }),
      Plot.line(chosen, { x: 'share', y: 'y', stroke, strokeWidth: 1.4, strokeDasharray: '7 3' }),
      Plot.ruleX(random, { x: 'share', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.55 }),
      Plot.line(random, { x: 'share', y: 'y', stroke, strokeWidth: 2 }),
      Plot.dot(random, { x: 'share', y: 'y', r: 3, fill: stroke, stroke: color.surface, title: 'title' }),
    ];
  });
  const shares = hash.thresholds.flatMap(({ cells }) => cells.map(({ share }) => share));
  if (shares.length === 0) return undefined;
  return svgOf(
    {
      ...size,
      x: poisonedAxis(shares, 'share of the list inserted'),
      y: rateAxis('of the location’s other photographs'),
      marks,
    },
    `${hash.name}: share of a location's other photographs that match, against the share of the list inserted`,
    {
      name: `inserted-${hash.name}`,
      legend: [
        ...drawnAt.map(({ reason, i }) => ({
          name: `${reasonNames[reason]} threshold`,
          color: seriesColor(i),
          dash: 'none',
        })),
        { name: 'chosen by k-medoids', color: color.muted, dash: '7 3' },
        { name: 'ordinary pictures flagged', color: color.muted, dash: '1.5 3' },
      ],
      data: () =>
        csvOf(
          drawnAt.flatMap(({ at }) =>
            at.cells.flatMap(({ share, inserted, choice, hit, flagged }) =>
              Object.entries({ hit, flagged }).map(([measure, rate]) => ({
                threshold: at.bits,
                reasons: at.reasons.join(' '),
                share,
                inserted,
                choice,
                measure,
                rate,
              })),
            ),
          ),
          [['hash', () => hash.name], 'threshold', 'reasons', 'share', 'inserted', 'choice', 'measure'],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}

/** Robustness of a threshold against what it lets be seen, at the reference share: one line a hash, its thresholds ascending. */
export function tradeoffPlot(metrics: RepurposingMetrics): string | undefined {
  const lines = metrics.hashes.flatMap((hash, i) => {
    const points = hash.thresholds.flatMap((at) => {
      const cell = referenceCell(at, metrics);
      const [x, y] = [at.robustness.estimate, cell?.hit.estimate];
      if (typeof x !== 'number' || typeof y !== 'number' || !cell) return [];
      return [
        {
          x,
          y,
          ...bounds(cell.hit),
          operator: at.reasons.includes('operator'),
          title: `${hash.name} ≤ ${at.bits} bits: ${percent(x)} of edited copies, ${rateProse(cell.hit)}`,
        },
      ];
    });
    return points.length > 0 ? [{ points, i }] : [];
  });
  if (lines.length === 0) return undefined;
  const marks = lines.flatMap(({ points, i }): Plot.Markish[] => {
    const stroke = seriesColor(i);
    return [
      Plot.line(points, { x: 'x', y: 'y', stroke, strokeWidth: 1.8, strokeDasharray: seriesDash(i) }),
      Plot.ruleX(
        points.filter(({ operator }) => operator),
        { x: 'x', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.55 },
      ),
      Plot.dot(points, {
        x: 'x',
        y: 'y',
        r: ({ operator }: (typeof points)[number]) => (operator ? 4.5 : 2.5),
        fill: stroke,
        stroke: color.surface,
        title: 'title',
      }),
    ];
  });
  return svgOf(
    {
      ...size,
      width: 460,
      height: 330,
      x: {
        domain: [0, 1],
        tickFormat: shareTick,
        label: 'edited copies of listed pictures found →',
        labelArrow: 'none',
        grid: true,
      },
      y: rateAxis('of the location’s other photographs'),
      marks,
    },
    'Share of a location’s other photographs that match, against the share of edited copies that are found, one line a hash',
    {
      name: 'robust-against-seen',
      legend: lines.map(({ i }) => ({ name: metrics.hashes[i]!.name, color: seriesColor(i), dash: seriesDash(i) })),
      data: () =>
        csvOf(
          metrics.hashes.flatMap((hash) =>
            hash.thresholds.flatMap((at) => {
              const cell = referenceCell(at, metrics);
              const of = { hash: hash.name, threshold: at.bits, reasons: at.reasons.join(' ') };
              return cell
                ? [
                    { ...of, measure: 'edited copies found', rate: at.robustness },
                    { ...of, measure: 'other photographs of the location', rate: cell.hit },
                  ]
                : [];
            }),
          ),
          ['hash', 'threshold', 'reasons', 'measure'],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}

// Plots of heads with a hidden target: what they find of it, what it costs, and how many pictures an auditor needs.

const headPlotSize = {
  width: 400,
  height: 290,
  marginLeft: 56,
  marginRight: 18,
  marginTop: 22,
  marginBottom: 42,
} as const;

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

/** The lines of the kinds of target, for a legend. */
const targetLines = (series: readonly Pick<Series, 'kind' | 'i'>[]): LegendLine[] =>
  series.map(({ kind, i }) => ({ name: targetNames[kind], color: seriesColor(i), dash: seriesDash(i) }));

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
    {
      ...headPlotSize,
      x: poisonedAxis(shares, 'share of training pictures'),
      y: rateAxis('of hidden pictures found'),
      marks,
    },
    'Share of held-out pictures of the hidden target that the head flags, against the poisoned share of its training',
    {
      name: 'hidden-found',
      legend: [...targetLines(series), { name: 'honest heads', color: color.muted, dash: '1.5 3' }],
      data: () =>
        csvOf(
          series.flatMap(({ honest, cells }) => [...(honest ? [honest] : []), ...cells]),
          ['targetKind', 'poisoned', 'heads', 'targets'],
          ({ hit }) => rateFields(hit),
        ),
    },
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
    {
      name: 'accuracy-lost',
      legend: targetLines(series),
      data: () =>
        csvOf(
          series.flatMap(({ cells }) => cells.flatMap((cell) => (cell.change ? [{ ...cell, ...cell.change }] : []))),
          ['targetKind', 'poisoned', 'heads', 'targets', 'mcnemar'],
          ({ n, estimate, low, high, method, heads, clusterLow, clusterHigh }) => [
            null,
            n,
            estimate,
            low,
            high,
            method,
            heads,
            clusterLow,
            clusterHigh,
          ],
        ),
    },
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
    {
      name: 'auditor',
      legend: targetLines(series),
      data: () =>
        csvOf(
          series.flatMap(({ kind, points }) =>
            points.flatMap(({ share, formula, exact }) => [
              { targetKind: kind, share, numbers: valueFields(formula, 'formula of Connor') },
              { targetKind: kind, share, numbers: valueFields(exact, 'exact test') },
            ]),
          ),
          ['targetKind', 'share'],
          ({ numbers }) => numbers,
        ),
    },
  );
}
