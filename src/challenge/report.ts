/** The reports on a challenge: what the pairs say, and for hashes everything that copy detection reports. */

import { elementBytes } from '../crypto/group.ts';
import { copyParts } from '../experiment/copy-detection/report.ts';
import { csvTable, type Field, intervalFields, numberColumns, pairFields, rateFields } from '../report/csv.ts';
import { areaCell, counted, integer, listed, pairCell, percent, rare, rateCell, rateProse } from '../report/format.ts';
import { laidOut } from '../report/layout.ts';
import { figure } from '../report/page/blocks.ts';
import type { Curve } from '../report/page/curves.ts';
import { detOf } from '../report/page/det.ts';
import { html } from '../report/page/html.ts';
import { seriesColor, seriesDash } from '../report/page/plot.ts';
import { rocOf } from '../report/page/roc.ts';
import type { Finding } from '../report/page/shell.ts';
import type { Parts, Report } from '../report/parts.ts';
import { plain, type ReportTable, tableHtml } from '../report/table.ts';
import type { ChallengeMetrics, Point } from './metrics.ts';

/** The report in its layout. */
export const challengeReport = (metrics: ChallengeMetrics): Report => laidOut(metrics, challengeParts(metrics));

function challengeParts(metrics: ChallengeMetrics): Parts {
  const copy = metrics.copyDetection === null ? undefined : copyParts(metrics.copyDetection);
  const own = [pointsTable(metrics), answersTable(metrics), editsTable(metrics), listsTable(metrics)];
  const protocols = protocolTable(metrics);
  return {
    findings: [...findings(metrics), ...(copy?.findings ?? [])],
    tables: [...own, ...(protocols ? [protocols] : []), ...(copy?.tables ?? [])],
    sections: [
      ['pairs-listed', 'Listed pairs', html`${tableHtml(own[0]!)}${curves(metrics)}`],
      ['pairs-edits', 'Recall by edit', tableHtml(own[2]!)],
      ['lists', 'Lists', tableHtml(own[3]!)],
      ...(protocols ? [['protocols', 'Private protocols', tableHtml(protocols)] as const] : []),
      ['answers', 'Answers', html`${tableHtml(own[1]!)}${mistakes(metrics)}`],
      ...(copy?.sections ?? []),
    ],
    data: html`<p>${counted(metrics.files.originals, 'original')} from the dataset “${metrics.dataset.name}”, ${integer(metrics.files.copies)} edited copies (${metrics.edits}),
${integer(metrics.files.decoys)} decoys, ${integer(metrics.files.duplicates)} duplicates. The key’s SHA-256, which the exported folder held: <code>${metrics.commitment}</code>.</p>`,
    csv: { ...copy?.csv, ...csvOf(metrics) },
  };
}

const rule = ({ target }: Point): string => (target === null ? 'decisions' : `FPR ${rare(target)}`);
const thresholdText = ({ target, threshold }: Point): string =>
  target === null ? 'given' : threshold === null ? 'nothing matches' : `≤ ${Number(threshold.toPrecision(6))}`;

function findings(metrics: ChallengeMetrics): Finding[] {
  const { detector, pairs, consistency, answers } = metrics;
  const how = ({ target }: Point): string =>
    target === null
      ? 'With its own decisions'
      : `With a threshold for a false-positive rate of ${rare(target)} over calibration pairs`;
  return [
    {
      label: 'On the listed pairs',
      text: pairs.points
        .map(
          (point) =>
            `${how(point)}, ${detector} finds ${rateProse(point.recall)}, and matches ${rateProse(point.fpr)} of unrelated pairs.`,
        )
        .join(' '),
    },
    {
      label: 'Are the answers consistent',
      text:
        consistency.same.n === 0
          ? 'Not measured: no file with two names was answered twice.'
          : `Of files that were there under two names, ${rateProse(consistency.same)} got the same answer twice.`,
    },
    ...(answers.missing + answers.refused + answers.mistakes.count === 0
      ? []
      : [
          {
            label: 'What is missing',
            text: `${integer(answers.refused)} of ${integer(answers.asked)} were refused, ${integer(answers.missing)} have no answer; ${counted(answers.mistakes.count, 'line')} could not be used.`,
          },
        ]),
  ];
}

