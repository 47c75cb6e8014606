/** The reports of a copy-detection run. */

import { orderOf } from '../../metric/order.ts';
import { distanceText } from '../../report/distance.ts';
import { bounds, counted, integer, listed, percent, rare, rateProse } from '../../report/format.ts';
import { figure } from '../../report/page/blocks.ts';
import type { Curve } from '../../report/page/curves.ts';
import { detOf } from '../../report/page/det.ts';
import { type Html, html } from '../../report/page/html.ts';
import { legend } from '../../report/page/legend.ts';
import { seriesColor, seriesDash } from '../../report/page/plot.ts';
import { rocOf } from '../../report/page/roc.ts';
import type { Finding, Section } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { type ReportTable, tableHtml } from '../../report/table.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { Timings } from '../../schema/run-record.ts';
import type { CopyDetectionMetrics, SetMetrics } from './metrics.ts';
import { copyCsv } from './report-csv.ts';
import {
  authorsTable,
  editTable,
  headlineTable,
  lackingTable,
  ownThresholdTable,
  pairFprTable,
  rowsOf,
  separationTable,
  setNames,
  thornOverall,
  timeTable,
  unrelatedTable,
} from './tables.ts';

/** The set that the answer is about: Thorn's where it was run. */
const leading = (metrics: CopyDetectionMetrics): string => {
  const names = setNames(metrics);
  return names.includes('perception') ? 'perception' : (names[0] ?? '');
};

/** What the run answers, computed from its numbers. */
export function copyAnswer(metrics: CopyDetectionMetrics): Finding[] {
  const set = leading(metrics);
  const rows = rowsOf(metrics, set).filter(({ hash }) => !hash.deep);
  if (rows.length === 0) return [{ label: 'No answer', text: 'The run has no hash.' }];
  const best = [...rows].sort(
    (a, b) => (b.on.asPublished.recall.estimate ?? 0) - (a.on.asPublished.recall.estimate ?? 0),
  )[0]!;
  // A threshold from other pictures need not keep the precision that it was chosen for.
  const lost = rows
    .filter(
      ({ on: { corrected } }) => corrected.precision.n > 0 && bounds(corrected.precision).high < metrics.precision,
    )
    .map(({ hash: { name } }) => name);
  const { on, hash } = best;
  const weak = on.edits.filter(({ corrected }) => bounds(corrected).high < 0.5 && corrected.n > 0);
  const findings: Finding[] = [
    {
      label: 'What is found',
      text: [
        `On the edits of ${set}, ${hash.name} finds ${rows.length > 1 ? 'the most ' : ''}at a precision of ${percent(metrics.precision)}, with a threshold chosen on the rows that it is scored on: ${rateProse(on.asPublished.recall)}.`,
        `With a threshold of ${distanceText(on.corrected.threshold, hash)}, chosen on other pictures, it finds ${rateProse(on.corrected.recall)}, at a precision of ${rateProse(on.corrected.precision)}.`,
        lost.length > 0
          ? `Thresholds chosen for ${percent(metrics.precision)} on other pictures do not keep this precision under ${listed(lost)}.`
          : '',
        weak.length > 0 ? `It misses most pictures after ${listed(weak.map(({ title }) => title))}.` : '',
      ]
        .filter(Boolean)
        .join(' '),
    },
  ];
  const order = orderSentence(rows);
  if (order) findings.push({ label: 'The published order', text: order });
  const authors = rows.flatMap(({ hash: { name }, on: { atAuthors } }) => (atAuthors ? [{ name, ...atAuthors }] : []));
  const loud = authors.filter(({ fpr }) => fpr.k > 0).sort((a, b) => b.fpr.k / b.fpr.n - a.fpr.k / a.fpr.n);
  const quiet = authors.filter(({ fpr }) => fpr.k === 0 && fpr.n > 0);
  const mine = authors.find(({ name }) => name === 'pdq');
  const known = [
    mine ? `At its authors' ${mine.threshold} bits PDQ finds ${rateProse(mine.recall)} of the same edits.` : '',
    loud.length > 0
      ? `Unrelated pairs match under ${listed(loud.map(({ name, fpr }) => `${name} (${rare(fpr.k / fpr.n)})`))}.`
      : '',
    quiet.length > 0
      ? `No pair of ${integer(quiet[0]!.fpr.n)} does under ${listed(quiet.map(({ name }) => name))}; by picture, this bounds the rate by ${rare(quiet[0]!.fpr.nodeHigh)} only.`
      : '',
  ].filter(Boolean);
  if (known.length > 0) findings.push({ label: "The authors' thresholds", text: known.join(' ') });
  const { pictures, groups } = metrics.dataset;
  findings.push({
    label: 'How sure',
    text: `${counted(pictures.calibration + pictures.evaluation, 'picture')} in ${counted(groups, 'group')}; thresholds from ${integer(pictures.calibration)} of them, scored on the other ${integer(pictures.evaluation)}. Levels depend on the number of originals; see the limits.`,
  });
  return findings;
}

