/** The reports of a new-content run. */

import { csvOf, csvTable, type Field, intervalFields, numberColumns, rateFields } from '../../report/csv.ts';
import { counted, differenceCell, fraction, integer, listed, percent, rateProse } from '../../report/format.ts';
import { figure, type Panel, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import { seriesColor, seriesDash } from '../../report/page/plot.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml, untitledHtml } from '../../report/table.ts';
import type { AskedContent, DetectorMetrics, DetectorName, NewContentMetrics } from './metrics.ts';
import { contentRocPlot, detectionPlot, sourcePlot } from './plots.ts';
import {
  areaTable,
  contentNames,
  detectionTable,
  editTable,
  newnessTable,
  operatingTable,
  pairTable,
  sourceProse,
  sourceTable,
} from './tables.ts';

const contents = Object.keys(contentNames) as AskedContent[];

/** What the run answers, computed from its numbers. */
export function newContentAnswer(metrics: NewContentMetrics): Finding[] {
  const { detectors, sources, pairs, innocent, targetFpr } = metrics;
  const detector = (name: DetectorName): DetectorMetrics => detectors.find((each) => each.name === name)!;
  const rate = (name: DetectorName, content: AskedContent) =>
    detector(name).rates.find((each) => each.content === content)!.rate;
  const says = (name: DetectorName, content: AskedContent): string => sourceProse(rate(name, content));
  const against = (first: DetectorName, second: DetectorName, content: AskedContent): string => {
    const pair = pairs.find((each) => each.first === first && each.second === second);
    const found = pair?.differences.find((each) => each.content === content);
    return found ? differenceCell(found.difference).plain : 'not compared';
  };
  const falsePositives = detectors.map(({ name, title }) => ({ title, rate: rate(name, 'innocent') }));
  const over = falsePositives.filter((each) => (each.rate.estimate ?? 0) > targetFpr).map(({ title }) => title);
  return [
    {
      label: 'New content, new source',
      text: `${detector('hash-authors').title} finds ${says('hash-authors', 'new source')}; the trained head ${says('head', 'new source')}; the label ${metrics.label} ${says('label', 'new source')}.`,
    },
    {
      label: 'What an unseen source costs',
      text: `While the same source is known, the head finds ${says('head', 'known source')}: ${differenceCell(detector('head').newness).plain} when it is new. ${costWords(detector('head'))}`,
    },
    {
      label: 'Listed content',
      text: `As sent, ${detector('hash-authors').title} finds ${says('hash-authors', 'listed')}, after edits ${says('hash-authors', 'edited')}; the head ${says('head', 'listed')} and ${says('head', 'edited')}.`,
    },
    {
      label: 'Both together',
      text: `${detector('hash-or-head').title} less ${detector('hash').title} on new sources: ${against('hash-or-head', 'hash', 'new source')}; less the head on edited pictures: ${against('hash-or-head', 'head', 'edited')}. ${detector('cascade').title} less ${detector('hash-or-head').title} on edited pictures: ${against('cascade', 'hash-or-head', 'edited')}.`,
    },
    {
      label: 'Innocent pictures',
      text: `${over.length === 0 ? `No detector flags more than the ${percent(targetFpr)} it was allowed on calibration.` : `More than the ${percent(targetFpr)} allowed on calibration are flagged by ${listed(over)}.`} The head flags ${rateProse(rate('head', 'innocent'))}.`,
    },
    {
      label: 'How sure',
      text: `${counted(sources.length, 'source')} and ${integer(innocent.evaluation)} innocent evaluation pictures of “${metrics.dataset.name}”; intervals are by source, and so few sources say little about the next one.`,
    },
  ];
}

/** What the difference between known and new sources shows: by source, since another run would hold out others. */
export function costWords({ newness, bySource }: DetectorMetrics): string {
  if (newness.n === 0) return 'Nothing was held out.';
  const low = Math.min(newness.low, newness.clusterLow);
  const high = Math.max(newness.high, newness.clusterHigh);
  const lost = bySource.map(({ source, known, fresh }) => ({ source, known, fresh, pictures: known.k - fresh.k }));
  const all = lost.reduce((sum, { pictures }) => sum + Math.max(0, pictures), 0);
  const most = lost.reduce((best, each) => (each.pictures > best.pictures ? each : best), lost[0]!);
  const where =
    all > 0
      ? ` Of ${counted(all, 'picture')} that only the head with the known source finds, ${integer(most.pictures)} are of ${most.source} (${fraction(most.known)} known, ${fraction(most.fresh)} new).`
      : '';
  const shown =
    high < 0
      ? 'By source the loss is shown.'
      : low > 0
        ? 'By source it is a gain.'
        : `By source no cost is shown, and none is excluded: ${counted(newness.clusters, 'source')} were held out.`;
  return `${shown}${where}`;
}

/** The tables of the run: the headline first. */
export const newContentTables = (metrics: NewContentMetrics): ReportTable[] => [
  detectionTable(metrics),
  newnessTable(metrics),
  pairTable(metrics),
  editTable(metrics),
  sourceTable(metrics),
  areaTable(metrics),
  operatingTable(metrics),
];

/** The sections of the page between answer and data. */
export function newContentSections(metrics: NewContentMetrics): Section[] {
  const measures = [...new Set(metrics.curves.map(({ detector }) => detector))].map(
    (name) => metrics.detectors.find((each) => each.name === name)?.title ?? name,
  );
  return [
    [
      'detection',
      'What each detector finds',
      html`${figure(
        contents.map((content): Panel => [contentNames[content], detectionPlot(metrics, content)]),
        html`Dots with 95 % intervals: thick as if pictures were independent, thin by source (innocent pictures: by group). Dashed: the false-positive rate allowed on calibration.`,
      )}${tableHtml(detectionTable(metrics))}${tableHtml(pairTable(metrics))}`,
    ],
    [
      'newness',
      'What an unseen source costs',
      html`${untitledHtml(newnessTable(metrics))}${figure(
        [['New pictures found by the trained head', sourcePlot(metrics)]],
        html`Hollow: while the source is known; filled: while it is held out; the same pictures, their number in brackets. Clopper–Pearson 95 %.`,
      )}<details${metrics.sources.length <= 6 && html` open`}><summary>Every source</summary>${tableHtml(sourceTable(metrics))}</details>`,
    ],
    [
      'roc',
      'Whatever the threshold',
      html`${legend(measures.map((name, i) => ({ name, color: seriesColor(i), dash: seriesDash(i) })))}${figure(
        contents
          .filter((content) => content !== 'innocent')
          .map((content): Panel => [contentNames[content], contentRocPlot(metrics.curves, content)]),
        html`Each picture is placed among the innocent ones of its own fold; curves are averaged over folds at equal false-positive rate.`,
      )}${tableHtml(areaTable(metrics))}`,
    ],
    ['edits', 'Listed pictures after each edit', untitledHtml(editTable(metrics))],
    ['operating', 'Operating points', untitledHtml(operatingTable(metrics))],
  ];
}

/** The data behind the numbers. */
export const newContentData = ({ dataset, sources, innocent, scorer }: NewContentMetrics): Html =>
  html`<p>From the dataset “${dataset.name}”: ${integer(innocent.training)} innocent pictures for training, ${integer(innocent.calibration)} for operating points, ${integer(innocent.evaluation)} for evaluation; each group is in one part only.
All training pictures of target content are listed. Scores: ${scorer.network} on ${scorer.backend}; ${scorer.decoder}; ${scorer.kernel}.</p>${plainTable(
    'Sources of target content',
    ['source', 'labels', 'for training', 'evaluation, listed', 'evaluation, new'],
    sources.map(({ name, labels, training, listed: own, fresh }) => [
      name,
      labels.join(', '),
      integer(training),
      integer(own),
      integer(fresh),
    ]),
  )}`;

// Every number of a new-content run as CSV, long form.

/** File name → CSV text. */
export const newContentCsv = ({ detectors, pairs, curves }: NewContentMetrics): Record<string, string> => ({
  'detection.csv': csvTable(
    ['detector', 'measure', 'part', ...numberColumns],
    detectors.flatMap(({ name, rates, byEdit, bySource }): Field[][] => [
      ...rates.map(({ content, rate }): Field[] => [name, 'content', content, ...rateFields(rate)]),
      ...byEdit.map(({ transform, rate }): Field[] => [name, 'edit', transform, ...rateFields(rate)]),
      ...bySource.flatMap(({ source, known, fresh }): Field[][] => [
        [name, 'source known', source, ...rateFields(known)],
        [name, 'source new', source, ...rateFields(fresh)],
      ]),
    ]),
  ),
  'pairs.csv': csvOf(
    [
      ...pairs.flatMap(({ first, second, differences }) =>
        differences.map(({ content, difference }) => ({ first, second, content: content as string, ...difference })),
      ),
      ...detectors.map(({ name, newness }) => ({
        first: name,
        second: name,
        content: 'new − known source',
        ...newness,
      })),
    ],
    [
      'first',
      'second',
      'content',
      'n',
      'onlyFirst',
      'onlySecond',
      'estimate',
      'low',
      'high',
      'clusterLow',
      'clusterHigh',
      'mcnemar',
    ],
  ),
  'areas.csv': csvOf(curves, ['detector', 'content'], ({ auc }) => intervalFields(auc)),
  'roc.csv': csvOf(
    curves.flatMap(({ detector, content, points }) => points.map((point) => ({ detector, content, ...point }))),
    ['detector', 'content', 'fpr', 'tpr'],
  ),
  'operating.csv': csvOf(
    detectors.flatMap(({ name, operating }) => operating.map((point) => ({ detector: name, ...point }))),
    ['detector', 'held', 'bits', 'score', 'secondBits'],
    ({ calibration }) => rateFields(calibration),
  ),
});

// The parts of a report on new content.

export const newContentParts = (metrics: NewContentMetrics): Parts => ({
  findings: newContentAnswer(metrics),
  tables: newContentTables(metrics),
  sections: newContentSections(metrics),
  data: newContentData(metrics),
  csv: newContentCsv(metrics),
});