const pointsTable = ({ detector, pairs }: ChallengeMetrics): ReportTable => ({
  title: `Copies found and unrelated pairs matched by ${detector}, listed pairs`,
  explains:
    'Thresholds are chosen on the calibration half and scored on the other; decisions are scored on both. An edited copy is compared with its own original, and with originals of other groups. A pair rate is not a rate per picture: against a list of N entries it is up to N times as large.',
  head: [
    'rule',
    'threshold',
    'calibration pairs matched',
    'unrelated pairs matched',
    'copies found',
    'AUC, both halves',
  ],
  lines: pairs.points.map((point) => ({
    name: rule(point),
    cells: [
      plain(thresholdText(point)),
      point.calibration === null ? plain('–') : rateCell(point.calibration),
      rateCell(point.fpr),
      rateCell(point.recall),
      areaCell(pairs.auc),
    ],
  })),
});

const editsTable = ({ detector, pairs }: ChallengeMetrics): ReportTable => ({
  title: `Copies found by ${detector} after each edit, listed pairs`,
  explains:
    'At the thresholds above. All edits share a threshold, because nobody knows which edit a picture went through.',
  head: ['edit', ...pairs.points.map(rule)],
  lines: (pairs.points[0]?.edits ?? []).map(({ title }, i) => ({
    name: title,
    cells: pairs.points.map(({ edits }) => {
      const { recall } = edits[i]!;
      return { ...rateCell(recall), ...(recall.estimate === null ? {} : { heat: recall.estimate }) };
    }),
  })),
});

const listsTable = ({ detector, pairs }: ChallengeMetrics): ReportTable => ({
  title: `Pictures that ${detector} matches falsely against a list`,
  explains:
    pairs.points[0]?.unrelated == null
      ? 'Bounds from the listed pairs only: at most N times the rate of one pair.'
      : `Measured among ${integer(pairs.points[0].unrelated)} unrelated pictures; beyond, bounds of 95 % that hold for all entries like these.`,
  head: ['entries', ...pairs.points.map(rule)],
  lines: (pairs.points[0]?.lists ?? []).map(({ size }, i) => ({
    name: integer(size),
    cells: pairs.points.map(({ lists }) => {
      const { state, estimate, low, high } = lists[i]!;
      const range = `${rare(low)} to ${rare(high)}`;
      return plain(
        state === 'not known' ? 'not known' : estimate === null ? range : `${percent(estimate)} (${range})`,
        state,
      );
    }),
  })),
});

/** The hashes in protocols that can only test for equality; undefined where no hashes were given. */
export const protocolTable = ({ protocols, pairs }: ChallengeMetrics): ReportTable | undefined =>
  protocols === null
    ? undefined
    : {
        title: 'The hashes in private protocols',
        explains: `Protocols that compare distances (${listed(protocols.near)}) take the hashes as they are, with the rates above${pairs.points.length === 0 ? '' : ' of copies and lists'}. These can only test for equality (${listed(protocols.equality[0]?.protocols ?? [])}): a table of sampled bits is one element. Copies found: at least one table is equal. Unrelated pairs: the same by accident; against a list of N entries a picture matches up to N times as often. Bytes: blinded elements of ${elementBytes} bytes, for a picture and for an entry; replies and padding come on top.`,
        head: ['design', 'elements', 'bytes a picture', 'bytes an entry', 'copies found', 'unrelated pairs that match'],
        lines: protocols.equality.map(({ design, elements, bytesPerPicture, bytesPerEntry, recall, falseMatches }) => ({
          name: design,
          cells: [
            plain(integer(elements)),
            plain(integer(bytesPerPicture)),
            plain(integer(bytesPerEntry)),
            rateCell(recall),
            pairCell(falseMatches),
          ],
        })),
      };

const answersTable = ({ answers, consistency, form, files, pairs }: ChallengeMetrics): ReportTable => ({
  title: 'Answers',
  explains:
    'Asked: files, or pairs. Refused: lines with an empty value. Same twice: files that are there under two names, and got the same answer under both.',
  head: [
    'form',
    'asked',
    'answered',
    'refused',
    'missing',
    'unusable lines',
    'same twice',
    'largest difference',
    'copies without an answer',
    'median quality',
    'below the least quality',
  ],
  lines: [
    {
      name: form,
      cells: [
        ...[answers.asked, answers.answered, answers.refused, answers.missing, answers.mistakes.count].map((count) =>
          plain(integer(count)),
        ),
        files.duplicates === 0 ? plain('not measured') : rateCell(consistency.same),
        plain(consistency.largest === null ? 'not measured' : String(Number(consistency.largest.toPrecision(6)))),
        plain(`${integer(pairs.unanswered.genuine)} of ${integer(pairs.genuine)}`),
        plain(answers.quality === null ? 'not stated' : String(answers.quality.median)),
        plain(
          answers.quality === null
            ? 'not stated'
            : `${integer(answers.quality.below)} (below ${answers.quality.least})`,
        ),
      ],
    },
  ],
});