/** Whether the hashes that Thorn ranks come out in its order; values whose intervals overlap are in none. */
function orderSentence(rows: ReturnType<typeof rowsOf>): string | undefined {
  const known = rows.filter(({ hash }) => thornOverall(hash.name) !== undefined);
  if (known.length < 2 || known[0]!.on.set !== 'perception') return undefined;
  const theirs = [...known].sort((a, b) => thornOverall(b.hash.name)! - thornOverall(a.hash.name)!);
  const verdict = (recall: (row: (typeof known)[number]) => ClusteredRate): string => {
    const ranked = theirs.map((row) => ({
      name: row.hash.name,
      value: recall(row).estimate ?? Number.NaN,
      ...bounds(recall(row)),
    }));
    const { is, pairs } = orderOf(ranked);
    if (is === 'holds') return 'it comes out, and no intervals overlap';
    const named = listed(pairs.map(([larger, smaller]) => `${larger} and ${smaller}`));
    return is === 'open'
      ? `it is neither shown nor refuted: the intervals of ${named} overlap`
      : `it is contradicted: ${listed(pairs.map(([larger, smaller]) => `${smaller} finds more than ${larger}`))}`;
  };
  const published = theirs.map(({ hash }) => hash.name).join(' > ');
  return `Thorn's is ${published}. With thresholds as published, ${verdict(({ on }) => on.asPublished.recall)}; corrected, ${verdict(({ on }) => on.corrected.recall)}.`;
}

/** The tables of the run: the headline first. */
export function copyTables(metrics: CopyDetectionMetrics, timings?: Timings): ReportTable[] {
  const sets = setNames(metrics);
  const of = (make: (metrics: CopyDetectionMetrics, set: string) => ReportTable): ReportTable[] =>
    sets.map((set) => make(metrics, set));
  return [
    ...of(headlineTable),
    ...of(editTable),
    ...of(pairFprTable),
    ...of(unrelatedTable),
    ...of(separationTable),
    ...of(authorsTable),
    ...of(ownThresholdTable),
    lackingTable(metrics),
    ...(timings ? [timeTable(metrics, timings)] : []),
  ];
}

/** The curves of every hash on a set: all its edits together against all pairs of unrelated originals. */
function curvesOf(metrics: CopyDetectionMetrics, set: string): Curve[] {
  return rowsOf(metrics, set).flatMap(({ hash, on }, i) =>
    on.roc.length === 0
      ? []
      : [
          {
            name: hash.name,
            points: on.roc,
            positives: on.copies,
            negatives: on.unrelated.pairs,
            color: seriesColor(i),
            dash: seriesDash(i),
            chosen: at(on, on.corrected.threshold),
            authors: on.atAuthors ? at(on, on.atAuthors.threshold) : undefined,
          },
        ],
  );
}

/** The point of a curve at a threshold: a curve keeps only the thresholds where something changes. */
const at = ({ roc }: SetMetrics, threshold: number): SetMetrics['roc'][number] | undefined =>
  roc.findLast((point) => point.threshold <= threshold);

function curves(metrics: CopyDetectionMetrics): Html {
  return html`${setNames(metrics).map((set) => {
    const lines = curvesOf(metrics, set);
    if (lines.length === 0) return html`<p>${set}: no copy or no pair to compare with.</p>`;
    return html`<h3>${set}</h3>${legend(lines)}${figure(
      [
        [`DET, all edits of ${set}`, detOf(lines)],
        [`ROC, all edits of ${set}`, rocOf(lines, 'log')],
      ],
      html`All pictures, both splits. False positives: share of pairs of unrelated originals, not of pictures. Filled dot: the
corrected threshold; ring: the authors'. Rates of zero are drawn at the edge.`,
    )}`;
  })}`;
}

/** The sections of the page between answer and data. */
export function copySections(metrics: CopyDetectionMetrics, timings?: Timings): Section[] {
  const sets = setNames(metrics);
  const all = (make: (metrics: CopyDetectionMetrics, set: string) => ReportTable): Html =>
    html`${sets.map((set) => tableHtml(make(metrics, set)))}`;
  const authors = sets.some((set) => rowsOf(metrics, set).some(({ on }) => on.atAuthors));
  return [
    ['recall', 'Own original against nearest other original', all(headlineTable)],
    [
      'edits',
      'Edit by edit',
      html`${all(editTable)}${authors && details("At the authors' thresholds", all(authorsTable))}${details('Each edit with its own threshold, as published', all(ownThresholdTable))}`,
    ],
    ['curves', 'DET and ROC over all pairs', curves(metrics)],
    ['pairs', 'All pairs', html`${all(pairFprTable)}${all(unrelatedTable)}`],
    ['separation', 'AUC and EER', all(separationTable)],
    [
      'given',
      'Refused pictures and time',
      html`${tableHtml(lackingTable(metrics))}${timings && tableHtml(timeTable(metrics, timings))}`,
    ],
  ];
}

const details = (summary: string, content: Html): Html =>
  html`<details><summary>${summary}</summary>${content}</details>`;

/** The data behind the numbers. */
export const copyData = ({ dataset }: CopyDetectionMetrics): Html =>
  html`<p>${counted(dataset.pictures.calibration + dataset.pictures.evaluation, 'picture')} in ${counted(dataset.groups, 'group')} from the dataset “${dataset.name}”: ${integer(dataset.pictures.calibration)} for
calibration, ${integer(dataset.pictures.evaluation)} for evaluation. A group never straddles the two.</p>`;

export const copyParts = (metrics: CopyDetectionMetrics, timings?: Timings): Parts => ({
  findings: copyAnswer(metrics),
  tables: copyTables(metrics, timings),
  sections: copySections(metrics, timings),
  data: copyData(metrics),
  csv: copyCsv(metrics),
});
