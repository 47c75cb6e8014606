/** The page of a trained head: how good it is, how it was trained, what not to believe. */
import type { TrainMetrics } from '../../schema/train-metrics.ts';
import type { Finding } from '../answer.ts';
import { plain, type ReportTable, tableHtml } from '../benchmark/table.ts';
import { areaCell, bounds, counted, integer, listed, percent, percentDigits, rateCell, rateProse } from '../format.ts';
import { figure, plainTable } from '../page/blocks.ts';
import { html } from '../page/html.ts';
import { refusedSection } from '../page/provenance.ts';
import { pageText } from '../page/shell.ts';
import { confusionPlot, learningPlot, lossPlot, reliabilityPlot } from './plots.ts';

/** The answer, a sentence or two each, computed from the metrics. */
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
        `The intervals [${percentDigits(low)}, ${percentDigits(high)}] and [${percentDigits(other.low)}, ${percentDigits(other.high)}] ${separated ? 'do not overlap' : 'overlap'}; ` +
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

/** One line a label. */
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

/** Head and baseline, whole. */
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

/** The page as one HTML file that opens offline. */
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
        'What is taken for what',
        figure(
          [['Confusion', confusionPlot(metrics)]],
          html`Rows: the label. Columns: what was decided. Numbers are test pictures, colour is the share of the row.`,
        ),
      ],
      [
        'calibration',
        'How far scores are probabilities',
        figure(
          [['Reliability', reliabilityPlot(metrics)]],
          html`Each dot: the decisions whose score lies in one tenth, with the 95 % interval (Wilson); on the dashed line a score is the share that is right. Bars: how many decisions.`,
        ),
      ],
      [
        'training',
        'How it was trained',
        figure(
          [
            ['Losses by epoch', lossPlot(metrics)],
            ['Accuracy by training pictures', learningPlot(metrics)],
          ],
          html`Left: training stops when the validation loss has not fallen for ${training.patience} epochs. Right: heads fitted to a share of the training groups, all judged on the same test part; lines are 95 % intervals.`,
        ),
      ],
      ['data', 'What it was made of', html`${plainTable('Data', ['what', 'which'], facts)}${refusedSection(metrics)}`],
      ['limits', 'Limits', html`<ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`],
    ],
    footer: 'Made by presend train; the same embeddings and seed give the same head.',
  });
}
