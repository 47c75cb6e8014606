/** Plots of a training: losses by epoch, accuracy by the number of training pictures, reliability, confusion. */
import * as Plot from '@observablehq/plot';
import type { TrainMetrics } from '../../schema/train-metrics.ts';
import { integer, percent, rateHover } from '../format.ts';
import { color, seriesColor, seriesDash, shareTick, svgOf } from '../page/plot.ts';
import { heatFill, heatInk } from '../page/style.ts';

const size = { width: 440, height: 300, marginLeft: 52, marginRight: 96, marginTop: 24, marginBottom: 42 } as const;

/** Names at the ends of two lines, the upper one's a little above its end, so that they keep apart where the lines meet. */
function ends(points: readonly { readonly x: number; readonly y: number; readonly name: string }[]): Plot.Markish[] {
  const highest = Math.max(...points.map(({ y }) => y));
  return points.map(({ x, y, name }, i) =>
    Plot.text([{ x, y, name }], {
      x: 'x',
      y: 'y',
      text: 'name',
      dx: 8,
      dy: y === highest ? -6 : 6,
      textAnchor: 'start',
      fill: seriesColor(i),
    }),
  );
}

/** Cross-entropy of both parts by epoch, and the epoch whose weights were kept. */
export function lossPlot({ training }: TrainMetrics): string {
  const { epochs, bestEpoch } = training;
  const last = epochs.at(-1)!;
  const series = ['trainLoss', 'validationLoss'] as const;
  return svgOf(
    {
      ...size,
      x: { label: 'epoch →', labelArrow: 'none', grid: true, tickFormat: integer },
      y: { label: '↑ cross-entropy, nats', labelArrow: 'none', grid: true, zero: true },
      marks: [
        Plot.ruleX([bestEpoch], { stroke: color.muted, strokeDasharray: '2 3' }),
        Plot.text([bestEpoch], {
          x: (epoch: number) => epoch,
          frameAnchor: 'top',
          text: (epoch: number) => `kept: ${epoch}`,
          dx: 6,
          dy: 4,
          textAnchor: 'start',
          fill: color.muted,
        }),
        ...series.map((key, i) =>
          Plot.line(epochs, {
            x: 'epoch',
            y: key,
            stroke: seriesColor(i),
            strokeWidth: 1.8,
            strokeDasharray: seriesDash(i),
          }),
        ),
        ...ends([
          { x: last.epoch, y: last.trainLoss, name: 'training' },
          { x: last.epoch, y: last.validationLoss, name: 'validation' },
        ]),
      ],
    },
    `Cross-entropy on training and validation pictures over ${epochs.length} epochs; kept is epoch ${bestEpoch}`,
  );
}

/** Accuracy on the test part by the number of training pictures: head and baseline. */
export function learningPlot({ learningCurve }: TrainMetrics): string {
  const last = learningCurve.at(-1)!;
  const marks = (['accuracy', 'baseline'] as const).flatMap((key, i): Plot.Markish[] => {
    const points = learningCurve.map((point) => ({ x: point.pictures, rate: point[key] }));
    return [
      Plot.ruleX(points, {
        x: 'x',
        y1: ({ rate }: (typeof points)[number]) => rate.low,
        y2: ({ rate }: (typeof points)[number]) => rate.high,
        stroke: seriesColor(i),
        strokeOpacity: 0.7,
      }),
      Plot.line(points, {
        x: 'x',
        y: ({ rate }: (typeof points)[number]) => rate.estimate,
        stroke: seriesColor(i),
        strokeWidth: 1.8,
        strokeDasharray: seriesDash(i),
      }),
      Plot.dot(points, {
        x: 'x',
        y: ({ rate }: (typeof points)[number]) => rate.estimate,
        r: 3,
        fill: seriesColor(i),
        stroke: color.surface,
        title: ({ x, rate }: (typeof points)[number]) => `${integer(x)} training pictures: ${rateHover(rate)}`,
      }),
    ];
  });
  return svgOf(
    {
      ...size,
      x: {
        type: 'log',
        label: 'training pictures (log scale) →',
        labelArrow: 'none',
        grid: true,
        ticks: learningCurve.map(({ pictures }) => pictures),
        tickFormat: integer,
      },
      y: {
        domain: [0, 1],
        tickFormat: shareTick,
        label: '↑ accuracy on the test part',
        labelArrow: 'none',
        grid: true,
      },
      marks: [
        ...marks,
        ...ends([
          { x: last.pictures, y: last.accuracy.estimate ?? 0, name: 'head' },
          { x: last.pictures, y: last.baseline.estimate ?? 0, name: 'nearest mean' },
        ]),
      ],
    },
    'Accuracy on the test part by the number of training pictures, head and nearest mean',
  );
}

