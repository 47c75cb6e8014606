/** The page of a trained head: its quality, its training, and its limits. */

import * as Plot from '@observablehq/plot';
import {
  areaCell,
  bounds,
  counted,
  integer,
  listed,
  percent,
  percentRange,
  rateCell,
  rateHover,
  rateProse,
} from '../report/format.ts';
import { figure, plainTable } from '../report/page/blocks.ts';
import { html } from '../report/page/html.ts';
import { color, seriesColor, seriesDash, shareTick, svgOf } from '../report/page/plot.ts';
import { refusedSection } from '../report/page/provenance.ts';
import type { Finding } from '../report/page/shell.ts';
import { pageText } from '../report/page/shell.ts';
import { heatFill, heatInk } from '../report/page/style.ts';
import { plain, type ReportTable, tableHtml } from '../report/table.ts';
import type { TrainMetrics } from './metrics.ts';

/** The answer, one or two sentences per part, computed from the metrics. */
export function trainAnswer({ test, calibration, temperature, training, parts }: TrainMetrics): Finding[] {
  const { accuracy, baseline, difference, separated } = test;
  const { low, high } = bounds(accuracy);
  const other = bounds(baseline);
  const weakest = [...test.labels].sort((a, b) => (a.f1 ?? 0) - (b.f1 ?? 0)).slice(0, 3);
  const points = (share: number): string => (share * 100).toFixed(1).replace('-', '−');
  return [
    { label: 'Accuracy', text: `The head is right on ${rateProse(accuracy)} of the test pictures.` },
    {
      label: 'Baseline',
      text:
        `The nearest mean is right on ${rateProse(baseline)}. ` +
        `The intervals ${percentRange(low, high)} and ${percentRange(other.low, other.high)} ${separated ? 'do not overlap' : 'overlap'}; ` +
        `on the same pictures the head is ${points(difference.estimate)} points ${difference.estimate >= 0 ? 'ahead' : 'off'} [${points(difference.low)}, ${points(difference.high)}].`,
    },
    {
      label: 'Weakest labels',
      text: `${listed(weakest.map(({ label, recall }) => `${label} (${recall.k}/${recall.n} found)`))}.`,
    },
    {
      label: 'Calibration',
      text: `Temperature ${temperature.toPrecision(3)}: the calibration error on ${calibration.test.n} test pictures goes from ${percent(calibration.test.before.ece)} to ${percent(calibration.test.after.ece)}.`,
    },
    {
      label: 'Training',
      text: `${counted(parts.train.pictures, 'picture')}, ${counted(training.epochs.length, 'epoch')}, the weights of epoch ${training.bestEpoch} kept; stopped and calibrated on ${integer(parts.validation.pictures)} others.`,
    },
  ];
}

/** One line per label. */
export const labelTable = ({ test }: TrainMetrics): ReportTable => ({
  title: 'Labels',
  explains:
    'Recall: share of the label’s test pictures that were found. Precision: share of the decisions for it that were right. Small type: k/n and the 95 % interval.',
  head: ['label', 'training pictures', 'recall', 'precision', 'F1'],
  lines: test.labels.map(({ label, train, recall, precision, f1 }) => ({
    name: label,
    cells: [
      plain(integer(train)),
      { ...rateCell(recall), ...(recall.estimate === null ? {} : { heat: recall.estimate }) },
      { ...rateCell(precision), ...(precision.estimate === null ? {} : { heat: precision.estimate }) },
      plain(f1 === null ? '–' : f1.toFixed(3)),
    ],
  })),
});

/** Head and baseline over all labels. */
export const overallTable = ({ test, calibration }: TrainMetrics): ReportTable => ({
  title: 'On the test part',
  explains: `Nearest mean: ${test.baselineName}. Macro F1 is the mean over the labels. Small type: k/n and the 95 % interval.`,
  head: ['measure', 'value'],
  lines: [
    { name: 'accuracy, head', cells: [rateCell(test.accuracy)] },
    { name: 'accuracy, nearest mean', cells: [rateCell(test.baseline)] },
    { name: 'difference, paired', cells: [areaCell(test.difference)] },
    { name: 'macro F1', cells: [areaCell(test.macroF1)] },
    { name: 'calibration error, T = 1', cells: [plain(calibration.test.before.ece.toFixed(4))] },
    { name: 'calibration error, fitted T', cells: [plain(calibration.test.after.ece.toFixed(4))] },
  ],
});

