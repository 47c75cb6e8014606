/** The report of a video benchmark. */
import { csvTable, numberColumns, rateFields } from '../../report/csv.ts';
import { counted, integer, listed, percent, rateCell, rateProse } from '../../report/format.ts';
import { html } from '../../report/page/html.ts';
import type { Finding } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { plain, type ReportTable, tableHtml } from '../../report/table.ts';
import type { VideoBenchmarkMetrics, VideoDetector } from './metrics.ts';

/** The detectors' names as their authors write them. */
const titles: Readonly<Record<string, string>> = { md5: 'MD5', vpdq: 'vPDQ', tmk: 'TMK level 1' };
const titleOf = ({ name }: VideoDetector): string => titles[name] ?? name;

/** Recall by edit. */
function recallTable({ detectors, edits, target, clips }: VideoBenchmarkMetrics): ReportTable {
  const row = (name: string, cells: readonly ReturnType<typeof rateCell>[]) => ({ name, cells: [...cells] });
  return {
    title: `Recall at ${percent(target)} of false matches`,
    explains: `Thresholds were chosen on ${clips.calibration} clips and are scored on ${clips.evaluation} others. One sent clip for each edit and listed clip; 95 % intervals, Clopper–Pearson for one edit, by clip for all.`,
    head: [
      'edit',
      ...detectors.map(titleOf),
      ...detectors.filter(({ authors }) => authors).map((each) => `${titleOf(each)}, its authors’ threshold`),
    ],
    lines: [
      ...edits.map(({ edit }, i) =>
        row(edit, [
          ...detectors.map((detector) => rateCell(detector.edits[i]!.recall)),
          ...detectors.filter(({ authors }) => authors).map((detector) => rateCell(detector.edits[i]!.atAuthors!)),
        ]),
      ),
      row('all', [
        ...detectors.map(({ recall }) => rateCell(recall)),
        ...detectors.flatMap(({ authors }) => (authors ? [rateCell(authors.recall)] : [])),
      ]),
    ],
  };
}

/** Thresholds and false matches. */
function thresholdTable({ detectors }: VideoBenchmarkMetrics): ReportTable {
  return {
    title: 'Thresholds and false matches',
    explains:
      'False matches are pairs of a sent clip and another listed clip. The chosen threshold is a match above it, the authors’ one from it on.',
    head: [
      'detector',
      'score',
      'threshold',
      'false matches, calibration',
      'false matches, evaluation',
      'authors’ threshold',
      'false matches there',
    ],
    lines: detectors.map((detector) => ({
      name: titleOf(detector),
      cells: [
        plain(detector.score),
        plain(detector.threshold.toPrecision(3)),
        rateCell(detector.calibration),
        rateCell(detector.fpr),
        plain(detector.authors ? String(detector.authors.threshold) : 'equality'),
        detector.authors ? rateCell(detector.authors.fpr) : plain('–'),
      ],
    })),
  };
}

function findings(metrics: VideoBenchmarkMetrics): Finding[] {
  const { detectors, clips, frames, framesPerSecond } = metrics;
  const lost = (detector: VideoDetector): string => {
    const missed = detector.edits.filter(({ recall }) => (recall.estimate ?? 0) < 0.5).map(({ edit }) => edit);
    return missed.length === 0 ? 'none of the edits' : listed(missed);
  };
  return [
    {
      label: 'What is found',
      text: `${detectors.map((each) => `${titleOf(each)} ${rateProse(each.recall)}`).join('; ')}.`,
    },
    {
      label: 'What is lost',
      text: `More than half of the clips are missed by ${detectors.map((each) => `${titleOf(each)} after ${lost(each)}`).join('; by ')}.`,
    },
    {
      label: 'How sure',
      text: `${counted(clips.evaluation, 'clip')} in each row, so an edit’s rate is known to about ${percent(1 / Math.sqrt(clips.evaluation))}. ${integer(frames.hashed)} frames were hashed, ${framesPerSecond} a second; ${integer(frames.belowQuality)} of them were too flat to count.`,
    },
  ];
}

/** The parts of the report. */
export function videoParts(metrics: VideoBenchmarkMetrics): Parts {
  const { clips, edits, decoder, detectors } = metrics;
  const tables = [recallTable(metrics), thresholdTable(metrics)];
  return {
    findings: findings(metrics),
    tables,
    sections: [
      ['recall', 'Recall by edit', html`${tableHtml(tables[0]!)}`],
      ['false-matches', 'False matches', html`${tableHtml(tables[1]!)}`],
    ],
    data: html`<p>${integer(clips.calibration + clips.evaluation)} generated clips (${listed(Object.entries(clips.kinds).map(([kind, count]) => `${count} ${kind}`))}), decoded by ${decoder}.</p><ul>${edits.map(({ edit, summary }) => html`<li><b>${edit}</b>: ${summary}</li>`)}</ul>`,
    csv: {
      'recall.csv': csvTable(
        ['detector', 'edit', 'threshold', ...numberColumns],
        detectors.flatMap((detector) =>
          detector.edits.flatMap(({ edit, recall, atAuthors }) => [
            [detector.name, edit, 'chosen', ...rateFields(recall)],
            ...(atAuthors ? [[detector.name, edit, 'authors', ...rateFields(atAuthors)]] : []),
          ]),
        ),
      ),
      'false-matches.csv': csvTable(
        ['detector', 'threshold', ...numberColumns],
        detectors.flatMap(({ name, fpr, authors }) => [
          [name, 'chosen', ...rateFields(fpr)],
          ...(authors ? [[name, 'authors', ...rateFields(authors.fpr)]] : []),
        ]),
      ),
    },
  };
}