/** Share of right decisions against their mean score, bin by bin, and how many decisions each bin has. */
export function reliabilityPlot({ test }: TrainMetrics): string {
  const bins = test.reliability.flatMap((bin) =>
    bin.meanScore === null ? [] : [{ ...bin.accuracy, x: bin.meanScore, from: bin.low, to: bin.high }],
  );
  const most = Math.max(...bins.map(({ n }) => n));
  return svgOf(
    {
      ...size,
      x: {
        domain: [0, 1],
        tickFormat: shareTick,
        label: 'score of the label decided for →',
        labelArrow: 'none',
        grid: true,
      },
      y: { domain: [0, 1], tickFormat: shareTick, label: '↑ share that was right', labelArrow: 'none', grid: true },
      marks: [
        // How many decisions: bars at the bottom, the fullest bin a fifth of the height.
        Plot.rect(bins, {
          x1: 'from',
          x2: 'to',
          y1: 0,
          y2: ({ n }: { n: number }) => (0.2 * n) / most,
          fill: color.line,
          title: ({ n, from, to }: (typeof bins)[number]) =>
            `${integer(n)} decisions from ${percent(from)} to ${percent(to)}`,
        }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: color.muted, strokeDasharray: '4 3' },
        ),
        Plot.ruleX(bins, { x: 'x', y1: 'low', y2: 'high', stroke: color.accent, strokeOpacity: 0.7 }),
        Plot.dot(bins, {
          x: 'x',
          y: 'estimate',
          r: 3.5,
          fill: color.accent,
          stroke: color.surface,
          title: (bin: (typeof bins)[number]) =>
            `mean score ${percent(bin.x)}; right: ${rateHover({ ...bin, method: 'Wilson 95 %' })}`,
        }),
      ],
    },
    'Reliability: share of right decisions against their mean score, in bins of a tenth',
  );
}

/** What was decided for each label, as shares of its pictures. */
export function confusionPlot({ test }: TrainMetrics): string {
  const names = test.labels.map(({ label }) => label);
  const cells = test.confusion.flatMap((row, i) => {
    const total = row.reduce((sum, each) => sum + each, 0);
    return row.map((count, j) => ({
      label: names[i]!,
      decided: names[j]!,
      count,
      share: total === 0 ? 0 : count / total,
    }));
  });
  const side = 26;
  const margin = 14 + 7 * Math.max(...names.map((name) => name.length));
  return svgOf(
    {
      width: Math.round(margin + side * names.length + 20),
      height: Math.round(margin + side * names.length + 20),
      marginLeft: margin,
      marginTop: margin,
      marginRight: 20,
      marginBottom: 20,
      x: { domain: names, axis: 'top', tickRotate: -90, label: null, tickSize: 0 },
      y: { domain: names, label: null, tickSize: 0 },
      marks: [
        Plot.cell(cells, {
          x: 'decided',
          y: 'label',
          fill: ({ share }: (typeof cells)[number]) => heatFill(share),
          inset: 0.5,
          title: ({ label, decided, count, share }: (typeof cells)[number]) =>
            `${label}, decided ${decided}: ${count} (${percent(share)} of ${label})`,
        }),
        Plot.text(
          cells.filter(({ count }) => count > 0),
          {
            x: 'decided',
            y: 'label',
            text: ({ count }: (typeof cells)[number]) => String(count),
            fill: ({ share }: (typeof cells)[number]) => heatInk(share),
            fontSize: 10,
          },
        ),
      ],
    },
    'Confusion matrix: rows are labels, columns what was decided',
  );
}
