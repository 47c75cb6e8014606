/** Plots of a new-content run: detection by content and detector, ROC by content, new pictures by source. */
import * as Plot from '@observablehq/plot';
import { csvOf, rateFields } from '../../report/csv.ts';
import { bounds, clip, fraction } from '../../report/format.ts';
import { color, labelRoom, seriesColor, seriesDash, seriesLines, shareTick, svgOf } from '../../report/page/plot.ts';
import type { AskedContent, ContentCurve, NewContentMetrics } from './metrics.ts';
import { contentNames } from './tables.ts';

const size = { width: 440, height: 300, marginLeft: 52, marginRight: 24, marginTop: 24, marginBottom: 42 } as const;

/** One kind of content under every detector: a dot with its interval. */
export function detectionPlot({ detectors, targetFpr }: NewContentMetrics, content: AskedContent): string {
  const innocent = content === 'innocent';
  const points = detectors.flatMap(({ title, rates }, i) => {
    const { rate } = rates.find((each) => each.content === content)!;
    if (rate.estimate === null) return [];
    const wide = bounds(rate);
    return [
      {
        title,
        x: rate.estimate,
        low: rate.low,
        high: rate.high,
        wideLow: wide.low,
        wideHigh: wide.high,
        hover: `${title}: ${fraction(rate)}`,
        stroke: seriesColor(i),
      },
    ];
  });
  const most = innocent ? Math.min(1, Math.max(2.5 * targetFpr, ...points.map((each) => each.wideHigh)) * 1.05) : 1;
  return svgOf(
    {
      ...size,
      marginLeft: 142,
      height: 60 + 27 * detectors.length,
      x: {
        domain: [0, most],
        ticks: 5,
        tickFormat: shareTick,
        label: innocent ? 'flagged →' : 'found →',
        labelArrow: 'none',
        grid: true,
      },
      y: { type: 'point', domain: detectors.map(({ title }) => title), label: null },
      marks: [
        ...(innocent ? [Plot.ruleX([targetFpr], { stroke: color.muted, strokeDasharray: '4 3' })] : []),
        Plot.ruleY(points, { y: 'title', x1: 'wideLow', x2: 'wideHigh', stroke: 'stroke', strokeOpacity: 0.45 }),
        Plot.ruleY(points, {
          y: 'title',
          x1: 'low',
          x2: 'high',
          stroke: 'stroke',
          strokeOpacity: 0.75,
          strokeWidth: 3,
        }),
        Plot.dot(points, { y: 'title', x: 'x', r: 4.5, fill: 'stroke', title: 'hover' }),
      ],
    },
    `${innocent ? 'Innocent pictures flagged' : 'Pictures found'}: ${contentNames[content]}, by detector`,
    {
      name: `detection-${content}`,
      data: () =>
        csvOf(
          detectors.flatMap(({ name: detector, rates }) =>
            rates.filter((each) => each.content === content).map(({ rate }) => ({ detector, rate })),
          ),
          ['detector', ['content', () => content]],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}

/** ROC of every single measure for one kind of content. */
export function contentRocPlot(curves: readonly ContentCurve[], content: AskedContent): string {
  const own = curves.filter((each) => each.content === content);
  return svgOf(
    {
      ...size,
      x: {
        domain: [0, 1],
        ticks: 5,
        tickFormat: shareTick,
        label: 'innocent pictures flagged →',
        labelArrow: 'none',
        grid: true,
      },
      y: { domain: [0, 1], ticks: 5, tickFormat: shareTick, label: '↑ found', labelArrow: 'none', grid: true },
      marks: [
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: color.muted, strokeDasharray: '2 3' },
        ),
        ...own.map(({ points }, i) =>
          Plot.line(points, {
            x: 'fpr',
            y: 'tpr',
            stroke: seriesColor(i),
            strokeDasharray: seriesDash(i),
            strokeWidth: 2,
            curve: 'step-after',
          }),
        ),
      ],
    },
    `ROC for ${contentNames[content]}: found against innocent pictures flagged`,
    {
      name: `roc-${content}`,
      legend: seriesLines(own.map(({ detector }) => detector)),
      data: () =>
        csvOf(
          own.flatMap(({ detector, points }) => points.map((point) => ({ detector, ...point }))),
          ['detector', ['content', () => content], 'fpr', 'tpr'],
        ),
    },
  );
}

/** Sources drawn. */
const mostSources = 45;

/** New pictures found by the head, source by source: known (hollow) and held out (filled). */
export function sourcePlot({ detectors, sources }: NewContentMetrics): string {
  const head = detectors.find(({ name }) => name === 'head')!;
  const shown = head.bySource.filter(({ fresh }) => fresh.n > 0).slice(0, mostSources);
  const names = new Map(shown.map(({ source, fresh }) => [source, `${clip(source, 22)} (${fresh.n})`]));
  const points = (which: 'known' | 'fresh', dy: number) =>
    shown
      .filter((each) => each[which].estimate !== null)
      .map((each) => ({
        y: names.get(each.source)!,
        x: each[which].estimate ?? 0,
        low: each[which].low,
        high: each[which].high,
        dy,
        hover: `${each.source}, ${which === 'known' ? 'known' : 'held out'}: ${fraction(each[which])}`,
      }));
  const marks = (
    [
      ['known', -3, color.surface],
      ['fresh', 3, seriesColor(1)],
    ] as const
  ).flatMap(([which, dy, fill]): Plot.Markish[] => {
    const stroke = seriesColor(which === 'known' ? 0 : 1);
    const own = points(which, dy);
    return [
      Plot.ruleY(own, { y: 'y', x1: 'low', x2: 'high', stroke, strokeOpacity: 0.55, dy }),
      Plot.dot(own, { y: 'y', x: 'x', r: 3.6, fill, stroke, dy, title: 'hover' }),
    ];
  });
  return svgOf(
    {
      ...size,
      marginLeft: labelRoom([...names.values()]),
      height: 64 + 21 * shown.length,
      x: {
        domain: [0, 1],
        ticks: 5,
        tickFormat: shareTick,
        label: 'found by the trained head →',
        labelArrow: 'none',
        grid: true,
      },
      y: { type: 'point', domain: [...names.values()], label: null },
      marks,
    },
    `New pictures found by the trained head, source by source, of ${sources.length}: known and held out`,
    {
      name: 'sources',
      legend: [
        { name: 'source known to the head', color: seriesColor(0), dash: 'none' },
        { name: 'source held out', color: seriesColor(1), dash: 'none' },
      ],
      data: () =>
        csvOf(
          shown.flatMap(({ source, known, fresh }) => [
            { source, measure: 'source known to the head', rate: known },
            { source, measure: 'source held out', rate: fresh },
          ]),
          ['source', 'measure'],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}