/** Sentences that the page shows; metrics.json has more. */
const shownMistakes = 50;

const mistakes = ({ answers: { mistakes } }: ChallengeMetrics) =>
  mistakes.count === 0
    ? ''
    : html`<h3>Lines that could not be used</h3><ul>${mistakes.first.slice(0, shownMistakes).map((each) => html`<li>${each}</li>`)}</ul>${mistakes.count > shownMistakes && html`<p>And ${mistakes.count - shownMistakes} more.</p>`}`;

function curves({ detector, pairs }: ChallengeMetrics) {
  if (pairs.roc.length === 0)
    return html`<p>No answered copy, or no answered unrelated pair, to draw a curve from.</p>`;
  const [first] = pairs.points;
  const line: Curve = {
    name: detector,
    points: pairs.roc,
    positives: pairs.genuine,
    negatives: pairs.impostors - pairs.unanswered.impostors,
    color: seriesColor(0),
    dash: seriesDash(0),
    chosen: pairs.roc.findLast(({ threshold }) => first?.threshold != null && threshold <= first.threshold),
    authors: undefined,
  };
  return figure(
    [
      ['DET, listed pairs', detOf([line])],
      ['ROC, listed pairs', rocOf([line], 'log')],
    ],
    html`Both halves. False positives: share of listed pairs of unrelated pictures. Dot: the first threshold of the table. Rates of zero are drawn at the edge.`,
  );
}

function csvOf({ detector, pairs, consistency, protocols }: ChallengeMetrics): Record<string, string> {
  const rows = pairs.points.flatMap((point): Field[][] => {
    const row = (measure: string, edit: string, fields: Field[]): Field[] => [
      detector,
      rule(point),
      point.threshold,
      measure,
      edit,
      ...fields,
    ];
    return [
      ...(point.calibration ? [row('calibration.fpr', '', rateFields(point.calibration))] : []),
      row('fpr', '', rateFields(point.fpr)),
      row('recall', '', rateFields(point.recall)),
      ...point.edits.map(({ title, recall }) => row('recall', title, rateFields(recall))),
    ];
  });
  return {
    'challenge.csv': csvTable(
      ['detector', 'rule', 'threshold', 'measure', 'edit', ...numberColumns],
      [
        ...rows,
        [detector, '', null, 'auc', '', ...intervalFields(pairs.auc)],
        [detector, '', null, 'consistency', '', ...rateFields(consistency.same)],
      ],
    ),
    'challenge-lists.csv': csvTable(
      ['detector', 'rule', 'threshold', 'entries', 'state', 'estimate', 'low', 'high'],
      pairs.points.flatMap((point) =>
        point.lists.map(({ size, state, estimate, low, high }) => [
          detector,
          rule(point),
          point.threshold,
          size,
          state,
          estimate,
          low,
          high,
        ]),
      ),
    ),
    ...(protocols === null
      ? {}
      : {
          'challenge-protocols.csv': csvTable(
            ['detector', 'design', 'elements', 'bytesPerPicture', 'bytesPerEntry', 'measure', ...numberColumns],
            protocols.equality.flatMap(({ design, elements, bytesPerPicture, bytesPerEntry, recall, falseMatches }) => {
              const about = [detector, design, elements, bytesPerPicture, bytesPerEntry];
              return [
                [...about, 'recall', ...rateFields(recall)],
                [...about, 'falseMatches', ...pairFields(falseMatches)],
              ];
            }),
          ),
        }),
    'challenge-roc.csv': csvTable(
      ['detector', 'threshold', 'fpr', 'tpr', 'fnr'],
      pairs.roc.map(({ threshold, fpr, tpr }) => [detector, threshold, fpr, tpr, 1 - tpr]),
    ),
  };
}
