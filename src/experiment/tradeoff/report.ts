/** The page of a trade-off run. */
import { answer } from './answer.ts';
import { notMeasured, rateCell } from './format.ts';
import { figure, plainTable } from './page/blocks.ts';
import { costSection } from './page/cost.ts';
import { countLeakSection } from './page/count-leak.ts';
import { curveLegend, curvesOf } from './page/curves.ts';
import { declaredSection } from './page/declared.ts';
import { detPlot } from './page/det.ts';
import { equalitySection } from './page/equality.ts';
import { type Html, html } from './page/html.ts';
import { leakageSection } from './page/leakage.ts';
import { paretoSection } from './page/pareto.ts';
import { dataSection, limitsSection, provenanceSection, refusedSection } from './page/provenance.ts';
import { recallSection } from './page/recall-map.ts';
import { rocPlot } from './page/roc.ts';
import { sequenceSection } from './page/sequence.ts';
import { type Page, pageText, type Section } from './page/shell.ts';
import { detailTables, mainTable } from './page/tables.ts';
import type { Metrics, RunSummary, Timings } from './types.ts';

/** The whole page; the same arguments give the same bytes. */
export const htmlPage = (metrics: Metrics, run: RunSummary, timings?: Timings): string =>
  pageText(tradeoffRunPage(metrics, run, timings));

/** The page before it is laid out. */
export function tradeoffRunPage(metrics: Metrics, run: RunSummary, timings?: Timings): Page {
  const counts = countLeakSection(metrics);
  const equality = equalitySection(metrics);
  const sections: readonly Section[] = [
    ['table', 'The strategies in one table', html`${mainTable(metrics, timings)}${detailTables(metrics)}`],
    ['tradeoff', 'Reports recovered against what the provider learns', paretoSection(metrics)],
    ['leakage', 'What each role learns', leakageSection(metrics)],
    ['declared', 'Declared against measured', declaredSection(metrics)],
    ...(counts ? [['counts', 'Counts below the threshold', counts] as const] : []),
    ['sequence', 'Who sends what to whom', sequenceSection(metrics)],
    ['detectors', 'How well the detectors separate', curvesSection(metrics)],
    ['recall', 'Recall after each edit', html`${recallSection(metrics)}${recallTable(metrics)}`],
    ...(equality ? [['equality', 'Equality instead of a near match', equality] as const] : []),
    ['cost', 'What it costs', costSection(metrics, timings)],
    ['data', 'Data', html`${dataSection(metrics)}<h3>Refused files</h3>${refusedSection(metrics)}`],
    ['provenance', 'Provenance', provenanceSection(run, timings)],
    ['limits', 'Limits', limitsSection(metrics)],
  ];
  return {
    experiment: metrics.experiment,
    runId: run.runId,
    question: metrics.question,
    findings: answer(metrics),
    sections,
    footer: 'Benign pictures only: “listed” and “target” are what this experiment calls ordinary pictures.',
  };
}

function curvesSection(metrics: Metrics): Html {
  const curves = curvesOf(metrics);
  if (curves.length === 0) return html`<p>No detector has both positives and negatives.</p>`;
  return html`${curveLegend(metrics)}${figure(
    [
      ['ROC', rocPlot(metrics, 'linear')],
      ['ROC, false positives stretched', rocPlot(metrics, 'log')],
      ['DET', detPlot(metrics)],
    ],
    html`In the ROC up and left is better, in the DET down and left. Filled dot: the threshold chosen on calibration; ring: the authors'. Dotted: chance. Rates of zero are drawn at the edge of the
logarithmic and probit axes, at half of one error among all trials.`,
  )}`;
}

function recallTable({ hashes }: Metrics): Html {
  const rows = hashes.flatMap(({ name, recall }) =>
    recall.map((each) => [
      `${name}, ${each.transform}`,
      rateCell(each.atAuthors).plain,
      rateCell(each.calibrated).plain,
      each.meanOwnBits === null ? notMeasured : each.meanOwnBits.toFixed(1),
    ]),
  );
  const head = [
    'hash, edit',
    "found at the authors' threshold",
    'found at the calibrated one',
    'mean distance to its own original, bits',
  ];
  return html`<details><summary>Every cell with its counts and interval</summary>${plainTable('Recall', head, rows)}</details>`;
}