/** The page as one HTML file that works offline. */
export function trainPage(metrics: TrainMetrics): string {
  const { name, question, dataset, network, head, seed, parts, training, limits } = metrics;
  const facts: readonly (readonly [string, string])[] = [
    ['head', `${head.kind}, ${integer(head.bytes)} bytes, sha256 ${head.sha256}`],
    [
      'network',
      `${network.name}, embeddings of ${network.embeddingLength} floats on ${network.backend}, sha256 ${network.sha256}`,
    ],
    [
      'dataset',
      `${dataset.name}: ${integer(dataset.pictures)} pictures in ${integer(dataset.groups)} groups, sha256 ${dataset.sha256}`,
    ],
    ['source', dataset.source],
    ['licence', dataset.licence],
    [
      'parts',
      `training ${parts.train.pictures}, validation ${parts.validation.pictures}, test ${parts.test.pictures} pictures; whole groups`,
    ],
    [
      'training',
      `Adam on ${training.backend}, learning rate ${training.learningRate}, batches of ${training.batch}, weight decay ${training.weightDecay}, seed ${seed}`,
    ],
  ];
  return pageText({
    experiment: name,
    runId: `training, seed ${seed}`,
    question,
    findings: trainAnswer(metrics),
    sections: [
      ['test', 'How good', html`${tableHtml(overallTable(metrics))}${tableHtml(labelTable(metrics))}`],
      [
        'confusion',
        'Confusions',
        figure(
          [['Confusion', confusionPlot(metrics)]],
          html`Rows: the label. Columns: what was decided. Numbers are test pictures, colour is the share of the row.`,
        ),
      ],
      [
        'calibration',
        'Are scores probabilities?',
        figure(
          [['Reliability', reliabilityPlot(metrics)]],
          html`Each dot: the decisions whose score lies in one tenth, with the 95 % interval (Wilson); on the dashed line, the score equals the share of right decisions. Bars: number of decisions.`,
        ),
      ],
      [
        'training',
        'Training',
        figure(
          [
            ['Losses by epoch', lossPlot(metrics)],
            ['Accuracy by training pictures', learningPlot(metrics)],
          ],
          html`Left: training stops when the validation loss has not fallen for ${training.patience} epochs. Right: heads trained on a share of the training groups, all tested on the same test part; lines are 95 % intervals.`,
        ),
      ],
      ['data', 'Training data', html`${plainTable('Data', ['what', 'which'], facts)}${refusedSection(metrics)}`],
      ['limits', 'Limits', html`<ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`],
    ],
    footer: 'Made by presend train; the same embeddings and seed give the same head.',
  });
}

// Plots of a training: losses by epoch, accuracy by the number of training pictures, reliability, confusion.

const size = { width: 440, height: 300, marginLeft: 52, marginRight: 96, marginTop: 24, marginBottom: 42 } as const;

/** Labels at the ends of two lines; the upper line's label is slightly above its end, so that labels do not overlap where the lines meet. */
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

/** Cross-entropy of both parts by epoch, and the epoch whose weights were selected. */
function lossPlot({ training }: TrainMetrics): string {
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
    'page only',
  );
}

/** Accuracy on the test part by the number of training pictures: head and baseline. */
function learningPlot({ learningCurve }: TrainMetrics): string {
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
    'page only',
  );
}

/** Fraction of correct decisions against their mean score, bin by bin, and the number of decisions in each bin. */
function reliabilityPlot({ test }: TrainMetrics): string {
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
        // Number of decisions: bars at the bottom; the fullest bin has a fifth of the height.
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
    'page only',
  );
}

/** Decisions for each label, as fractions of its pictures. */
function confusionPlot({ test }: TrainMetrics): string {
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
    'page only',
  );
}
