/** The report as one HTML file that needs nothing else: no script, no font, no address; light and dark by the reader's preference. */
import { answer } from './answer.ts';
import { rateCell } from './format.ts';
import { figure, plainTable } from './page/blocks.ts';
import { costSection } from './page/cost.ts';
import { curveLegend, curvesOf } from './page/curves.ts';
import { declaredSection } from './page/declared.ts';
import { detPlot } from './page/det.ts';
import { Html, html } from './page/html.ts';
import { leakageSection } from './page/leakage.ts';
import { paretoSection } from './page/pareto.ts';
import { dataSection, limitsSection, provenanceSection, refusedSection } from './page/provenance.ts';
import { recallSection } from './page/recall-map.ts';
import { rocPlot } from './page/roc.ts';
import { stylesheet } from './page/style.ts';
import { detailTables, mainTable } from './page/tables.ts';
import type { Metrics, RunSummary, Timings } from './types.ts';

/** Nothing may load and nothing may run, whatever a dataset's file names contain. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole page; the same arguments give the same bytes. */
export function htmlPage(metrics: Metrics, run: RunSummary, timings?: Timings): string {
  const sections: readonly [id: string, title: string, content: Html][] = [
    ['table', 'The strategies in one table', html`${mainTable(metrics, timings)}${detailTables(metrics)}`],
    ['tradeoff', 'Reports recovered against what the provider learns', paretoSection(metrics)],
    ['leakage', 'What each role learns', leakageSection(metrics)],
    ['declared', 'Declared against measured', declaredSection(metrics)],
    ['detectors', 'How well the detectors separate', curvesSection(metrics)],
    ['recall', 'Recall after each edit', html`${recallSection(metrics)}${recallTable(metrics)}`],
    ['cost', 'What it costs', costSection(metrics, timings)],
    ['data', 'Data', html`${dataSection(metrics)}<h3>Refused files</h3>${refusedSection(metrics)}`],
    ['provenance', 'Provenance', provenanceSection(run, timings)],
    ['limits', 'Limits', limitsSection(metrics)],
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${metrics.experiment}: presend report</title>
<style>${new Html(stylesheet)}</style>
</head>
<body>
<header>
<p class="eyebrow">presend · experiment ${metrics.experiment} · run ${run.runId}</p>
<h1>${metrics.question}</h1>
<dl class="answer">${answer(metrics).map(({ label, text }) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>
<nav aria-label="Sections">${sections.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav>
</header>
<main>
${sections.map(
  ([
    id,
    title,
    content,
  ]) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>
`,
)}</main>
<footer>Benign pictures only: “listed” and “target” are what this experiment calls ordinary pictures.</footer>
</body>
</html>
`;
  return page.text;
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
      each.meanOwnBits.toFixed(1),
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
